"""What a table with residual units says in the words of He et al. 2016, Table 1, instead of the language's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archspec.tables.layout.stages import Stage
from archspec.tables.layout.units import plain_conv

NORMALIZED = ("bn", "relu")
POOLED = "maxpool3/2(pad=1)"


def phrased(stages: Sequence[Stage]) -> list[Stage]:
    """The rows of a table, with phrases where they say the same if some of them are residual units."""
    return list(phrases(stages)) if any(stage.units for stage in stages) else list(stages)


def phrases(stages: Sequence[Stage]) -> Iterator[Stage]:
    """The rows, with phrases for the layers between residual units."""
    rest = list(stages)
    while rest:
        stage, *rest = rest
        if (
            rest
            and stage.label
            and not rest[0].label
            and said(rest[0]) == NORMALIZED
            and (phrase := convolution(stage))
        ):
            yield replace(stage, cells=same(stage, phrase))
            rest = rest[1:]
        elif rest and rest[0].units and stage.label == "pool1" and said(stage) == (POOLED,):
            yield replace(stage, label=rest[0].label, size=rest[0].size, cells=same(stage, "3×3 max pool, stride 2"))
            rest[0] = replace(rest[0], label="", size="", below=True)
        elif len(rest) == 2 and (phrase := classifier([stage, *rest])):
            yield replace(stage, label="", cells=same(stage, phrase))
            return
        else:
            yield stage


def said(stage: Stage) -> tuple[str, ...] | None:
    """What all cells of a row say."""
    return stage.cells[0] if len(set(stage.cells)) == 1 else None


def same(stage: Stage, phrase: str) -> tuple[tuple[str, ...], ...]:
    """Cells that all say the same."""
    return ((phrase,),) * len(stage.cells)


def convolution(stage: Stage) -> str:
    """`7×7, 64, stride 2`, for a row of one plain convolution; else nothing."""
    found = {plain_conv(run[0].first.op) if len(run) == len(run[0].nodes) == 1 else None for run in stage.runs if run}
    kernel_channels_stride = found.pop() if len(found) == 1 and all(stage.runs) else None
    if kernel_channels_stride is None:
        return ""
    kernel, channels, stride = kernel_channels_stride
    return f"{kernel}×{kernel}, {channels}" + (f", stride {stride}" if stride > 1 else "")


def classifier(stages: Sequence[Stage]) -> str:
    """`average pool, 1000-d fc, softmax`, for the last three rows; else nothing."""
    pool, scores, end = (said(stage) for stage in stages)
    labels = [stage.label for stage in stages]
    if pool != ("avgpool(global)",) or end != ("softmax",) or labels != ["", "fc", ""] or not scores:
        return ""
    word, _, count = scores[0].partition("-")
    return f"average pool, {count}-d fc, softmax" if word == "FC" and count.isdigit() and len(scores) == 1 else ""
