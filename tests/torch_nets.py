"""Networks for the tests of PyTorch modules and files, built as the language elaborates them."""

from collections import Counter
from typing import Any

from everything import op

from archspec.graph import Graph, Origin, Site
from archspec.graph.builder import Builder

Arguments = dict[str, int]


class Scope:
    """One use of a block: its layers stand under its scope, numbered by kind."""

    def __init__(self, builder: Builder, scope: str, block: str, arguments: Arguments, *outer: Site) -> None:
        self.builder, self.scope, self.numbers = builder, scope, Counter[str]()
        self.sites = (
            *outer,
            Site(block=block, arguments=tuple(arguments.items()), scope=scope, file="t.arch", line=9, column=3),
        )
        self.origin = Origin(file="specs/nets.arch", line=9, column=3, end_line=9, end_column=12, expansion=self.sites)

    def __call__(self, kind: str, *inputs: str, **options: Any) -> str:
        self.numbers[kind] += 1
        path = f"{self.scope}.{kind}{self.numbers[kind]}"
        return self.builder.add(path, op(kind, **options), inputs, self.origin)


def vgg_e(side: int = 224, features: int = 4096) -> Graph:
    """VGG-E without labels; a smaller side or fewer features make a quicker one of the same form."""
    builder, last, numbers = Builder((3, side, side)), "input", Counter[str]()

    def add(kind: str, **options: Any) -> None:
        nonlocal last
        numbers[kind] += 1
        last = builder.add(f"{kind}{numbers[kind]}", op(kind, **options), [last])

    for channels, count in ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4)):
        for _ in range(count):
            add("conv", kernel=3, channels=channels)
            add("relu")
        add("maxpool")
    for _ in range(2):
        add("fc", features=features)
        add("relu")
        add("dropout")
    add("fc", features=1000)
    add("softmax")
    title = "Very deep ConvNet, configuration E (Simonyan & Zisserman 2015, Table 1)"
    return builder.graph("vgg_e", [last], title=title)


def basic(builder: Builder, scope: str, x: str, channels: int, stride: int, option: str) -> str:
    """Two 3x3 convolutions and a shortcut: `A` pads missing channels, `B` projects (He et al. 2016, 3.3)."""
    add = Scope(builder, scope, "basic", {"channels": channels, "stride": stride})
    y = add("relu", add("bn", add("conv", x, kernel=3, channels=channels, stride=stride, bias=False)))
    y = add("bn", add("conv", y, kernel=3, channels=channels, bias=False))
    return add("relu", add("add", y, shortcut(add, x, channels, stride, option)))


def bottleneck(builder: Builder, scope: str, x: str, channels: int, stride: int, option: str) -> str:
    """1x1, 3x3 and 1x1 convolutions with a shortcut (He et al. 2016, Figure 5)."""
    add = Scope(builder, scope, "bottleneck", {"channels": channels, "stride": stride})
    y = add("relu", add("bn", add("conv", x, kernel=1, channels=channels, stride=stride, bias=False)))
    y = add("relu", add("bn", add("conv", y, kernel=3, channels=channels, bias=False)))
    y = add("bn", add("conv", y, kernel=1, channels=4 * channels, bias=False))
    return add("relu", add("add", y, shortcut(add, x, 4 * channels, stride, option)))


def shortcut(add: Scope, x: str, channels: int, stride: int, option: str) -> str:
    given = add.builder.shapes[x][0]
    if stride == 1 and given == channels:
        return x
    if option == "B":
        return add("bn", add("conv", x, kernel=1, channels=channels, stride=stride, bias=False))
    return add("pad", add("avgpool", x, kernel=1, stride=stride), channels=channels - given)


def resnet(
    unit: Any = bottleneck,
    counts: tuple[int, ...] = (3, 4, 6, 3),
    widths: tuple[int, ...] = (64, 128, 256, 512),
    side: int = 224,
    option: str = "B",
) -> Graph:
    """A residual network: its stages are labels, its blocks are numbered within them."""
    builder = Builder((3, side, side))
    x = builder.add("conv1.conv1", op("conv", kernel=7, channels=widths[0], stride=2, bias=False), ["input"])
    x = builder.add("conv1.bn1", op("bn"), [x])
    x = builder.add("conv1.relu1", op("relu"), [x])
    x = builder.add("maxpool1", op("maxpool", kernel=3, stride=2, pad=1), [x])
    for stage, (channels, count) in enumerate(zip(widths, counts, strict=True), start=2):
        for index in range(count):
            stride = 2 if stage > 2 and index == 0 else 1
            x = unit(builder, f"conv{stage}_x.{index}", x, channels, stride, option)
    x = builder.add("avgpool1", op("avgpool", **{"global": True}), [x])
    x = builder.add("fc1", op("fc", features=1000), [x])
    x = builder.add("softmax1", op("softmax"), [x])
    title = "Deep residual learning (He et al. 2016), Table 1"
    return builder.graph("resnet", [x], title=title, column=str(3 * sum(counts) + 2))


def inception(builder: Builder, scope: str, x: str, *sizes: int) -> str:
    """Four branches side by side (Szegedy et al. 2015, Figure 2b)."""
    names = ("n1", "r3", "n3", "r5", "n5", "proj")
    n1, r3, n3, r5, n5, proj = sizes
    add = Scope(builder, scope, "inception", dict(zip(names, sizes, strict=True)))

    def conv(x: str, kernel: int, channels: int) -> str:
        return add("relu", add("conv", x, kernel=kernel, channels=channels))

    return add(
        "concat",
        conv(x, 1, n1),
        conv(conv(x, 1, r3), 3, n3),
        conv(conv(x, 1, r5), 5, n5),
        conv(add("maxpool", x, kernel=3, stride=1, pad=1), 1, proj),
    )


def googlenet() -> Graph:
    """The beginning of GoogLeNet, with an auxiliary output."""
    builder = Builder((3, 32, 32))
    x = builder.add("conv1", op("conv", kernel=7, channels=64, stride=2), ["input"])
    x = builder.add("lrn1", op("lrn"), [x])
    x = inception(builder, "i3a", x, 64, 96, 128, 16, 32, 32)
    x = inception(builder, "i3b", x, 128, 128, 192, 32, 96, 64)
    aux = builder.add("avgpool1", op("avgpool", kernel=5, stride=3), [x])
    aux = builder.add("fc1", op("fc", features=10), [aux])
    x = builder.add("avgpool2", op("avgpool", **{"global": True}), [x])
    x = builder.add("fc2", op("fc", features=10), [x])
    return builder.graph("googlenet", [x, aux])


def unet(side: int = 572, width: int = 64) -> Graph:
    """U-Net: unpadded convolutions, and skips that are cropped (Ronneberger et al. 2015, Figure 1)."""
    builder, x, skips = Builder((1, side, side)), "input", list[str]()

    def double(scope: str, x: str, channels: int) -> str:
        add = Scope(builder, scope, "double", {"channels": channels})
        for _ in range(2):
            x = add("relu", add("conv", x, kernel=3, channels=channels, pad=0))
        return x

    for level in range(4):
        skips.append(double(f"e{level + 1}", x, width * 2**level))
        x = builder.add(f"maxpool{level + 1}", op("maxpool"), [skips[-1]])
    x = double("e5", x, width * 16)
    for level in reversed(range(4)):
        up = op("upconv", kernel=2, channels=width * 2**level, stride=2)
        x = builder.add(f"upconv{level + 1}", up, [x])
        spare = builder.shapes[skips[level]][1] - builder.shapes[x][1]
        sides = (spare // 2, spare - spare // 2) * 2
        cut = builder.add(f"crop{level + 1}", op("crop", sides=sides), [skips[level]])
        x = builder.add(f"concat{level + 1}", op("concat"), [cut, x])
        x = double(f"d{level + 1}", x, width * 2**level)
    x = builder.add("conv1", op("conv", kernel=1, channels=2), [x])
    return builder.graph("unet", [x], title="U-Net (Ronneberger et al. 2015)")
