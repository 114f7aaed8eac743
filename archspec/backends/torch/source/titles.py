"""What the classes of the generated file are called, and their docstrings."""

import re
from collections import Counter
from collections.abc import Sequence

from archspec.backends.torch.source.identifiers import capitalized
from archspec.backends.torch.source.region import Region

Title = tuple[str, str]
"""A name and a docstring."""

VARIANTS = (
    ("Conv2d", "Projection", "with a projection as its shortcut"),
    ("ChannelPad", "Padded", "with zeros for the channels that its shortcut lacks"),
)
"""How a residual block differs from its most used form: by layers on its shortcut."""


def titles(groups: Sequence[Sequence[Region]]) -> list[Title]:
    """The titles of the structures that one block has, the most used first: that one has the block's name."""
    return [title(group, groups[0][0]) for group in groups]


def title(group: Sequence[Region], main: Region) -> Title:
    first = group[0]
    if first.site is None:
        return stage(group)
    name, about = capitalized(first.site.block), f"The spec's block `{first.site.block}`"
    if "Shortcut" in layers(first):  # a class of its own, so these were never beside the others
        return f"{name}Projection", f"{about}, with a projection as its shortcut."
    extra = layers(first) - layers(main)
    for layer, suffix, how in VARIANTS if "Add" in layers(first) else ():
        if layer in extra:
            return f"{name}{suffix}", f"{about}, {how}."
    return name, f"{about}."


def stage(group: Sequence[Region]) -> Title:
    """`ConvStage` for what the labels conv1 and conv2 hold, `Shortcut` for the shortcut of every block."""
    labels = list(dict.fromkeys(region.scope.rpartition(".")[2] for region in group))
    word = re.match(r"[A-Za-z]*", labels[0])
    name = capitalized(word[0] if word else "")
    if len(labels) < len(group):
        return name, f"What each {' and '.join(labels)} holds."
    return name if name.endswith("Stage") else f"{name}Stage", f"The layers of {', '.join(labels)}."


def layers(region: Region) -> Counter[str]:
    return Counter(part.call.name for part in region.parts)
