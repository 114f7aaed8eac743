"""A spec's statements sorted by what they declare, with everything checked that no network is needed for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from archspec import ops
from archspec.diagnostics import Diagnostic
from archspec.language import syntax as s
from archspec.language.findings import Findings
from archspec.language.limits import Limits
from archspec.language.parse import parse
from archspec.language.suggest import meant
from archspec.language.text import examine
from archspec.language.words import split
from archspec.source import Source, Span


@dataclass
class Program:
    """One file: its networks' table, and the blocks that they use."""

    source: Source
    findings: Findings
    net: s.Net | None = None
    columns: tuple[str, ...] = ()
    input: s.Input | None = None
    lets: dict[str, s.Let] = field(default_factory=dict)
    expects: list[s.Expect] = field(default_factory=list)
    defaults: dict[str, s.Default] = field(default_factory=dict)
    blocks: dict[str, s.Block] = field(default_factory=dict)
    body: list[s.Statement] = field(default_factory=list)

    @property
    def variants(self) -> tuple[str | None, ...]:
        """The networks of the file: a name for each column, None for the only one, nothing in a library of blocks."""
        if not (self.net or self.body or self.input):
            return ()
        return self.columns or (None,)


def read_program(source: Source, limits: Limits) -> tuple[Program, list[Diagnostic]]:
    """Read a spec. The program is sound only if there are no errors among the diagnostics."""
    findings = examine(source, limits)
    program = Program(source, findings)
    if findings.all:
        return program, findings.all
    statements, unread = parse(source)
    if unread:
        return program, unread
    for statement in statements:
        declare(program, statement)
    check_whole(program)
    return program, findings.all


def declare(program: Program, statement: s.Statement) -> None:
    """File one statement where it belongs."""
    match statement:
        case s.Net():
            once(program, "net", program.net and program.net.name.span, statement.name.span)
            program.net = statement
        case s.Columns():
            declare_columns(program, statement)
        case s.Input():
            once(program, "input", program.input and program.input.span, statement.span)
            check_cells(program, len(statement.cells), statement.span)
            program.input = statement
        case s.Let():
            previous = program.lets.get(statement.name.text)
            once(program, f"let {statement.name.text}", previous and previous.name.span, statement.name.span)
            check_cells(program, len(statement.cells), statement.name.span)
            program.lets[statement.name.text] = statement
        case s.Expect():
            check_cells(program, len(statement.cells), statement.what.span)
            program.expects.append(statement)
        case s.Default():
            declare_default(program, statement)
        case s.Block():
            declare_block(program, statement)
        case _:
            check_suite(program, [statement], within="")
            program.body.append(statement)


def once(program: Program, what: str, earlier: Span | None, here: Span) -> None:
    """Refuse a statement that was made before."""
    if earlier:
        line = program.source.place(earlier).line
        program.findings.add("E107", here, f"`{what}` is stated twice", f"first in line {line}")


def declare_columns(program: Program, statement: s.Columns) -> None:
    """Name the networks; the line stands above every line with bars."""
    first = statement.names[0].span
    if program.columns:
        program.findings.add("E107", first, "`columns` is stated twice")
    names = [name.text for name in statement.names]
    for position, name in enumerate(statement.names):
        if name.text in names[:position]:
            program.findings.add("E107", name.span, f"two columns are called `{name.text}`")
    program.columns = tuple(names)


def declare_default(program: Program, statement: s.Default) -> None:
    """File a default under the kind of its op, whatever word it used for it."""
    check_cells(program, len(statement.cells), statement.op.span)
    op = ops.find(statement.op.text)
    if not op and statement.op.text != "residual":
        program.findings.add(
            "E301",
            statement.op.span,
            f"there is no layer `{statement.op.text}`",
            help=meant(statement.op.text),
        )
    kind = op.model_fields["kind"].default if op else statement.op.text
    earlier = program.defaults.get(kind)
    once(program, f"default {statement.op.text}", earlier and earlier.op.span, statement.op.span)
    for cell in statement.cells:
        for position, item in enumerate(cell.items):
            misplaced = isinstance(item, s.From) or (
                isinstance(item, s.Except) and position < len(cell.items) - 1
            )
            if misplaced or (isinstance(item, s.Except) and item.word.text != "last"):
                word = item.label if isinstance(item, s.From) else item.word  # type: ignore[union-attr]
                message = "a default ends in `, except last`, or in a layer"
                program.findings.add("E109", word.span, message)
    program.defaults[kind] = statement


def declare_block(program: Program, block: s.Block) -> None:
    """File a block; its name must be its own."""
    name, findings = block.name, program.findings
    earlier = program.blocks.get(name.text)
    once(program, f"block {name.text}", earlier and earlier.name.span, name.span)
    if ops.find(name.text) or name.text == "residual":
        findings.add("E312", name.span, f"`{name.text}` is a layer already, so no block can be called so")
    if not name.text.replace("_", "a").isalnum():
        findings.add("E312", name.span, f"`{name.text}` is no name for a block", help="letters, digits and _")
    seen: set[str] = set()
    for parameter in block.parameters:
        if parameter.name.text in seen:
            findings.add("E107", parameter.name.span, f"two parameters are called `{parameter.name.text}`")
        seen.add(parameter.name.text)
    check_suite(program, block.body, within=name.text)
    program.blocks[name.text] = block


def check_suite(program: Program, statements: Sequence[s.Statement], within: str) -> None:
    """Check the lines of the file or of a block, and everything indented below them."""
    pending = [(statement, within, False) for statement in statements]
    while pending:
        statement, block, branches = pending.pop()
        match statement:
            case s.Row():
                check_row(program, statement, block, branches)
            case s.Branch():
                check_branch(program, statement, branches)
                pending += [(inner, block or "a branch", False) for inner in statement.body]
            case s.Join():
                joined = statement.header.word.text != "residual"
                pending += [(inner, block or "a suite", joined) for inner in statement.body]
            case _:
                span = next(spans(statement))
                message = "this statement stands at the left margin, outside blocks and suites"
                program.findings.add("E109", span, message)


def check_row(program: Program, row: s.Row, block: str, branches: bool) -> None:
    """Check the bars of a row: one cell for each network, at the top of the file alone."""
    if branches:
        message = "each line of this suite is a branch"
        program.findings.add("E109", row.span, message, help="begin the line with a bar: `| conv1-64`")
    if block and len(row.cells) > 1:
        message = f"a row inside {block} has one cell"
        program.findings.add(
            "E106", row.span, message, help="a table's cells stand in rows of the net itself"
        )
        return
    check_cells(program, len(row.cells), row.span)
    if len(row.sizes) > 1:
        check_cells(program, len(row.sizes), row.span)
    for number, cell in enumerate(row.cells):
        if not cell.items and not cell.nothing:
            column = program.columns[number] if number < len(program.columns) else number + 1
            message = f"the cell of column {column} is empty"
            program.findings.add("E105", row.span, message, help="write `-` where a network has nothing here")


def check_branch(program: Program, branch: s.Branch, branches: bool) -> None:
    """Check that a branch stands where branches do, and says something."""
    if not branches:
        message = "a line that begins with a bar is a branch, and there is nothing here to join"
        program.findings.add(
            "E109", branch.span, message, help="branches stand below `add:`, `mul:` or `concat:`"
        )
    elif not (branch.cell.items or branch.body):
        message = "this branch is empty"
        program.findings.add(
            "E105", branch.span, message, help="write `identity` for the branch that changes nothing"
        )


def check_cells(program: Program, count: int, span: Span) -> None:
    """Check that a line has one cell, or one for each network."""
    columns = program.columns
    if count == 1 or count == len(columns):
        return
    if not columns:
        message = "bars part the cells of a table, and no `columns` line above names its networks"
        program.findings.add("E106", span, message, f"{count} cells", "write `columns A | B` first")
        return
    missing = ", ".join(columns[count:])
    message = f"this line has {count} cells and the table has {len(columns)} columns"
    found = f"nothing for {missing}" if missing else f"{count - len(columns)} too many"
    program.findings.add(
        "E104", span, message, found, "a line has one cell for all networks, or one for each"
    )


def check_whole(program: Program) -> None:
    """Check what a file must have, and that its blocks do not use each other in a circle."""
    start = Span(0, min(len(program.source.text), 1))
    if program.body and not program.net:
        program.findings.add("E108", start, "the spec has no `net` line", help="begin with `net NAME`")
    if (program.body or program.net) and not program.input:
        program.findings.add(
            "E108", start, "the spec has no `input` line", help="write `input 224x224 RGB`, say"
        )
    if (program.net or program.input) and not program.body:
        program.findings.add("E108", start, "the spec has no layers")
    if not program.variants and not program.blocks:
        program.findings.add(
            "E108", start, "the spec is empty", help="`net NAME`, `input 224x224 RGB`, then layers"
        )
    check_circles(program)


def check_circles(program: Program) -> None:
    """Refuse blocks that use themselves, directly or through others."""
    uses = {name: dict(block_words(program, block.body)) for name, block in program.blocks.items()}
    done: set[str] = set()
    for name in uses:
        path = [(name, iter(uses[name].items()))]
        while path:
            used = next((item for item in path[-1][1] if item[0] not in done), None)
            if used is None:
                done.add(path.pop()[0])
                continue
            chain = [step for step, _ in path]
            if used[0] in chain:
                circle = " uses ".join([*chain[chain.index(used[0]) :], used[0]])
                program.findings.add("E311", used[1], "a block cannot use itself", circle)
                return
            path.append((used[0], iter(uses[used[0]].items())))


def block_words(program: Program, statements: Iterable[s.Statement]) -> Iterator[tuple[str, Span]]:
    """The blocks that some statements use, and where."""
    for layer in layers(statements):
        form = split(layer.word, program.blocks)
        if form and form.name in program.blocks:
            yield form.name, layer.word.span


def layers(statements: Iterable[s.Statement]) -> Iterator[s.Layer]:
    """Every layer that some statements write, whatever it is nested in."""
    pending: list[object] = list(statements)
    while pending:
        match pending.pop():
            case s.Layer() as layer:
                yield layer
            case s.Group(items, _) | s.Cell(items):
                pending += items
            case s.Row() as row:
                pending += row.cells
            case s.Branch() as branch:
                pending += [branch.cell, *branch.body]
            case s.Join() as join:
                pending += [join.header, *join.body]


def spans(statement: s.Statement) -> Iterator[Span]:
    """A place to point at for a statement that stands where it may not."""
    match statement:
        case s.Net() | s.Block() | s.Let():
            yield statement.name.span
        case s.Columns():
            yield statement.names[0].span
        case s.Input():
            yield statement.span
        case s.Expect():
            yield statement.what.span
        case s.Default():
            yield statement.op.span
