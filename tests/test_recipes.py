"""Recipes: the papers' ship, what is written reads back the same, and what is wrong is said at its line."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recipes import recipes

from archspec.diagnostics import Problem
from archspec.files import folder, shipped
from archspec.recipes import Part, Recipe
from archspec.recipes.accepted import accepted
from archspec.recipes.places import places
from archspec.recipes.reading import find_recipe, read_recipe
from archspec.recipes.schedule import rate
from archspec.recipes.writing import toml, written
from archspec.source import Source

ROOT = Path(__file__).parents[1]
NAMES = shipped("recipes", ".toml")
PAGE = (ROOT / "docs" / "recipes.md").read_text()
SHIPPED = [(folder("recipes") / f"{name}.toml").read_text() for name in NAMES]


def read(text: str) -> Recipe:
    return read_recipe(Source("a.toml", text))


def said(text: str) -> list[tuple[int, str, str, str]]:
    """What is wrong with a text: line, what the caret points at, message and values, help."""
    source = Source("a.toml", text)
    with pytest.raises(Problem) as caught:
        read_recipe(source)
    found = []
    for each in caught.value.diagnostics:
        assert each.code == "E623"
        assert each.place is not None
        assert each.span is not None
        message = f"{each.message}: {each.found}" if each.found else each.message
        found.append((each.place.line, source.text[slice(*each.span)], message, each.help))
    return found


def test_the_recipes_of_the_papers_ship() -> None:
    assert NAMES == ["digits", "fcn", "fcn-heavy", "he-cifar10", "he-cifar10-110", "unet", "vgg"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_recipe_is_read_by_name_and_as_a_file(name: str) -> None:
    recipe = find_recipe(name)
    assert recipe == find_recipe(str(folder("recipes") / f"{name}.toml"))
    assert recipe.about


def test_names_cost_no_import() -> None:
    program = (
        "import sys\nfrom archspec.files import shipped\nshipped('recipes', '.toml')\nprint('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_he_et_al_lower_the_rate_at_32k_and_48k() -> None:
    recipe = find_recipe("he-cifar10")
    assert (recipe.steps, recipe.batch, recipe.optimizer.momentum, recipe.optimizer.weight_decay) == (
        64000,
        128,
        0.9,
        1e-4,
    )
    steps = [0, 31_999, 32_000, 47_999, 48_000, 63_999]
    assert [rate(recipe, step, 390) for step in steps] == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_he_et_al_warm_110_layers_up_and_change_nothing_else() -> None:
    recipe, deep = find_recipe("he-cifar10"), find_recipe("he-cifar10-110")
    assert [rate(deep, step, 390) for step in (0, 399, 400)] == pytest.approx([0.01, 0.01, 0.1])
    warm = {"warmup": 400, "warmup_kind": "constant"}
    schedule = recipe.schedule.model_copy(update=warm)
    assert deep == recipe.model_copy(update={"about": deep.about, "schedule": schedule})


def test_vgg_has_four_rates() -> None:
    recipe = find_recipe("vgg")
    rates = [rate(recipe, step, 5004) for step in range(0, 74 * 5004, 5004)]
    assert sorted(set(rates), reverse=True) == pytest.approx([1e-2, 1e-3, 1e-4, 1e-5])


@settings(max_examples=200, deadline=None)
@given(recipes())
def test_what_is_written_reads_back_the_same(recipe: Recipe) -> None:
    assert read(toml(recipe)) == recipe


@pytest.mark.parametrize("text", SHIPPED, ids=NAMES)
def test_what_is_written_has_every_key(text: str) -> None:
    recipe = read(text)
    held = tomllib.loads(toml(recipe))
    for name, value in recipe:
        names = set(dict(value)) if isinstance(value, Part) else set()
        assert set(held.get(name, {}) if names else ()) == {each for each in names if getattr(value, each) is not None}


WRONG = [
    ("", 'batch = "64"', "batch", '`batch` is a whole number from 1 to 9,999,999,999: "64" here', ""),
    ("", "batch = 64.0", "batch", "`batch` is a whole number from 1 to 9,999,999,999: 64.0 here", ""),
    ("", "batch = true", "batch", "`batch` is a whole number from 1 to 9,999,999,999: true here", ""),
    ("", "accumulate = 3", "accumulate", "the parts of a batch are equal: 64 examples in 3 parts", ""),
    ("", "bach = 64", "bach", "a recipe has no `bach`", "did you mean `batch`?"),
    ("", "steps = 5", "epochs", "a recipe has `epochs` or `steps`, not both: 10 epochs and 5 steps", "take one out"),
    ("", "loss = 1", "loss", "`loss` is a table: 1 here", ""),
    ("", "loss = {ignore=1, balanced=true}", "balanced", "`[loss]` has no `balanced`", "did you mean `balance`?"),
    ("", "loss.border_sigma = 2.0", "border_sigma", "`border_sigma` has no effect: with no `border`", ""),
    ("", "synchronized = 1", "synchronized", "`synchronized` is true or false: 1 here", ""),
    ("optimizer", "rate = 0", "rate", "`rate` is a number above 0: 0 here", ""),
    ("optimizer", "rate = inf", "rate", "`rate` is a number above 0: inf here", ""),
    ("optimizer", "momentum = 1.0", "momentum", "`momentum` is a number from 0 to below 1: 1.0 here", ""),
    ("optimizer", 'kind = "sdg"', "kind", '`kind` is "sgd" or "adamw": "sdg" here', "did you mean `sgd`?"),
    ("optimizer", "momentum = 0\nnesterov = true", "nesterov",
     "Nesterov's momentum takes some momentum: with momentum 0", ""),
    ("optimizer", 'nesterov = true\nkind = "adamw"', "nesterov",
     'Nesterov\'s momentum is for SGD: with kind "adamw"', ""),
    ("schedule", "at = [5]", "at", '`at` has no effect: with kind "constant"', ""),
    ("schedule", "factor = 0.5", "factor", '`factor` has no effect: with kind "constant"', ""),
    ("schedule", 'kind = "step"', "kind", "the schedule does not say when", "add `at`, a list of steps (or epochs)"),
    ("schedule", 'kind = "step"\nat = [3, 3]', "at", "the numbers in `at` rise: 3 after 3", ""),
    ("schedule", 'kind = "step"\nat = [3, 10]\nunit = "epochs"', "at",
     "the rate falls after the end: at 10 of 10 epochs", ""),
    ("schedule", 'unit = "epochs"', "unit", "`unit` has no effect: with no warm-up and no `at`", ""),
    ("schedule", 'warmup = 11\nunit = "epochs"', "warmup", "the warm-up is longer than the run: 11 of 10 epochs", ""),
    ("schedule", "warmup = 1\nwarmup_factor = 0.5", "warmup_factor",
     "`warmup_factor` has no effect: with a linear warm-up", ""),
    ("schedule", "warmup_factor = 2.0", "warmup_factor", "`warmup_factor` is a number above 0, up to 1: 2.0 here", ""),
    ("data", 'fit = "fill"', "fit", '`fit` is "exact", "crop", "mirror" or "ignore": "fill" here', ""),
    ("data", 'fit = "mirrored"', "fit", '`fit` is "exact", "crop", "mirror" or "ignore": "mirrored" here',
     "did you mean `mirror`?"),
    ("data", 'resize = [5, 4]\nfit = "crop"', "resize", "the second size is larger: 5 and 4", ""),
    ("data", "resize = [4]", "resize",
     "`resize` is a whole number from 1 to 9,999,999,999, or a list of 2 whole numbers from 1 to 9,999,999,999"
     ": [4] here", ""),
    ("data", "resize = [4, 5]", "resize", 'images of many sizes are cut to fit: 4 to 5 with fit "exact"',
     'add `fit = "crop"`'),
    ("data", "center = [1, true]", "center",
     '`center` is "none", "pixel" or "channel", or a list of numbers: [1, true] here', ""),
    ("data", 'fit = "crop"\npad = 4', "pad", 'an image is cut at random once: pad 4 and fit "crop"',
     "take one out: `pad` cuts what it padded, `fit` cuts larger images"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "text", "caret", "message", "help"), WRONG)
def test_what_is_wrong_is_said_at_its_line(table: str, text: str, caret: str, message: str, help: str) -> None:
    """Beside what a recipe needs, where the text does not have that itself."""
    tables = {"": "epochs = 10\nbatch = 64", "optimizer": "rate = 0.1"}
    needed = [line for line in tables.get(table, "").splitlines() if line.split()[0] != text.split()[0]]
    tables[table] = "\n".join([*needed, text])
    lines = "\n".join(f"[{name}]\n{held}" if name else held for name, held in tables.items()).splitlines()
    line = next(number for number, line in enumerate(lines, 1) if re.search(rf"\b{caret} *=", line))
    assert said("\n".join(lines)) == [(line, caret, message, help)]


def test_what_is_missing_is_said() -> None:
    assert said("[optimizer]\n[schedule]") == [
        (1, "", "a recipe needs `batch`", "add `batch = ...`, a whole number from 1 to 9,999,999,999"),
        (1, "", "the recipe does not say how long", "add `epochs = 10`, or `steps = 64_000`"),
        (1, "optimizer", "`[optimizer]` needs `rate`", "add `rate = ...`, a number above 0"),
    ]
    assert said("epochs = 1\nbatch = 1") == [(1, "", "a recipe needs `optimizer`", "add a table `[optimizer]`")]


def test_everything_wrong_is_said_at_once() -> None:
    text = 'epochs = 1\nbatch = 0\naccumulate = 2\n[schedule]\nkind = "step"\nat = [2, 1]\nwarmup = -1\n[optimizer]\n'
    assert [(line, caret) for line, caret, *_ in said(text)] == [
        (2, "batch"), (6, "at"), (7, "warmup"), (8, "optimizer"),
    ]  # fmt: skip


def test_what_is_no_toml_is_said_at_its_place() -> None:
    ((line, caret, message, _),) = said("epochs = 1\nbatch = ,\n")
    assert (line, caret, message) == (2, ",", "this is not TOML: invalid value")
    ((line, caret, message, _),) = said("epochs = 1\nbatch = [1")
    assert (line, caret) == (2, "")
    assert message.startswith("this is not TOML: ")


@pytest.mark.parametrize("text", ["a = " + "9" * 5000, "a = " + "[" * 5000 + "]" * 5000], ids=["digits", "nesting"])
def test_what_has_no_end_is_refused(text: str) -> None:
    assert codes(text) == {"E623"}


@pytest.mark.parametrize(
    ("asked", "code", "help"),
    [
        ("digts", "E602", "did you mean `digits`?"),
        ("purple", "E602", f"known here: {', '.join(f'`{name}`' for name in NAMES)}"),
        ("nowhere.toml", "E601", ""),
        ("no/recipe", "E601", ""),
        ("large.toml", "E501", "raise the limit: --max-bytes"),
        ("latin.toml", "E103", "save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said(
    asked: str, code: str, help: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("large.toml").write_text("#" * 65_537)
    Path("latin.toml").write_bytes("about = 'é'".encode("latin-1"))
    with pytest.raises(Problem) as caught:
        find_recipe(asked)
    assert [(each.code, each.help) for each in caught.value.diagnostics] == [(code, help)]


TOKENS = [
    "=",
    "[",
    "]",
    "{",
    "}",
    '"',
    "\n",
    ",",
    ".",
    "#",
    "x",
    "0",
    "-1",
    "1e400",
    "true",
    "nan",
    "[[loss]]",
    "1979-05-27",
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_text_makes_a_traceback(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SHIPPED))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(st.sampled_from(TOKENS) | st.text(max_size=3)) + text[end:]
    assert codes(text) <= {"E623"}


def codes(text: str) -> set[str]:
    """The codes of what is wrong with a text; none where it is right."""
    try:
        read(text)
    except Problem as problem:
        return {each.code for each in problem.diagnostics}
    return set()


@settings(max_examples=50, deadline=None)
@given(recipes())
def test_keys_stand_where_they_are_written(recipe: Recipe) -> None:
    text = toml(recipe)
    for key, span in places(text).items():
        line = text.count("\n", 0, span.start)
        header = next((each for each in text.split("\n")[line::-1] if each.startswith("[")), "")
        assert text[slice(*span)] == key[-1]
        assert header == (f"[{key[0]}]" if key[0] in type(recipe).model_fields and key[0] in TABLES else "")


TABLES = [name for name, field in Recipe.model_fields.items() if "table" in accepted(field)]
PLACES = """a = '''
b = 1
''' # c
"d e".f = 1 # f
x = [
  { y = 1 },
  2 ]
[t]
b = "["
[t . u]
b = { c = { d = 1 }, e = 2 }
[[v]]
w = 1
[[v]]
w = 2
"""


def test_keys_are_found_among_texts_and_lists() -> None:
    found = {key: PLACES.count("\n", 0, span.start) + 1 for key, span in places(PLACES).items()}
    assert found == {
        ("a",): 1, ("d e",): 4, ("d e", "f"): 4, ("x",): 5, ("x", "y"): 6, ("t",): 8, ("t", "b"): 9, ("t", "u"): 10,
        ("t", "u", "b"): 11, ("t", "u", "b", "c"): 11, ("t", "u", "b", "c", "d"): 11, ("t", "u", "b", "e"): 11,
        ("v",): 12, ("v", "w"): 13,
    }  # fmt: skip


def keys(part: type[Part], table: str = "") -> list[tuple[str, str]]:
    """Every key of a table and of those in it, with its default as TOML."""
    found = []
    for name, field in part.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Part):
            found += keys(inner, f"{name}.")
        else:
            default = (
                "needed" if field.is_required() else "none" if field.default is None else f"`{written(field.default)}`"
            )
            found.append((f"`{table}{name}`", default))
    return found


def test_the_page_has_every_key_with_its_default() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    assert sorted((row[0].removeprefix("| "), row[2]) for row in rows if len(row) == 4) == sorted(keys(Recipe))


def test_the_page_has_every_recipe() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    assert [row[0].removeprefix("| ") for row in rows if len(row) == 3] == [f"`{name}`" for name in NAMES]


@pytest.mark.parametrize("text", re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
def test_the_examples_of_the_page_are_read(text: str) -> None:
    assert read(text).optimizer.rate == 0.1
