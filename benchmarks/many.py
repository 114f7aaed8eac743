"""Many specs at once, and many candidates of one: how they are drawn, and what comes of a candidate by hand."""

import random
from pathlib import Path

SPACE = Path(__file__).parent / "spaces" / "resnet50.arch"


def specs(folder: Path, number: int, seed: int = 0) -> int:
    """Write specs that are all different, the same for a seed: residual, plain and inception networks. Gives bytes."""
    rng = random.Random(seed)
    size = 0
    for index in range(number):
        text = rng.choice((residual, plain, inception))(rng, index)
        size += (folder / f"net{index:05}.arch").write_text(text)
    return size


def head(rng: random.Random, index: int) -> str:
    """How each begins."""
    return f"net net{index:05}\n\ninput {32 * rng.randint(4, 9)}x{32 * rng.randint(4, 9)} RGB\n"


def residual(rng: random.Random, index: int) -> str:
    """A residual network of basic blocks or bottlenecks, as He et al. 2016 write theirs."""
    block, widths = rng.choice(("basic", "bottleneck")), sorted(8 * rng.randint(4, 64) for _ in range(4))
    rows = [
        f"conv{stage + 2}_x: {block}-{width}{'/2' if stage else ''} {block}-{width} x{rng.randint(1, 6)}"
        for stage, width in enumerate(widths)
    ]
    return (
        head(rng, index) + f'use {block} from "residual.arch"\ndefault conv bias=no\ndefault residual shortcut=B\n\n'
        f"conv1: conv7-{widths[0]}/2 bn relu\npool1: maxpool3/2(pad=1)\n"
        + "\n".join(rows)
        + "\navgpool(global)\nfc: FC-1000\nsoftmax\n"
    )


def plain(rng: random.Random, index: int) -> str:
    """Stages of 3x3 convolutions, as Simonyan & Zisserman 2015 write theirs."""
    rows = [
        f"conv{stage}: conv3-{8 * rng.randint(2, 64)} x{rng.randint(1, 4)}\npool{stage}: maxpool"
        for stage in range(1, 6)
    ]
    defaults = "default conv -> relu\ndefault FC   -> relu dropout(0.5), except last\n\n"
    fc = "".join(f"FC-{64 * rng.randint(4, 64)}\n" for _ in range(2))
    return head(rng, index) + defaults + "\n".join(rows) + f"\n{fc}FC-1000\nsoftmax\n"


def inception(rng: random.Random, index: int) -> str:
    """Modules of four branches, as Szegedy et al. 2015 write theirs."""
    stages = []
    for stage in range(3, 6):
        sizes = ([8 * rng.randint(2, 32) for _ in range(6)] for _ in range(rng.randint(2, 5)))
        stages += [f"i{stage}{chr(97 + n)}: inception({', '.join(map(str, each))})" for n, each in enumerate(sizes)]
        stages += [f"pool{stage}: maxpool3/2(ceil)"] * (stage < 5)
    return (
        head(rng, index) + 'use inception from "blocks.arch"\ndefault conv -> relu\n\n'
        "conv1: conv7-64/2\npool1: maxpool3/2(ceil)\nconv2: conv3-192\npool2: maxpool3/2(ceil)\n"
        + "\n".join(stages)
        + "\navgpool(global)\nFC-1000\nsoftmax\n"
    )


def candidate(rng: random.Random) -> dict[str, int]:
    """Values for the `let`s of the space around ResNet-50."""
    depths = {f"depth{stage}": rng.randint(2, 4 + stage) for stage in range(1, 4)} | {"depth4": rng.randint(2, 4)}
    widths = {f"width{stage}": 8 * rng.randint(2 << stage, 6 << stage) for stage in range(1, 5)}
    return depths | widths | {
        "stem": 8 * rng.randint(2, 12), "kernel": rng.choice((3, 3, 5, 7)), "expansion": rng.randint(2, 6)
    }  # fmt: skip


def drawn(number: int, seed: int = 0) -> list[tuple[str, dict[str, int]]]:
    """Input sizes and values that are all different, the same for a seed."""
    rng = random.Random(seed)
    found: dict[str, tuple[str, dict[str, int]]] = {}
    while len(found) < number:
        size, values = f"{32 * rng.randint(4, 10)}x{32 * rng.randint(4, 10)}", candidate(rng)
        found[f"{size} {values}"] = size, values
    return list(found.values())


def by_hand(size: str, lets: dict[str, int]) -> tuple[int, int, int]:
    """Depth, parameters and multiply-adds of a network around ResNet-50, by the sums of He et al.'s Table 1."""
    height, width = (-(-int(side) // 2) for side in size.split("x"))
    stem, kernel, expansion = lets["stem"], lets["kernel"], lets["expansion"]
    params, macs = 3 * 49 * stem + 2 * stem, 3 * 49 * stem * height * width
    height, width, channels = (height - 1) // 2 + 1, (width - 1) // 2 + 1, stem
    for stage in range(1, 5):
        inner, outer = lets[f"width{stage}"], expansion * lets[f"width{stage}"]
        for unit in range(lets[f"depth{stage}"]):
            before = height * width
            if stage > 1 and unit == 0:
                height, width = (height + 1) // 2, (width + 1) // 2
            changes = channels != outer or (stage > 1 and unit == 0)
            parts = [(channels * inner, before, inner), (kernel**2 * inner**2, height * width, inner)]
            parts += [(inner * outer, height * width, outer)]
            parts += [(channels * outer, height * width, outer)] * changes
            params += sum(weights + 2 * normalized for weights, _, normalized in parts)
            macs += sum(weights * places for weights, places, _ in parts)
            channels = outer
    depth = 2 + 3 * sum(lets[f"depth{stage}"] for stage in range(1, 5))
    return depth, params + 1000 * channels + 1000, macs + 1000 * channels


def params_by_hand(lets: dict[str, int]) -> int:
    """The parameters of a candidate, which no input size changes."""
    return by_hand("224x224", lets)[1]
