"""`expect` lines: what a paper states of its network, compared with what the network is."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from archspec.checks.amounts import Amount, read_amount
from archspec.graph import Graph
from archspec.graph.counts import Counts
from archspec.language import syntax as s
from archspec.language.bind import sides
from archspec.language.settled import Choices, Settled
from archspec.language.suggest import did_you_mean
from archspec.op import Shape
from archspec.op.window import as_papers, show


class Deviation(NamedTuple):
    """A claim that the paper gets wrong, kept with what holds and why."""

    claim: str
    stated: str
    holds: str
    why: str
    line: int


COUNTS: dict[str, Callable[[Counts], int]] = {
    "depth": lambda counts: counts.depth,
    "params": lambda counts: counts.params.trainable,
    "macs": lambda counts: counts.macs,
    "frozen": lambda counts: counts.params.frozen,
    "params_with_heads": lambda counts: counts.with_heads.params.trainable,
    "macs_with_heads": lambda counts: counts.with_heads.macs,
}
CLAIMS = (*COUNTS, "output", "size")


def check_claims(settled: Settled, graph: Graph, counts: Counts) -> list[Deviation]:
    """Check every claim about one network, adding what does not hold to its findings. Gives the known deviations."""
    deviations = []
    for expect in settled.program.expects:
        claim = settled.pick(expect.cells)
        what = expect.what
        if what.text not in CLAIMS:
            message = f"`{what.text}` is nothing that can be expected"
            settled.findings.add("E403", what.span, message, help=did_you_mean(what.text, CLAIMS))
        elif claim is not None and is_literal(claim) and settled.changed:
            settled.skipped.append(claim.stated.span)
        elif claim is not None:
            deviations += check_claim(settled, what.text, claim, graph, counts)
    say_skipped(settled)
    return deviations


def stated(settled: Settled) -> tuple[tuple[str, str], ...]:
    """What is claimed of one network, and how it is written."""
    claims = ((expect.what.text, settled.pick(expect.cells)) for expect in settled.program.expects)
    return tuple(
        (what, claim.stated.text + (f" but {claim.holds.text}" if claim.holds else ""))
        for what, claim in claims
        if claim
    )


def is_literal(claim: s.Claim) -> bool:
    """Whether a claim is written in plain numbers, and so is about the network as the file has it."""
    return not any("{" in word.text for word in (claim.stated, claim.holds) if word)


def say_skipped(settled: Settled) -> None:
    """Note the claims that are not about the network at hand."""
    if settled.skipped:
        count = len(settled.skipped)
        message = f"{count} claim{'s' * (count > 1)} not checked: they are about the spec without `{settled.changed}`"
        settled.findings.add("N801", min(settled.skipped), message)


def check_claim(settled: Settled, what: str, claim: s.Claim, graph: Graph, counts: Counts) -> list[Deviation]:
    """Check one claim; where it says `but`, what stands behind that is what must hold."""
    verdicts = [judge(settled, what, word, graph, counts) for word in (claim.stated, claim.holds) if word]
    if any(verdict is None for verdict in verdicts):
        return []
    last, checked = verdicts[-1], claim.holds or claim.stated
    assert last is not None
    if not last.holds:
        message = f"the claim about {what} does not hold"
        found = last.reason or f"stated {checked.text}, computed {last.computed}"
        settled.findings.add("E401", checked.span, message, found, advice(claim, last.alike))
        return []
    if claim.holds is None:
        return []
    first = verdicts[0]
    if first and first.holds:
        message = f"{claim.stated.text} holds after all, so nothing needs to stand in for it"
        settled.findings.add("W707", claim.holds.span, message, help="drop the `but`")
        return []
    line = settled.program.source.place(claim.stated.span).line
    return [Deviation(what, claim.stated.text, claim.holds.text, claim.why.text if claim.why else "", line)]


class Verdict(NamedTuple):
    """Whether a stated value holds, what was computed, and the same as a paper would write it."""

    holds: bool
    computed: str
    alike: str
    reason: str = ""
    """Why it does not hold, where that is more than what was computed."""


def judge(settled: Settled, what: str, word: s.Word, graph: Graph, counts: Counts) -> Verdict | None:
    """Compare one stated value; None, with a word about it, when it cannot be read."""
    if what == "output":
        return judge_size(settled, word, graph.shapes[graph.outputs[0]])
    if what == "size":
        return judge_taken(settled, word)
    amount = stated_amount(settled, word)
    if amount is None:
        return None
    if what == "depth" and amount.step:
        settled.findings.add("E403", word.span, "a depth is a whole number of layers", f"`{word.text}`")
        return None
    actual = COUNTS[what](counts)
    alike = amount.like(actual)
    computed = f"{actual:,}" + (f" ({alike})" if amount.step else "")
    return Verdict(amount.holds(actual), computed, alike)


def advice(claim: s.Claim, alike: str) -> str:
    """What to do about a claim that fails."""
    return (
        f"look for a slip in the layers; if the paper itself is off, keep its number and say what holds: "
        f'`{claim.stated.text} but {alike} "why"`'
    )


def stated_amount(settled: Settled, word: s.Word) -> Amount | None:
    """A stated count."""
    if word.text.startswith("{"):
        number = settled.binder().number(word)
        return None if number is None else Amount(Decimal(number), Decimal(0))
    amount = read_amount(word.text)
    if amount is None:
        message = "no count can be read here"
        settled.findings.add(
            "E403", word.span, message, f"`{word.text}`", "write `144M`, `3.8G`, `3.8e9` or an exact integer"
        )
    return amount


def judge_size(settled: Settled, word: s.Word, shape: Shape) -> Verdict | None:
    """Compare a stated output size."""
    binder = settled.binder()
    stated = tuple(binder.number(side) for side in sides(word))
    if None in stated:
        return None
    actual = as_papers(shape)
    holds = stated in (actual, actual[:2] if len(actual) == 3 else actual)
    return Verdict(holds, show(actual), show(actual))


def judge_taken(settled: Settled, word: s.Word) -> Verdict | None:
    """Whether a network takes an input of a stated size: `572`, or `480x640`."""
    from archspec.checks.sizes import Sizes, nearest_to, refusal  # few specs claim it

    binder = settled.binder()
    stated = [binder.number(side) for side in sides(word)]
    numbers = [side for side in stated if side is not None and side > 0]
    if len(numbers) < len(stated) or len(numbers) > 2 or len(settled.shape) != 3:
        message = "an input's size is one side of a square, or height x width"
        settled.findings.add("E403", word.span, message, f"`{word.text}`")
        return None
    height, width = numbers[0], numbers[-1]
    choices = Choices(lets={name: settled.values[name] for name in settled.program.lets}, limits=settled.limits)
    error = refusal(settled.program, settled.column, choices, height, width)
    if error is None:
        return Verdict(True, word.text, word.text)
    place = f" in line {error.place.line}" if error.place else ""
    sizes = Sizes(settled.program, settled.column, choices)
    near = [nearest_to(sizes, side) for side in numbers]
    alike = "another size" if None in near else "x".join(map(str, near))
    return Verdict(False, alike, alike, f"refused{place}: {error.message}, {error.found}")
