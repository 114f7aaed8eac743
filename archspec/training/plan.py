"""What a run is to be of, from what a user says: a network, a data set and a recipe that fit each other."""

from dataclasses import replace
from pathlib import Path

from archspec.data import Arrays, DataSet, Examples, Subset, Wanted, known, open_data
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.recipes import Recipe
from archspec.recipes.contradictions import contradictions
from archspec.recipes.reading import find_recipe
from archspec.rewrite.logits import logits
from archspec.training.folder import Asked, Settings
from archspec.training.frame import frame
from archspec.training.order import Indices, shuffled
from archspec.weights import Weights, open_weights
from archspec.weights.partly import Partly

OWN = {"digits": "digits", "cifar10": "he-cifar10", "synthetic": "digits"}
"""The recipes of data sets, where none is asked for."""
SEEDS = 2**63
"""How many seeds there are."""
SPLIT = 0
"""The seed by which examples are held out: the same ones in all runs."""


def beginning(choice: str, seed: int, graph: Graph, partly: bool = False) -> Weights:
    """What training begins with: `he`, `zeros`, or a file's weights; `partly` takes of the file what fits.

    Raises Problem: E601 or E604 for a file that cannot be used, E603 for one of another network.
    """
    return Partly(Path(choice), seed, graph) if partly else open_weights(choice, seed, graph)


def planned(graph: Graph, data: str, recipe: Recipe, seed: int, began: str) -> tuple[Settings, DataSet]:
    """What a run is of, and its data, opened. `began` describes the weights that it begins with.

    Raises Problem: E620 or E621 where the data are not there or damaged, E622 where they do not fit the network.
    """
    if not 0 <= seed < SEEDS:
        raise problem("E602", f"{seed} is no seed of a run", f"from 0 to {SEEDS - 1:,}")
    opened = open_data(data, wanted(graph), seed)
    return Settings(graph, recipe, Asked(data, opened.digest, began, seed)), held_out(opened, recipe.data.hold_out)


def recipe_of(asked: str | None, data: str) -> Recipe:
    """The recipe that is asked for, or the one of a data set. Raises Problem: E602 where there is neither, E623."""
    own = OWN.get(known(data)[0])
    if asked is None and own is None:
        raise problem("E602", f"no recipe goes with {data}", help="`--recipe` names one: vgg, fcn, unet, or a file")
    return find_recipe(asked or own or "")


def changed(recipe: Recipe, epochs: int | None, batch: int | None, rate: float | None) -> Recipe:
    """A recipe with another length, batch or learning rate. Raises Problem E602 where the rest does not fit that."""
    part = recipe.optimizer if rate is None else recipe.optimizer.model_copy(update={"rate": rate})
    length = {"epochs": epochs, "steps": None} if epochs else {}
    found = recipe.model_copy(update={**length, **({"batch": batch} if batch else {}), "optimizer": part})
    for each in contradictions(found):
        raise problem("E602", each.message, each.found, "change the recipe itself: `--recipe FILE.toml`")
    return found


def wanted(graph: Graph) -> Wanted:
    """What a network takes and gives, as data have to fit it. Raises Problem E622 for one that cannot be trained so."""
    trained = logits(graph)
    if len(trained.outputs) > 1:
        raise problem("E622", f"{graph.full_name} has {len(trained.outputs)} outputs, and labels are of one")
    found = frame(trained)
    if found.classes < 2:
        raise problem("E622", f"{graph.full_name} gives one number", "cross-entropy takes one for each of two classes")
    last = trained.by_path.get(trained.outputs[0])
    if last and last.op.kind in BOUNDED:
        help = "leave it off: the loss is taken of what comes before a softmax"
        raise problem("E622", f"{graph.full_name} ends in {last.op.kind}, and cross-entropy takes logits", help=help)
    return found.wanted


BOUNDED = ("sigmoid", "tanh", "softmax", "hardsigmoid")
"""What gives no logits."""


def held_out(data: DataSet, count: int) -> DataSet:
    """The set with so many of its training examples to test on, in place of its test examples.

    Raises Problem E622 where that leaves none.
    """
    if not count:
        return data
    if count >= len(data.train):
        found = f"{len(data.train):,} training examples, {count:,} to be held out"
        raise problem("E622", "nothing is left to train on", found, "`hold_out` in the recipe says how many")
    order = shuffled(SPLIT, 0, len(data.train))
    return replace(data, train=chosen(data.train, order[count:]), test=chosen(data.train, order[:count]))


def chosen(examples: Examples, indices: Indices) -> Examples:
    """Some of the examples; those in memory stay there."""
    return examples.part(indices) if isinstance(examples, Arrays) else Subset(examples, indices.tolist())
