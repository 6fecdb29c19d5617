"""Evaluate a weights file of the shapes and write its model card.

    python -m npinception.weights.shapes.report weights/shapes/shapes.h5

Every picture goes to a PNG file and through two programs: `npinception classify`, as a user
runs it, and TensorFlow with the same parameters. The accuracy is that of the first; the second
must give the same labels.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..store import open_weights
from . import dataset, foreign, network
from .card import Figures, write_card
from .draw import draw
from .evaluate import Score
from .labels import LABELS

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Question:
    """One picture file and its truth; `source` is "drawn" or a foreign renderer."""

    path: Path
    label: str
    source: str


def save_pictures(folder: Path, per_class: int, looks: int, size: int) -> Iterator[Question]:
    """Write the held-out drawings and the foreign set as PNG files."""
    for seed in range(dataset.HELD_OUT, dataset.HELD_OUT + per_class):
        for label in LABELS:
            path = folder / f"{label}-{seed}.png"
            draw(label, seed, size).save(path)
            yield Question(path, label, "drawn")
    for picture in foreign.pictures(looks):
        path = folder / f"{picture.name}.png"
        picture.image.save(path)
        yield Question(path, picture.label, picture.renderer)


def ask_npinception(weights: Path, questions: Sequence[Question]) -> Array:
    """Run the command line on all files; probabilities [N, classes]."""
    answers = np.zeros((len(questions), len(LABELS)), np.float32)
    command = [sys.executable, "-m", "npinception", "classify", "--weights", str(weights.resolve())]
    command += ["--json", "--top", str(len(LABELS))]
    for k, group in enumerate(_groups(questions, 500)):
        names = [str(q.path) for q in group]
        done = subprocess.run([*command, *names], check=True, capture_output=True, text=True)
        for row, entry in enumerate(json.loads(done.stdout), 500 * k):
            for prediction in entry["predictions"]:
                at = LABELS.index(prediction["label"])
                answers[row, at] = prediction["probability"]
    return answers


def ask_tensorflow(weights: Path, questions: Sequence[Question]) -> Array:
    """Rebuild TF-slim's network from the file and run it; probabilities [N, classes]."""
    file = open_weights(weights)
    size = file.metadata.config.input_size[0]
    model = network.Restored(dict(file.parameters), size, len(LABELS))
    answers = [
        model.endpoints(np.stack([_prepared(q.path, size) for q in group]))["Predictions"]
        for group in _groups(questions, 64)
    ]
    return np.concatenate(answers)


def _groups(questions: Sequence[Question], size: int) -> Iterator[Sequence[Question]]:
    for at in range(0, len(questions), size):
        yield questions[at : at + size]


def _prepared(path: Path, size: int) -> Array:
    """Prepare a picture as the recipe says, with Pillow."""
    with Image.open(path) as picture:
        resized = picture.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(resized, np.float32) / np.float32(127.5) - np.float32(1.0)


def evaluate(weights: Path, per_class: int, looks: int) -> Figures:
    """Ask both programs about every picture."""
    size = open_weights(weights).metadata.config.input_size[0]
    with tempfile.TemporaryDirectory() as folder:
        questions = list(save_pictures(Path(folder), per_class, looks, size))
        ours = ask_npinception(weights, questions)
        theirs = ask_tensorflow(weights, questions)
    truth = np.array([LABELS.index(q.label) for q in questions])
    result = Score([q.path.stem for q in questions], truth, ours.argmax(axis=1))
    sources = ("drawn", "glyph", "matplotlib", "svg")
    return Figures(
        scores={s: result.part([q.source == s for q in questions]) for s in sources},
        foreign=result.part([q.source != "drawn" for q in questions]),
        same_labels=int((ours.argmax(axis=1) == theirs.argmax(axis=1)).sum()),
        largest_difference=float(np.abs(ours - theirs).max()),
        pictures=len(questions),
    )


def write_report(weights: Path, per_class: int = 100, looks: int = 3) -> None:
    """Evaluate, write MODEL_CARD.md beside the file and print the main figures."""
    figures = evaluate(weights, per_class, looks)
    path = write_card(weights, figures)
    click.echo(f"held-out {figures.scores['drawn'].accuracy:.4f}")
    click.echo(f"foreign {figures.foreign.accuracy:.4f}")
    click.echo(f"same labels as TensorFlow {figures.same_labels} of {figures.pictures}")
    click.echo(f"wrote {path}")


@click.command()
@click.argument("weights", type=click.Path(exists=True, path_type=Path))
@click.option("--per-class", default=100, help="Held-out drawings of each class.")
@click.option("--looks", default=3, help="Renderings of each foreign entry.")
def main(weights: Path, per_class: int, looks: int) -> None:
    """Evaluate WEIGHTS and write MODEL_CARD.md beside it."""
    write_report(weights, per_class, looks)


if __name__ == "__main__":
    main()
