"""Other files that a spec uses: found in its own folder tree or among the specs that ship, and read once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from archspec.diagnostics import Problem
from archspec.files import folder, read
from archspec.language import syntax as s
from archspec.language.findings import Findings
from archspec.language.limits import Limits
from archspec.language.suggest import did_you_mean
from archspec.language.text import decode
from archspec.source import Source

if TYPE_CHECKING:
    from archspec.language.program import Program

Reader = Callable[[Source, "Library"], "Program"]


@dataclass
class Library:
    """The files of one check. They have the room of one spec together, whichever way they use each other."""

    root: Path
    limits: Limits
    reader: Reader
    size: int = 0
    files: dict[Path, "Program"] = field(default_factory=dict)
    open: dict[Path, str] = field(default_factory=dict)
    """The files that are being read, each used by the one before it, and what they are called."""

    def fetch(self, user: Source, findings: Findings, file: s.Quoted) -> "Program | None":
        """The file that a line of another one names; None, with a word about it, where there is none to use."""
        place = self.find(user, findings, file)
        if place is None:
            return None
        if place in self.open:
            names = list(self.open.values())
            circle = " uses ".join([*names[list(self.open).index(place) :], self.open[place]])
            findings.add("E318", file.span, "files use each other in a circle", circle)
            return None
        if place not in self.files:
            program = self.take(user, findings, file, place)
            if program is None:
                return None
            self.files[place] = program
        return self.files[place]

    def find(self, user: Source, findings: Findings, file: s.Quoted) -> Path | None:
        """Where a used file lies: beside or below the file that uses it, inside the first spec's tree, or shipped."""
        shipped = Path(str(folder("specs"))).resolve()
        outside = False
        for start in (user.home, shipped):
            try:
                place = Path(start, file.text).resolve()
                inside = place.is_relative_to(self.root) or place.is_relative_to(shipped)
                if inside and place.is_file():
                    return place
            except (OSError, RuntimeError):  # too long a name, or links in a circle
                continue
            outside |= not inside
        if outside:
            message = f"`{file.text}` is outside the folder of the spec"
            help = "a spec uses files of its own folder, of those below it, and the specs that ship"
            findings.add("E609", file.span, message, help=help)
        else:
            beside = [path.name for where in (user.home, shipped) for path in sorted(where.glob("*.arch"))]
            whole = f"{file.text}.arch"
            help = did_you_mean(whole if whole in beside else file.text, beside)
            findings.add("E610", file.span, f"there is no file `{file.text}` to use", help=help)
        return None

    def take(self, user: Source, findings: Findings, file: s.Quoted, place: Path) -> "Program | None":
        """Read a file that was not read before. What is wrong in it is said with the line that uses it."""
        shown = str(PurePath(user.path).parent / file.text) if user.path != "<stdin>" else file.text
        line = user.place(file.span).line
        try:
            data = read(place, self.limits.bytes - self.size)
            source = decode(shown, data, place)
        except Problem as refused:
            diagnostic = refused.diagnostics[0]
            findings.add(diagnostic.code, file.span, diagnostic.message, diagnostic.found, diagnostic.help)
            return None
        if len(self.open) > self.limits.nesting:
            message = f"files use each other more than {self.limits.nesting} deep"
            findings.add("E502", file.span, message, help="raise the limit: --max-nesting")
            return None
        self.size += len(data)
        self.open[place] = source.name
        program = self.reader(source, self)
        del self.open[place]
        note = f"`{file.text}` is used by line {line} of {user.name}"
        wrong = [d for d in program.findings.all if d.severity == "error"]
        findings.all += [replace(d, notes=(*d.notes, note)) for d in wrong]
        return None if wrong else program
