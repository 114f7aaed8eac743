"""A file's statements put where they belong, one after the other, and what is wrong with each said at once."""

from typing import TYPE_CHECKING

from archspec import ops
from archspec.language import syntax as s
from archspec.language.circles import check_circles
from archspec.language.names import check_name
from archspec.language.suggest import did_you_mean, meant
from archspec.language.suites import check_cells, check_suite
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.program import Program


def declare(program: "Program", statement: s.Statement) -> None:
    """File one statement where it belongs."""
    match statement:
        case s.Net():
            once(program, "net", program.net and program.net.name.span, statement.name.span)
            check_name(program.findings, "net", statement.name)
            program.net = statement
        case s.Use():
            declare_use(program, statement)
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
            check_name(program.findings, "let", statement.name)
            program.lets[statement.name.text] = statement
        case s.Expect():
            check_cells(program, len(statement.cells), statement.what.span)
            program.expects.append(statement)
        case s.Default():
            declare_default(program, statement)
        case s.Block():
            declare_block(program, statement)
        case s.Head():
            earlier = program.heads.get(statement.name.text)
            once(program, f"head {statement.name.text}", earlier and earlier.name.span, statement.name.span)
            check_name(program.findings, "head", statement.name)
            check_suite(program, statement.body, within="")
            program.heads[statement.name.text] = statement
            program.body.append(statement)
        case _:
            check_suite(program, [statement], within="")
            program.body.append(statement)


def once(program: "Program", what: str, earlier: Span | None, here: Span) -> None:
    """Refuse a statement that was made before."""
    if earlier:
        line = program.source.place(earlier).line
        program.findings.add("E107", here, f"`{what}` is stated twice", f"first in line {line}")


def declare_use(program: "Program", statement: s.Use) -> None:
    """Bring in what a line names of another file: blocks, its network, or its conventions."""
    for name in statement.names:
        earlier = program.uses.get(name.text)
        once(program, f"use {name.text}", earlier and earlier.span, name.span)
        if ops.find(name.text):
            program.findings.add(
                "E312", name.span, f"`{name.text}` is a layer already, so nothing used can be called so"
            )
        program.uses[name.text] = name
    used = program.library.fetch(program.source, program.findings, statement.file)
    for name in statement.names if used else ():
        assert used
        if name.text == "defaults":
            program.conventions.append(used)
        elif name.text in used.blocks:
            program.imports[name.text] = used
        elif used.net and used.net.name.text == name.text:
            program.networks[name.text] = used
        else:
            there = [*used.blocks, *([used.net.name.text] if used.net else []), "defaults"]
            message = f"`{statement.file.text}` has no block and no network called `{name.text}`"
            program.findings.add("E316", name.span, message, help=did_you_mean(name.text, there))


def declare_columns(program: "Program", statement: s.Columns) -> None:
    """Name the networks; the line stands above every line with bars."""
    first = statement.names[0].span
    once(program, "columns", program.table and program.table.names[0].span, first)
    program.table = statement
    most = program.limits.columns
    if len(statement.names) > most:
        message = f"a table has at most {most} columns"
        program.findings.add("E504", first, message, f"{len(statement.names):,} here", "raise the limit: --max-columns")
    seen: set[str] = set()
    for name in statement.names:
        if name.text in seen:
            program.findings.add("E107", name.span, f"two columns are called `{name.text}`")
        seen.add(name.text)
    program.columns = tuple(dict.fromkeys(name.text for name in statement.names))


def declare_default(program: "Program", statement: s.Default) -> None:
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
    kind = op.own_kind() if op else statement.op.text
    earlier = program.defaults.get(kind)
    once(program, f"default {statement.op.text}", earlier and earlier.op.span, statement.op.span)
    for cell in statement.cells:
        for position, item in enumerate(cell.items):
            last = isinstance(item, s.Except) and item.word.text == "last" and position == len(cell.items) - 1
            if isinstance(item, s.From | s.Except) and not last:
                message = "a default ends in `, except last`, or in a layer"
                program.findings.add("E109", item.span, message)
    program.defaults[kind] = statement


def declare_block(program: "Program", block: s.Block) -> None:
    """File a block; its name must be its own."""
    name, findings = block.name, program.findings
    earlier = program.blocks.get(name.text)
    once(program, f"block {name.text}", earlier and earlier.name.span, name.span)
    taken = ops.find(name.text) or name.text == "residual"
    if taken:
        findings.add("E312", name.span, f"`{name.text}` is a layer already, so no block can be called so")
    check_name(findings, "block", name)
    seen: set[str] = set()
    for parameter in block.parameters:
        check_name(findings, "parameter", parameter.name)
        if parameter.name.text in seen:
            findings.add("E107", parameter.name.span, f"two parameters are called `{parameter.name.text}`")
        seen.add(parameter.name.text)
    check_suite(program, block.body, within=f"block `{name.text}`")
    if not taken:
        program.blocks[name.text] = block


def check_whole(program: "Program") -> None:
    """Check what a file must have, and that its blocks do not use each other in a circle."""
    start = Span(0, min(len(program.source.text), 1))
    if program.body and not program.net:
        program.findings.add("E108", start, "the spec has no `net` line", help="begin with `net NAME`")
    if (program.body or program.net) and not program.input:
        program.findings.add("E108", start, "the spec has no `input` line", help="write `input 224x224 RGB`, say")
    if (program.net or program.input) and not program.body:
        program.findings.add("E108", start, "the spec has no layers")
    for name in program.blocks.keys() & program.uses.keys():
        once(program, f"block {name}", program.uses[name].span, program.blocks[name].name.span)
    if not program.variants and not program.blocks and not program.defaults:
        program.findings.add("E108", start, "the spec is empty", help="`net NAME`, `input 224x224 RGB`, then layers")
    check_circles(program)
