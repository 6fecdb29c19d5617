"""Pictures by the thousand: drawn in worker processes into one array on disk, then batched.

Seeds below `HELD_OUT` train; seeds from `HELD_OUT` on are for evaluation and never train.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from .draw import draw
from .labels import LABELS

HELD_OUT = 1_000_000
Pictures = NDArray[np.uint8]  # [N, S, S, 3]
Classes = NDArray[np.int64]  # [N]
CHUNK = 16  # seeds a worker draws at a time, each in every class


def draw_chunk(seeds: range, size: int) -> Pictures:
    """All classes of each seed, uint8 [len(seeds) * classes, size, size, 3], seed by seed."""
    return np.stack([np.asarray(draw(label, seed, size)) for seed in seeds for label in LABELS])


def drawn(folder: Path, first: int, per_class: int, size: int, workers: int) -> Pictures:
    """Return the pictures of `per_class` seeds from `first` on, drawn unless they are there.

    The array is read-only; picture k shows class k % len(LABELS). The file carries its
    seeds and size in its name; delete it after a change to the drawing.
    """
    path = folder / f"drawn-{first}-{per_class}-{size}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        shape = (per_class * len(LABELS), size, size, 3)
        store = np.lib.format.open_memmap(partial, "w+", np.uint8, shape)
        starts = range(first, first + per_class, CHUNK)
        chunks = [range(s, min(s + CHUNK, first + per_class)) for s in starts]
        at = 0
        with ProcessPoolExecutor(workers) as pool:
            results = pool.map(draw_chunk, chunks, [size] * len(chunks))
            with click.progressbar(results, len(chunks), "drawing") as blocks:
                for block in blocks:
                    store[at : at + len(block)] = block
                    at += len(block)
        store.flush()
        partial.rename(path)
    pictures: Pictures = np.load(path, mmap_mode="r")
    return pictures


def classes(count: int) -> Classes:
    """Class of each of `count` pictures in the order `drawn` keeps them."""
    return np.arange(count) % len(LABELS)


def vary(rng: np.random.Generator, picture: Pictures) -> Pictures:
    """Return one of the eight turns and mirrorings, colours exchanged, sometimes the negative.

    No class depends on any of these, so each drawing stands for 96.
    """
    picture = np.rot90(picture, int(rng.integers(4)))
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    picture = picture[..., rng.permutation(3)]
    return 255 - picture if rng.random() < 0.3 else picture


@lru_cache(maxsize=2)
def _permutation(count: int, seed: int, epoch: int) -> Classes:
    return np.random.default_rng([seed, 0, epoch]).permutation(count)


def batches(
    pictures: Pictures, size: int, steps: range, seed: int
) -> Iterator[tuple[Pictures, Classes]]:
    """Yield the varied batch of each step; each epoch is a new permutation of all pictures.

    A batch depends on its step and the seed alone, so that a training can be taken up again.
    """
    count = len(pictures)
    target = classes(count)
    for step in steps:
        rng = np.random.default_rng([seed, 1, step])
        places = (divmod(k, count) for k in range(step * size, (step + 1) * size))
        now = [int(_permutation(count, seed, epoch)[at]) for epoch, at in places]
        yield np.stack([vary(rng, pictures[k]) for k in now]), target[now]
