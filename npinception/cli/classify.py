"""``npinception classify``: name what is on pictures."""

from __future__ import annotations

import json
import math
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING, Any

import click

from .errors import BAD_INPUT, report

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..model import InceptionV3

#: Pictures that wait decoded (1 MB each) while the network runs: enough to keep it fed.
_AHEAD = 8

#: From this many pictures on, a progress bar is worth its line.
_LONG = 20


@click.command(short_help="Name what is on pictures.")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@click.option("--weights", metavar="NAME|FILE", default="imagenet", show_default=True,
              help="The network's weights; fetched once if published.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True,
              help="How many classes to name for each picture.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("--engine", metavar="ENGINE", help="How to compute: layerwise, reference...")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Worker threads.")
def classify(
    images: tuple[str, ...],
    weights: str,
    top: int,
    as_json: bool,
    engine: str | None,
    threads: int | None,
) -> int:
    """Print the likeliest classes of each IMAGE, in the order given.

    IMAGE is a picture file, or - for standard input. One that cannot be read is reported
    on stderr, the others are still done, and the exit status is 2. Published weights are
    downloaded once; 'npinception weights list' prints their names.
    """
    from ..labels import decode_predictions
    from ..model import InceptionV3

    choice = {} if engine is None else {"engine": engine}
    model = InceptionV3.load(weights, threads=threads, **choice)
    classes = model.classes
    output = _JsonOutput() if as_json else _TextOutput()
    failed = False
    with closing(_prepared(model, images, threads)) as pictures:
        for image, prepared in _with_progress(pictures, len(images)):
            try:
                x = prepared.result()
            except ValueError as error:
                failed = True
                report(error)
                output.error(image, str(error))
                continue
            scores = model.predict(x[None]).reshape(1, -1)
            output.result(image, decode_predictions(scores, top, classes)[0])
    output.close()
    return BAD_INPUT if failed else 0


def _prepared(
    model: InceptionV3, images: Sequence[str], threads: int | None
) -> Generator[tuple[str, Future[NDArray[np.float32]]]]:
    """Yield each picture as the network's input, decoding a few ahead of the network."""
    from ..preprocessing import prepare

    size, recipe = model.config.input_size, model.recipe
    pool = ThreadPoolExecutor(min(2, threads or 2), "decode")
    waiting: deque[tuple[str, Future[NDArray[np.float32]]]] = deque()
    try:
        for image in images:
            source = _StandardInput(sys.stdin.buffer.read()) if image == "-" else image
            waiting.append((image, pool.submit(prepare, source, recipe, size)))
            if len(waiting) > _AHEAD:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(cancel_futures=True)


class _StandardInput(BytesIO):
    """What came in, read by the main thread: the others cannot be interrupted."""

    name = "standard input"


def _with_progress(pictures: Iterator[Any], count: int) -> Iterator[Any]:
    """Pass pictures on, with a bar on stderr where someone watches and results go elsewhere."""
    if count < _LONG or sys.stdout.isatty() or not sys.stderr.isatty():
        yield from pictures
        return
    with click.progressbar(pictures, length=count, file=sys.stderr) as bar:
        yield from bar


class _TextOutput:
    """The picture's name, then a line for each class."""

    def result(self, image: str, classes: Sequence[tuple[str, str, float]]) -> None:
        """Print one picture's classes."""
        lines = [f"  {probability:8.2%}  {name}" for _, name, probability in classes]
        click.echo("\n".join([image, *lines]))

    def error(self, image: str, message: str) -> None:
        """Print nothing: stdout is for results, and stderr has the error."""

    def close(self) -> None:
        """Print nothing."""


class _JsonOutput:
    """One array, an object for each picture on a line of its own, written as they come."""

    def __init__(self) -> None:
        self._written = 0

    def result(self, image: str, classes: Sequence[tuple[str, str, float]]) -> None:
        """Print one picture's classes."""
        predictions = [
            # JSON has no NaN; a network that overflows says null.
            {"id": id_, "label": name, "probability": p if math.isfinite(p) else None}
            for id_, name, p in classes
        ]
        self._write({"file": image, "predictions": predictions})

    def error(self, image: str, message: str) -> None:
        """Print why one picture has no classes."""
        self._write({"file": image, "error": message})

    def close(self) -> None:
        """End the array."""
        click.echo("\n]" if self._written else "[]")

    def _write(self, entry: dict[str, Any]) -> None:
        """Print one element."""
        click.echo(f"{',' if self._written else '['}\n{json.dumps(entry)}", nl=False)
        self._written += 1
