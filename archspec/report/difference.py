"""What changed between two networks, in their own terms and as tools read it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from archspec.analysis.difference import Difference, Rewired, Section
from archspec.analysis.edits import Edit, Side, Unit, quiet
from archspec.graph import Graph, Head
from archspec.graph.counts import Counts
from archspec.graph.residual import Kind
from archspec.op import Op, Shape
from archspec.op.window import as_papers, size

SHORTCUTS: dict[Kind, str] = {"identity": "identity", "padding": "zero-padded", "projection": "projection"}
SHOWN = 3
"""Names of a long list that are shown."""
Claims = Sequence[tuple[str, str]]


def difference_text(found: Difference, claims: tuple[Claims, Claims]) -> str:
    """A line for each stage that changed, then for wiring, names, heads and claims, and the totals."""
    lines = [f"{name}: {size(old)} -> {size(new)}" for name, (old, new) in found.shapes.items()]
    lines += [line(found, section) for section in found.sections if not section.quiet and telling(section)]
    others = [section for section in found.sections if not section.quiet and not telling(section)]
    if others:
        macs = sum(section.costs[1].macs - section.costs[0].macs for section in others)
        lines.append(f"{ended(names(others))}: the same layers on other sizes; {signed(macs)} multiply-adds")
    lines += [wiring(found, rewired) for rewired in found.rewired]
    if found.renamed:
        pairs = [f"{old} -> {new}" for old, new in found.renamed]
        lines.append(f"other names for {len(pairs)} layers with weights: {ended(pairs)}")
    lines += [head_text(old, new) for old, new in found.heads]
    lines += [f"expect {what}: {old} -> {new}" for what, old, new in changed_claims(claims)]
    return "\n".join([*lines, *totals_text(found.counts)]) + "\n"


def telling(section: Section) -> bool:
    """Whether more than multiply-adds changed."""
    same = section.costs[0].params == section.costs[1].params and section.names[0] == section.names[1]
    return bool(section.edits) or not same


def names(sections: Sequence[Section]) -> list[str]:
    """The names of stages."""
    return [name(each) for section in sections for each in section.names[1]]


def line(found: Difference, section: Section) -> str:
    """What changed in one stage."""
    old, new = (ended([name(each) for each in side]) for side in section.names)
    head = old if old == new else f"{old} -> {new}" if old and new else f"{old or new} ({'gone' if old else 'new'})"
    parts = list(edited(found, section.edits))
    (given, takes), (made, gives) = section.given, section.made
    if not section.edits and takes and given and takes != given:
        parts.append(f"takes {size(given)} -> {size(takes)}")
    if given == takes and made and gives and made != gives:
        parts.append(f"gives {size(made)} -> {size(gives)}")
    params = sum(section.costs[1].params) - sum(section.costs[0].params)
    macs = section.costs[1].macs - section.costs[0].macs
    costs = [f"{signed(n)} {what}" for n, what in ((params, "parameters"), (macs, "multiply-adds")) if n]
    said = [", ".join(parts) or "renamed", ", ".join(costs)]
    return f"{head}: {'; '.join(each for each in said if each)}"


def name(stage: str) -> str:
    """What a stage is called."""
    return stage or "(before the first label)"


def ended(found: Sequence[str]) -> str:
    """A list with its end cut off."""
    rest = len(found) - SHOWN
    return ", ".join(found[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def edited(found: Difference, edits: Sequence[Edit]) -> Iterator[str]:
    """The edits of a stage, those that read the same once, with their number."""
    changed = Counter(changes(found, edit) for edit in edits if edit.old and edit.new)
    gone = Counter(told(found, found.old, edit.old) for edit in edits if not edit.new)
    new = Counter(told(found, found.new, edit.new) for edit in edits if not edit.old)
    yield from (text if times == 1 else f"{times} of {text}" for text, times in changed.items())
    yield from (f"{times} {plural(text, times)} moved" for text, times in (gone & new).items())
    for sign, counter in (("-", gone - new), ("+", new - gone)):
        yield from (f"{sign}{times} {plural(text, times)}" for text, times in counter.items())


def changes(found: Difference, edit: Edit) -> str:
    """A layer that became another; what follows it is named where that changed too."""
    followers = [[node.op for node in unit[1:]] for unit in (edit.old, edit.new)]
    if followers[0] == followers[1]:
        return f"{told(found, found.old, edit.old)} -> {told(found, found.new, edit.new)}"
    old, new = (" ".join(spelled(found, node.op) for node in unit) for unit in (edit.old, edit.new))
    return f"{old} -> {new}"


def told(found: Difference, side: Side, unit: Unit) -> str:
    """A layer as a table has it; a sum by its shortcut, and what follows a layer with that layer."""
    node = unit[0]
    module = side.modules.get(node.path)
    if module:
        layers = [spelled(found, each.op) for each in side.around(module)] if module.kind == "projection" else []
        return " ".join([SHORTCUTS[module.kind], "shortcut", *layers])
    before = side.graph.by_path.get(node.inputs[0])
    text = spelled(found, node.op)
    return f"{text} after {spelled(found, before.op)}" if quiet(node) and before else text


def spelled(found: Difference, op: Op) -> str:
    """A layer as a table has it, without the options that all layers of its kind have in both networks."""
    return str(op.model_copy(update=found.usual.get(op.kind, {})))


def plural(text: str, times: int) -> str:
    """`3 identity shortcuts`."""
    return text.replace("shortcut", "shortcuts", 1) if times > 1 else text


def wiring(found: Difference, rewired: Rewired) -> str:
    """A layer that takes other values."""
    dropped = ", ".join(value(found.old.graph, path) for path in rewired.dropped)
    added = ", ".join(value(found.new.graph, path) for path in rewired.added)
    if dropped and added:
        return f"{rewired.new.path}: takes {added} instead of {dropped}"
    if dropped or added:
        return f"{rewired.new.path}: takes {added} too" if added else f"{rewired.new.path}: takes {dropped} no longer"
    return f"{rewired.new.path}: takes its values in another order"


def value(graph: Graph, path: str) -> str:
    """What a value is called: its label, if it has one."""
    return next((label.name for label in graph.labels if label.value == path), path)


def head_text(old: Head | None, new: Head | None) -> str:
    """A head that is gone, new, or weighs otherwise."""
    if old and new:
        return f"head {new.name}: weight {old.weight:g} -> {new.weight:g}"
    return f"head {new.name}: new, weight {new.weight:g}" if new else f"head {old.name if old else ''}: gone"


def changed_claims(claims: tuple[Claims, Claims]) -> Iterator[tuple[str, str, str]]:
    """What is claimed otherwise: what it is about, and both claims."""
    old, new = (dict(each) for each in claims)
    for what in {**old, **new}:
        if old.get(what) != new.get(what):
            yield what, old.get(what, "nothing"), new.get(what, "nothing")


def totals_text(counts: tuple[Counts, Counts]) -> Iterator[str]:
    """The totals of both networks."""
    old, new = (totals(each) for each in counts)
    shown = [what for what in old if old[what] or new[what]]
    for what in shown:
        more = new[what] - old[what]
        said = f"{old[what]:,} -> {new[what]:,}  ({signed(more)})" if more else f"{new[what]:,}"
        yield f"{what.ljust(max(map(len, shown)))}  {said}"


def totals(counts: Counts) -> dict[str, int]:
    """The totals of one network by what they are called; those with heads where they are others."""
    heads = counts.with_heads if counts.with_heads != (counts.params, counts.macs) else None
    return {
        "depth": counts.depth,
        "parameters": counts.params.trainable,
        "frozen": counts.params.frozen,
        "multiply-adds": counts.macs,
        "parameters with heads": sum(heads.params) if heads else 0,
        "multiply-adds with heads": heads.macs if heads else 0,
    }


def signed(number: int) -> str:
    """A number with its sign, three digits of it where it is large: `+5.31M`."""
    for unit, power in (("G", 10**9), ("M", 10**6)):
        if abs(number) >= power:
            return f"{number / power:+,.{max(0, 3 - len(str(abs(number) // power)))}f}{unit}"
    return f"{number:+,}"


def difference_json(found: Difference, claims: tuple[Claims, Claims]) -> dict[str, Any]:
    """What changed, as tools read it; sizes are height x width x channels."""
    old, new = ({**totals(each)} for each in found.counts)
    return {
        "same": found.none,
        "networks": [found.old.graph.full_name, found.new.graph.full_name],
        "shapes": {what: [papers(one), papers(other)] for what, (one, other) in found.shapes.items()},
        "stages": [section_json(found, section) for section in found.sections if not section.quiet],
        "rewired": [
            {"path": [each.old.path, each.new.path], "dropped": each.dropped, "added": each.added}
            for each in found.rewired
        ],
        "renamed": found.renamed,
        "heads": [[head_json(each) for each in pair] for pair in found.heads],
        "claims": [{"what": what, "claims": [one, other]} for what, one, other in changed_claims(claims)],
        "totals": {what: [old[what], new[what]] for what in old},
    }


def head_json(head: Head | None) -> dict[str, Any] | None:
    """One head as tools read it."""
    return head.model_dump(mode="json") if head else None


def section_json(found: Difference, section: Section) -> dict[str, Any]:
    """One stage as tools read it."""
    return {
        "stages": [list(each) for each in section.names],
        "edits": [
            {
                "old": [node.path for node in edit.old],
                "new": [node.path for node in edit.new],
                "text": texts(found, edit),
            }
            for edit in section.edits
        ],
        "params": [sum(each.params) for each in section.costs],
        "macs": [each.macs for each in section.costs],
        "output": [papers(each) for each in section.made],
    }


def texts(found: Difference, edit: Edit) -> list[str | None]:
    """What a layer was called and is called."""
    sides = ((found.old, edit.old), (found.new, edit.new))
    return [told(found, side, unit) if unit else None for side, unit in sides]


def papers(shape: Shape | None) -> list[int] | None:
    """A shape as papers write it."""
    return list(as_papers(shape)) if shape else None
