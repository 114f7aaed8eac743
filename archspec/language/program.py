"""One file as its statements declare it, with everything checked that no network is needed for."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from archspec.diagnostics import Diagnostic
from archspec.language import syntax as s
from archspec.language.declare import check_whole, declare
from archspec.language.findings import Findings
from archspec.language.library import Library
from archspec.language.limits import Limits
from archspec.language.parse import parse
from archspec.language.text import examine
from archspec.language.words import Spelled, split
from archspec.source import Source

SHARED = 1 << 14
"""Characters of a used file whose statements are kept for the next spec that uses it: a library of blocks has some
thousand."""


@dataclass
class Program:
    """One file: its networks' table, the blocks that they use, and what it uses of other files."""

    source: Source
    findings: Findings
    library: Library
    net: s.Net | None = None
    table: s.Columns | None = None
    columns: tuple[str, ...] = ()
    input: s.Input | None = None
    lets: dict[str, s.Let] = field(default_factory=dict)
    expects: list[s.Expect] = field(default_factory=list)
    defaults: dict[str, s.Default] = field(default_factory=dict)
    blocks: dict[str, s.Block] = field(default_factory=dict)
    uses: dict[str, s.Word] = field(default_factory=dict)
    """The names that `use` lines bring in, where they stand there."""
    imports: dict[str, "Program"] = field(default_factory=dict)
    """The blocks of other files, by name, and the files."""
    networks: dict[str, "Program"] = field(default_factory=dict)
    """The networks of other files, by name, and the files."""
    conventions: list["Program"] = field(default_factory=list)
    """The files whose `default` lines hold here too."""
    heads: dict[str, s.Head] = field(default_factory=dict)
    body: list[s.Statement] = field(default_factory=list)
    _spelled: dict[s.Word, Spelled | None] = field(default_factory=dict)
    _split: dict[str, Spelled | None] = field(default_factory=dict)

    def spelled(self, word: s.Word) -> Spelled | None:
        """A layer's word taken apart, once for each place; None when it names neither op nor block."""
        try:
            return self._spelled[word]
        except KeyError:
            if word.text not in self._split:
                self._split[word.text] = split(word, self.known)
            found = self._split[word.text]
            self._spelled[word] = found and found.at(word.span.start)
            return self._spelled[word]

    @property
    def known(self) -> Mapping[str, object]:
        """Everything that can be used like a layer besides the ops: blocks and networks."""
        return ChainMap[str, object](self.blocks, self.imports, self.networks)  # type: ignore[arg-type]

    @property
    def limits(self) -> Limits:
        return self.library.limits

    @property
    def variants(self) -> tuple[str | None, ...]:
        """The networks of the file: a name for each column, None for the only one, nothing in a library of blocks."""
        if not (self.net or self.body or self.input):
            return ()
        return self.columns or (None,)


def read_program(source: Source, limits: Limits) -> tuple[Program, list[Diagnostic]]:
    """Read a spec. The program is sound only if there are no errors among the diagnostics."""
    library = Library(source.home.resolve(), limits, read_file, len(source.text))
    library.open[(source.home / source.name).resolve()] = source.name
    program = read_file(source, library)
    return program, program.findings.all


def read_file(source: Source, library: Library) -> Program:
    """Read one file, and those that it uses."""
    program = Program(source, examine(source, library.limits), library)
    findings = program.findings
    if findings.all:
        return program
    statements, unread = used_statements(source, library) or parse(source)
    findings.all += unread
    for statement in statements:
        declare(program, statement)
        if findings.full:
            return program
    if not unread:
        check_whole(program)
    return program


def used_statements(source: Source, library: Library) -> tuple[tuple[s.Statement, ...], list[Diagnostic]] | None:
    """The statements of a file that others use, kept from one spec to the next; None for what is read anew."""
    used = len(library.open) > 1 and len(source.text) <= SHARED
    statements = sound_statements(source.text) if used else None
    return None if statements is None else (statements, [])


@lru_cache(maxsize=32)
def sound_statements(text: str) -> tuple[s.Statement, ...] | None:
    """The statements of a text; None where it cannot be read. They say where they stand, not in which file."""
    statements, unread = parse(Source("", text))
    return None if unread else statements
