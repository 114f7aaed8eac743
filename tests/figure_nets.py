"""Networks that no style was made for, as a reader of specs may meet them."""

from archspec.checks.checkup import check_source, sound
from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.source import Source


def read(text: str) -> Graph:
    """The graph of a spec that holds one network."""
    (network,) = sound(check_source(Source("test.arch", text.lstrip()), Choices()))
    assert network.graph
    return network.graph


PAIRS = """block pair(channels):
    concat:
        | conv1x3-{channels}
        | conv3x1-{channels}
block unit(channels):
    concat:
        | conv1-{channels}
        | conv3-{channels} conv3-{channels} conv3-{channels}
        | conv1-{channels} pair-4
"""
"""Two modules: one of two branches, and one that has it inside."""
UNIT = """
block unit(width, stride=1):
    residual:
        conv3-{width}/{stride} bn relu
        conv3-{width} bn
    relu
"""

EXAMPLE = f"""
net example
input 32x32 RGB
default conv bias=no
default residual shortcut=B
{UNIT}
conv3-16 bn relu
unit(16) x3
unit(32, 2)
avgpool(global)
FC-10
softmax
"""
"""All that a stack shows, once: a fold, both kinds of shortcut, sizes, a note."""

SMALL_U = """
net small_u
input 64x64 gray
default conv -> relu
down1: conv3-8
maxpool
down2: conv3-16
maxpool
down3: conv3-32
up2: upconv2-16/2 concat(down2) conv3-16
up1: upconv2-8/2 concat(down1) conv3-8
conv1-2(linear)
"""

SLABS = """
net slabs
input 64x64 RGB
default conv -> relu
conv5-16/2
maxpool
conv3-32
maxpool
FC-100 relu
FC-10
softmax
"""

KNOT = """
input 32x32 RGB
a: conv3-8
b: conv3-8
c: add:
    | from a conv3-8
    | from b
d: concat:
    | from b conv1-4
    | from c
"""
"""Branches that start inside others."""

DISTINCT = "\n".join(f"conv3-{8 + step}" for step in range(200))

HELD_OUT = {
    "odd_branches": """
net odd_branches
input 32x32 RGB
conv3-8
concat:
    | conv1-4
    | conv3-4 conv3-4 conv5-6 maxpool3/1(pad=same) conv3-4
    | maxpool3/1(pad=same)
FC-10
""",
    "four_way": """
net four_way
input 32x32 RGB
concat:
    | conv1-4
    | conv3-4
    | conv5-4
    | conv7-4
concat:
    | identity
    | conv3-4
    | conv3-4 conv3-4
    | conv5-4
FC-10
""",
    "nested_repeats": """
net nested_repeats
input 32x32 RGB
block pair(width):
    conv3-{width} relu conv5-{width} relu
block stage(width):
    pair({width}) x3
    conv1-{width} relu
conv3-16
stage(16) x4
FC-10
""",
    "nested_sums": """
net nested_sums
input 32x32 RGB
conv3-16
add:
    | identity
    | conv3-16
        add:
            | identity
            | conv3-16 conv3-16
        conv3-16
FC-10
""",
    "three_summands": """
net three_summands
input 32x32 RGB
conv3-16
add:
    | identity
    | conv3-16
    | conv5-16 conv1-16
FC-10
""",
    "gate": """
net gate
input 32x32 RGB
conv3-16
mul:
    | identity
    | avgpool(global) conv1-16 sigmoid
FC-10
""",
    "long_labels": f"""
net {"a_network_with_a_name_that_is_as_long_as_a_sentence"}
input 97x1013x3
{"label_that_goes_on_" * 5}: conv(kernel=11x13, channels=100000, stride=7x5, pad=3, dilation=1)
upconv(kernel=21x21, channels=10007, stride=3x2)
shuffle(10007)
leakyrelu(0.123456789)
{"another_label_that_goes_on_" * 3}: conv1-3
""",
    "one_layer": """
net one_layer
input 8x8 RGB
FC-10
""",
    "only_quiet": """
net only_quiet
input 8x8 RGB
relu
""",
    "distinct": f"net distinct\ninput 16x16 RGB\n{DISTINCT}\n",
    "vector": """
net vector
input 784
FC-300 relu
FC-100 relu
FC-10
softmax
""",
    "heads": """
net heads
input 32x32 RGB
conv3-8 relu
a: conv3-8 relu
maxpool
b: conv3-16 relu
FC-10
head first from a (weight=0.3):
    maxpool
    FC-10
head second from b:
    FC-10
""",
    "deep": "net deep\ninput 32x32 RGB\nconv3-16 x1000\nFC-10\n",
    "deep_units": f"net deep_units\ninput 32x32 RGB\n{UNIT}\nconv3-16\nunit(16) x333\nFC-10\n",
    "modules_in_a_block": f"""
net modules_in_a_block
{PAIRS}block stage(channels):
    conv3-{{channels}}
    pair-{{channels}}
    conv3-{{channels}}
input 32x32 RGB
conv3-16
unit-8
pair-8
outer: stage-8
FC-10
""",
    "knot": f"net knot\n{KNOT}\nFC-10\n",
    "two_stems": f"net two_stems\n{KNOT.replace('from b conv1-4', 'from input conv1-4')}\nFC-10\n",
}
