"""The input sizes that a network takes, as text and for tools."""

from collections.abc import Sequence
from typing import Any

from archspec.analysis.sizes import Answer, Refusal


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as tools read it."""
    rule = answer.rule
    refused = [{**each.error.as_json(), "at": each.at, "sides": each.sides} for each in answer.refusals]
    return {
        "network": answer.name,
        "checked_to": answer.to,
        "formula": answer.formula or None,
        "rule": rule and {"period": rule.period, "rests": list(rule.rests), "from": rule.start},
        "smallest": answer.valid[0] if answer.valid else None,
        "output": answer.output or None,
        "sizes": [{"side": side, "output": answer.gives(side)} for side in answer.valid],
        "same_parameters": answer.same_parameters,
        "refused": refused,
    }


def answer_text(answer: Answer) -> str:
    """The answer for a person."""
    lines = [answer.name]
    if not answer.valid:
        lines.append(f"takes    no square of 1 to {answer.to}")
    else:
        proved = "proved for all larger ones" if answer.rule else f"checked up to {answer.to}"
        lines.append(f"takes    {answer.formula or ranges(answer.valid)}  ({proved})")
        if answer.formula:
            lines.append(f"         {ranges(answer.valid)}")
        if answer.irregular and answer.rule and answer.rule.rests:
            lines.append(f"         and, below {answer.rule.start}: {ranges(answer.irregular)}")
        lines += given(answer)
    if answer.same_parameters is not None:
        layers = ", ".join(path for path, _ in answer.sizes[answer.own or 1].outcome.flattened)
        fit = ranges(answer.same_parameters)
        lines.append(f"weights  of {answer.own}x{answer.own} fit {fit}; at other sizes {layers} has others")
    lines += [line for refusal in answer.refusals for line in refused(refusal)]
    return "\n".join(lines) + "\n"


def given(answer: Answer) -> list[str]:
    """What the network gives, at its first sizes, its own and its last."""
    some = sorted({*answer.valid[:3], *answer.valid[-1:], *([answer.own] if answer.own in answer.valid else [])})
    pairs = ", ".join(f"{side} -> {answer.gives(side)}" for side in some if side)
    return [f"gives    {answer.output}" if answer.output else "gives", f"         {pairs}"]


def refused(refusal: Refusal) -> list[str]:
    """Why some sides are none."""
    error, place = refusal.error, refusal.error.place
    where = f"{error.source.name}:{place.line}: " if error.source and place else ""
    said = f"{error.code} {where}{error.message}, at {refusal.at}" + (f": {error.found}" if error.found else "")
    return [f"refuses  {ranges(refusal.sides)}", f"         {said}"]


def ranges(sides: Sequence[int]) -> str:
    """Sides as people read them: `1 to 91`, `1, 3, 5, ..., 699`."""
    if len(sides) > 2 and sides[-1] - sides[0] == len(sides) - 1:
        return f"{sides[0]} to {sides[-1]}"
    shown = [str(side) for side in sides]
    return ", ".join(shown if len(shown) < 6 else [*shown[:4], "...", shown[-1]])
