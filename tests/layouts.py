"""What a layout may change and what not, seen from outside: a text as its lines without blanks."""

import random
import re
from functools import lru_cache
from typing import Any

from archspec.checks.checkup import check_source
from archspec.formatting import format_spec
from archspec.language.settled import Choices
from archspec.source import Source

SAID = re.compile(r'("[^"\n]*"|#[^\n]*)')


def bare(text: str) -> list[str]:
    """The lines of a spec that are not blank, without the blanks outside of quotes and comments.

    What is quoted or a comment is as it was written; all else as the language reads it.
    """
    source = Source("t.arch", text)
    lines, at = [], 0
    for line in source.plain.split("\n"):
        found = ""
        for part in re.split(SAID, line):
            original = source.text[at : at + len(part)]
            at += len(part)
            if part[:1] == "#":
                found += original.rstrip()
            elif part[:1] == '"':
                found += f'"{original[1:-1]}"'
            else:
                found += re.sub(r"[ \t]", "", part)
        at += 1
        lines += [found] if found else []
    return lines


def comments(text: str) -> list[tuple[str, str]]:
    """Every comment, and what stands before it in its line."""
    found = []
    for line in bare(text):
        said = re.fullmatch(r'((?:[^"#]|"[^"]*")*)(#.*)', line)
        found += [(said[1], said[2])] if said else []
    return found


@lru_cache(maxsize=4)
def meaning(text: str) -> tuple[list[Any], list[tuple[str, tuple[str, ...]]]]:
    """The graphs of a spec without places and digests, and the codes of what is said of it."""
    checkup = check_source(Source("t.arch", text), Choices())
    said = sorted((d.code, d.columns) for d in checkup.diagnostics)
    return [network.graph and content(network.graph.model_dump()) for network in checkup.networks], said


def content(graph: dict[str, Any]) -> dict[str, Any]:
    """A graph without places and digests."""
    return {
        **{name: value for name, value in graph.items() if name not in ("sha256", "nodes")},
        "nodes": [{name: value for name, value in node.items() if name != "origin"} for node in graph["nodes"]],
    }


def faults(text: str, laid: str) -> list[str]:
    """What is wrong with a layout of a text: the promises that a layout keeps, one by one."""
    checks = {
        "another meaning": meaning(laid) == meaning(text),
        "more than blanks changed": bare(laid) == bare(text),
        "a comment lost or moved": comments(laid) == comments(text),
        "not the same again": format_spec(laid) == laid,
        "blank lines": "\n\n\n" not in laid and laid.strip("\n") + "\n" * bool(laid) == laid,
        "a trailing blank": not re.search(r"[^\S\n](\n|$)", laid),
        "a margin that is no multiple of 4": all(
            len(found) % 4 == 0 for found in re.findall("^ *", laid, re.MULTILINE)
        ),
        "a tab": "\t" not in re.sub(SAID, "", laid),
        "bars that are not below each other": all(len(places) == 1 for places in bars(laid).values()),
    }
    return [fault for fault, holds in checks.items() if not holds]


def bars(laid: str) -> dict[int, set[int]]:
    """The columns that the first, second, ... bar of rows stand at, but for rows with reasons or over several lines."""
    places: dict[int, set[int]] = {}
    depth = 0
    for line in laid.splitlines():
        code = re.sub(r"#.*", "", re.sub(r'"[^"]*"', '"', line)).partition("=>")[0]
        before, depth = depth, depth + len(re.findall(r"[(\[]", code)) - len(re.findall(r"[)\]]", code))
        if not before and not depth and '"' not in code and not code.lstrip().startswith("|"):
            for number, bar in enumerate(re.finditer(r"\|", code)):
                places.setdefault(number, set()).add(bar.start())
    return places


def edited(text: str, seed: int) -> str:
    """The text after a few slips of the keyboard; it may still be a spec."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 3)):
        at, other, length = rng.randrange(len(text)), rng.randrange(len(text)), rng.randint(1, 20)
        inserted = rng.choice(("", rng.choice(' \t\n|:,;()[]{}#"x-=>3a—\u00a0'), text[other : other + length]))
        text = text[:at] + inserted + text[at + (0 if inserted else length) :]
    return text


INSERTED = "#@@"
"""How the comments begin that `mangled` adds."""


def mangled(text: str, seed: int) -> str:
    """The same spec, untidily written, with comments between its lines."""
    rng = random.Random(seed)
    unit = rng.randint(1, 6)
    lines = []
    for line in text.splitlines():
        margin = len(line) - len(line.lstrip())
        parts = [part if part[:1] == "#" else untidy(part, rng) for part in re.split(SAID, line.lstrip())]
        lines.append(" " * (margin // 4 * unit) + "".join(parts) + rng.choice(("", "  ", "\t")) if line else "  ")
        lines += rng.choice(([], [], [" " * rng.randint(0, 9) + INSERTED], [""])) if line else ["", " "]
    kept = [now for now, after in zip(lines, [*lines[1:], ""], strict=True) if now or not after.strip()]
    return rng.choice(("", "\ufeff")) + rng.choice(("\n", "\r\n")).join(kept)


def untidy(code: str, rng: random.Random) -> str:
    """Code, or a quoted text, with other blanks and the characters of papers."""
    if code[:1] == '"':
        return rng.choice((code, f"“{code[1:-1]}”"))

    def blank(low: int = 0) -> str:
        return "".join(rng.choice((" ", "\t", "\u00a0")) for _ in range(rng.randint(low, 3)))

    code = re.sub(
        r"\{.*?\}", lambda hole: re.sub(r"[-+*/]", lambda sign: f"{blank()}{sign[0]}{blank()}", hole[0]), code
    )
    code = re.sub(r" +", lambda _: blank(1), code)
    code = re.sub(r"(?<=.)(=>|->|[()=|\[\];]|,(?=\s))", lambda mark: f"{blank()}{mark[1]}{blank()}", code)
    code = re.sub(r"(?<=[\s)\]])x(?=[0-9{])", lambda _: rng.choice(("x", "×", "x ")), code)
    return re.sub("-", lambda _: rng.choice("-–−"), code)
