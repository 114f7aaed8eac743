"""Where lines may stand, and how many cells they have: checked for the whole file before any network is made."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archspec.language import syntax as s
from archspec.language.names import check_name
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.program import Program


def check_suite(program: "Program", statements: Sequence[s.Statement], within: str) -> None:
    """Check the lines of the file or of a block, and everything indented below them."""
    pending = [(statement, within, False) for statement in statements]
    while pending:
        statement, block, branches = pending.pop()
        if isinstance(statement, s.Row | s.Branch | s.Join):
            check_name(program.findings, "label", statement.label)
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
                message = (
                    f"`{type(statement).__name__.lower()}` stands at the left margin, and holds for the whole spec"
                )
                program.findings.add("E109", next(spans(statement)), message)


def check_row(program: "Program", row: s.Row, block: str, branches: bool) -> None:
    """Check the bars of a row: one cell for each network, at the top of the file alone."""
    if branches:
        message = "each line of this suite is a branch"
        program.findings.add("E109", row.span, message, help="begin the line with a bar: `| conv1-64`")
    if block and len(row.cells) > 1:
        message = f"a row inside {block} has one cell"
        program.findings.add("E106", row.span, message, help="a table's cells stand in rows of the net itself")
        return
    fits = check_cells(program, len(row.cells), row.span)
    if len(row.sizes) > 1:
        check_cells(program, len(row.sizes), row.span)
    for number, cell in enumerate(row.cells):
        if fits and not cell.items and not cell.nothing:
            message = f"the cell of column {program.columns[number]} is empty"
            span = next(cell.bar for cell in row.cells[number:] if cell.bar)
            program.findings.add("E105", span, message, help="write `-` where a network has nothing")


def check_branch(program: "Program", branch: s.Branch, branches: bool) -> None:
    """Check that a branch stands where branches do, and says something."""
    if not branches:
        message = "a line that begins with a bar is a branch, and there is nothing here to join"
        program.findings.add("E109", branch.span, message, help="branches stand below `add:`, `mul:` or `concat:`")
    elif not (branch.cell.items or branch.body):
        message = "this branch is empty"
        program.findings.add("E105", branch.span, message, help="write `identity` for the branch that changes nothing")


def check_cells(program: "Program", count: int, span: Span) -> bool:
    """Check that a line has one cell, or one for each network. Gives whether it has."""
    columns = program.columns
    if count in (1, len(columns)):
        return True
    if not columns:
        message = "bars part the cells of a table, and no `columns` line above names its networks"
        program.findings.add("E106", span, message, f"{count} cells", "write `columns A | B` first")
        return False
    missing = ", ".join(columns[count:])
    message = f"this line has {count} cells and the table has {len(columns)} columns"
    found = f"nothing for {missing}" if missing else f"{count - len(columns)} too many"
    program.findings.add("E104", span, message, found, "a line has one cell for all networks, or one for each")
    return False


def spans(statement: s.Statement) -> Iterator[Span]:
    """A place to point at for a statement that stands where it may not."""
    match statement:
        case s.Net() | s.Block() | s.Head() | s.Let():
            yield statement.name.span
        case s.Use():
            yield statement.names[0].span
        case s.Columns():
            yield statement.names[0].span
        case s.Input():
            yield statement.span
        case s.Expect():
            yield statement.what.span
        case s.Default():
            yield statement.op.span
