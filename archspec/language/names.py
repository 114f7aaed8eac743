"""The names that a spec gives: to its net, to `let`s and parameters, to blocks, to lines."""

import re

from archspec.language import syntax as s
from archspec.language.findings import Findings

LONGEST = 100
"""Characters of a name."""
FORMS = {"net": r"[A-Za-z_][\w.-]*", "label": r"[A-Za-z_]\w*(\.\w+)*"}
"""What names may be; others are plain."""
PLAIN = r"[A-Za-z_]\w*"
HELP = {
    "net": "a net's name has letters, digits, `_`, `-` and dots",
    "label": "a label has letters, digits and `_`, and dots between them",
}


def check_name(findings: Findings, what: str, name: s.Word | None) -> None:
    """Refuse a name that could be none of a layer, a variable or a file."""
    if name is None:
        return
    said = "`let`" if what == "let" else what
    if len(name.text) > LONGEST:
        found = f"{len(name.text):,} characters, at most {LONGEST}"
        findings.add("E312", name.span, f"the name of this {said} is too long", found)
    elif not re.fullmatch(FORMS.get(what, PLAIN), name.text, re.ASCII):
        help = HELP.get(what, "a name has letters, digits and `_`")
        findings.add("E312", name.span, f"`{name.text}` is no name for a {said}", help=help)
