"""Names of rows where a table has no column for them: `conv1`, `pool1`, ..., `fc6`, as papers speak of them."""

from collections.abc import Collection, Sequence

POOLINGS = {"maxpool", "avgpool", "adaptiveavgpool"}


def row_names(rows: Sequence[Collection[str]]) -> list[str | None]:
    """The name of each row, given the kinds of op in its cells, in whichever column; None for rows without one.

    Rows with convolutions are numbered, a pooling bears the number of the convolutions before it (the first one
    alone, and none that is the last map's average), and rows of a fully connected layer count on from there. A single
    fully connected layer is `fc`.
    """
    names: list[str | None] = []
    stage, several = 0, sum("fc" in kinds for kinds in rows) > 1
    for kinds in rows:
        name = None
        if "conv" in kinds:
            stage += 1
            name = f"conv{stage}"
        elif "fc" in kinds:
            stage += 1
            name = f"fc{stage}" if several else "fc"
        elif kinds and "maxpool" in kinds and POOLINGS.issuperset(kinds):
            name = f"pool{stage}"
        names.append(name if name not in names else None)
    return names
