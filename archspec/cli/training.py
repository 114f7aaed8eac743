"""What is said of a network that is trained: a bar on the terminal, and what it came to."""

import os
from collections.abc import Sequence
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

from archspec.cli.progress import Line

if TYPE_CHECKING:
    from archspec.training.loop import Stepped
    from archspec.training.run import Trained

SHOWN = 8
"""Names that are listed at most."""
WIDTH = 20
"""Characters of a bar."""


class Bar:
    """The line of a run: how far it is, loss, error, images per second and the time that is left."""

    def __init__(self) -> None:
        self.line = Line()
        self.began = 0.0
        self.first = 0

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.line.clear()

    def __call__(self, done: "Stepped") -> None:
        """Show where the run is."""
        if not self.began:
            self.began, self.first = monotonic(), done.step
        if self.line.due():
            self.line.show(self.text(done, monotonic() - self.began))

    def seen(self, images: int) -> None:
        """Show how many images have been gone through before the first step."""
        self.line.show(f"mean and deviation of the images: {images:,}")

    def text(self, done: "Stepped", seconds: float) -> str:
        """What the line says; the loss and the error are those of the epoch so far."""
        part = done.step / done.total
        filled = int(part * WIDTH)
        steps = done.step - self.first
        speed = steps / seconds if seconds else 0.0
        left = (done.total - done.step) / speed if speed else 0.0
        return (
            f"[{'=' * filled}{' ' * (WIDTH - filled)}] epoch {done.epoch:.1f}  loss {done.score.loss:.3f}  "
            f"error {done.score.error:.1f} %  {speed * done.batch:,.0f} images/s  {clock(left)} left"
        )


def clock(seconds: float) -> str:
    """Seconds as a person reads them: `4:05`, `1:02:03`."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def leads() -> bool:
    """Whether this process speaks for all that `torchrun` started."""
    return os.environ.get("RANK", "0") == "0"


def told(trained: "Trained", drawn: Sequence[str]) -> None:
    """Print what a run came to, and which tensors it had to draw where it began with a part of another network's."""
    if not leads():
        return
    if drawn:
        rest = f" and {len(drawn) - SHOWN} more" if len(drawn) > SHOWN else ""
        print(f"drawn, since the file had none that fit: {', '.join(drawn[:SHOWN])}{rest}")
    last, best = trained.rows[-1], trained.best
    print(
        f"{trained.graph.full_name}: {last.step:,} steps, {last.epoch:.4g} epochs in {clock(last.seconds)}; "
        f"train error {last.train_error:.2f} %, test error {last.test_error:.2f} %, "
        f"best {best.test_error:.2f} % after epoch {best.epoch:.4g}"
    )
    print(f"wrote {trained.folder / 'best.safetensors'}, last.safetensors, metrics.csv")
