"""A network of another file as a stage of this one: `vgg:D(to=pool5)`.

It is what its own file says: its conventions are that file's, and its claims stay there. What differs is said where it
is used: `to=` ends it early, `defaults=here` lets the conventions of the using file win, `conv1.conv1.pad=100` changes
one layer's option, `without=conv3_x.2` takes layers out, and an argument that is a `let` of its file sets it.
"""

from typing import TYPE_CHECKING

from archspec.graph.alignment import Alignment
from archspec.graph.lesion import Absent, rewired, without
from archspec.graph.needs import needed
from archspec.language import syntax as s
from archspec.language.asked import Asked, read_asked
from archspec.language.bind import Given
from archspec.language.census import take_census
from archspec.language.labels import labels_in
from archspec.language.scope import Definition, Frame, Here, Scope, Stage, Value
from archspec.language.suggest import did_you_mean
from archspec.language.uses import site_of
from archspec.language.words import Spelled
from archspec.op import Mismatch, Op
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def use_network(e: "Elaborator", layer: s.Layer, spelled: Spelled, here: Here, value: Value, own: str | None) -> Value:
    """Follow another file's network. Its names come in as they are, or below the label that it has here."""
    user = here.frame
    asked = read_asked(e.binder(user), user.unit.program.networks[spelled.name], spelled, layer)
    if asked is None or value is None:
        return None
    unit = asked.unit(user.unit)
    take_census(unit)
    body = unit.program.body
    scope = here.scope.within(own) if own else Scope(here.scope.prefix)
    scope.taken.update(labels_in(body))
    stage = Stage(layer.word.text, scope.prefix, asked.changes, user, layer.word, value)
    site = site_of(here, layer.word.text, dict(asked.lets), scope.prefix, layer.word, network=True)
    entry = user.entry or layer.word.span
    frame = Frame(unit, scope, dict(unit.settled.values), (*user.sites, site), stage=stage, entry=entry)
    before = len(e.builder.nodes)
    end = follow(e, asked, Here(frame, scope), value)
    check_changes(e, stage, before)
    end = lesioned(e, asked, frame, before, end) if end and asked.without else end
    if end is None:
        return None
    prune(e, before, end)
    bring_in(e, here, frame, layer.word, own, before)
    return end


def follow(e: "Elaborator", asked: Asked, here: Here, value: Value) -> Value:
    """Follow the network's lines, up to the one that makes what it ends with."""
    frame, end = here.frame, asked.end
    for statement in asked.program.body:
        value = e.suite([statement], here, value)
        if end and end.text in frame.labels:
            return frame.labels[end.text].value
        if end and here.scope.prefix + end.text in e.builder.shapes:
            return here.scope.prefix + end.text
    if end is None:
        return value
    stage = frame.stage
    assert stage
    known = [*frame.labels, *paths(e, stage, 0)]
    message = f"`{stage.spelled}` has no label and no layer `{end.text}` to end with"
    e.complain("E317", end.span, stage.user, message, help=did_you_mean(end.text, known))
    return None


def changed(e: "Elaborator", frame: Frame, path: str, op: Op | None) -> Op | None:
    """A layer's op, with the options that the use of its network changes."""
    stage = frame.stage
    name = path[len(stage.prefix) :] if stage else path
    if stage is None or op is None or name not in stage.changes:
        return op
    stage.made.add(name)
    binder, assumed = e.binder(stage.user), op.assumed()
    options = dict(binder.options(type(op), tuple(stage.changes[name]), {}))
    fields = [field for field in type(op).model_fields if getattr(op, field) != assumed.get(field)]
    written = {field: Given(getattr(op, field), stage.word.span) for field in fields}
    return None if binder.failed else binder.make(type(op), {**written, **options}, stage.word.span)


def check_changes(e: "Elaborator", stage: Stage, before: int) -> None:
    """Refuse a change to a layer that is not there."""
    for name in stage.changes.keys() - stage.made:
        option = stage.changes[name][0].name
        assert option
        start = option.span.start - len(f"{name}.")
        message = f"`{stage.spelled}` has no layer `{name}` here"
        help = did_you_mean(name, paths(e, stage, before))
        e.complain("E317", Span(start, start + len(name)), stage.user, message, help=help)


def lesioned(e: "Elaborator", asked: Asked, frame: Frame, before: int, end: str) -> Value:
    """Take parts out of a network. Gives the path of what it ends with then."""
    stage = frame.stage
    assert stage
    for word in asked.without:
        try:
            stand = without(e.builder, [stage.prefix + word.text])
        except Absent:
            message = f"`{stage.spelled}` has no layer and no label `{word.text}` here"
            e.complain("E317", word.span, stage.user, message, help=did_you_mean(word.text, paths(e, stage, before)))
        except Mismatch as error:
            e.complain(error.code, word.span, stage.user, error.message, error.found, error.help)
        else:
            e.builder.nodes[before:] = rewired(e.builder.nodes[before:], stand)
            end = stand.get(end, end)
            for definition in frame.labels.values():
                definition.value = definition.value and stand.get(definition.value, definition.value)
            prune(e, before, end)
            e.builder.by_path.update((node.path, node) for node in e.builder.nodes[before:])
    e.alignment = Alignment(e.builder)
    return end


def paths(e: "Elaborator", stage: Stage, before: int) -> list[str]:
    """The layers of a network, by their own paths."""
    made = [node.path for node in e.builder.nodes[before:]]
    return [path[len(stage.prefix) :] for path in made if path.startswith(stage.prefix)]


def prune(e: "Elaborator", before: int, end: str) -> None:
    """Take out what the end of a network does not depend on: what its file puts behind it."""
    alive = needed(e.builder.nodes[before:], [end])
    for node in e.builder.nodes[before:]:
        if node.path not in alive:
            del e.builder.shapes[node.path], e.builder.by_path[node.path], e.spans[node.path]
    e.builder.nodes[before:] = [node for node in e.builder.nodes[before:] if node.path in alive]


def bring_in(e: "Elaborator", here: Here, stage: Frame, word: s.Word, own: str | None, before: int) -> None:
    """Make the network's labels and names known where it is used."""
    prefix = here.scope.prefix.removeprefix(here.frame.scope.prefix) + (f"{own}." if own else "")
    known = here.frame.labels
    taken = [name for name in stage.labels if prefix + name in known]
    if taken:
        earlier = known[prefix + taken[0]].span
        line = here.frame.unit.line(earlier)
        message = f"`{word.text}` brings in the label `{taken[0]}`, which is taken"
        if earlier == word.span:
            help = "in a repeated group it comes in twice: write one line for each, with a label of its own"
        else:
            help = f"give it a label of its own: `NAME: {word.text}`"
        e.complain("E308", word.span, here.frame, message, f"by line {line}", help)
    for name, definition in stage.labels.items():
        if name not in taken and definition.value in e.builder.shapes:
            known[prefix + name] = Definition(definition.value, word.span, used=True)
    start = len(here.scope.prefix)
    here.scope.taken.update(node.path[start:].partition(".")[0] for node in e.builder.nodes[before:])
