"""The model card: text that stays, figures that are measured."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..store import open_weights
from .evaluate import Score, table
from .labels import LABELS, SHAPES, TEXTURES

RENDERERS = {
    "glyph": "font glyphs (DejaVu, STIX)",
    "matplotlib": "matplotlib markers, patches, hatches, plots",
    "svg": "SVG, rendered by resvg",
}


@dataclass(frozen=True)
class Figures:
    """What an evaluation found.

    Attributes
    ----------
    scores
        By source: "drawn" and each foreign renderer.
    foreign
        All foreign renderers together.
    same_labels, pictures
        How many pictures TensorFlow gives the same label, of how many.
    largest_difference
        Between a probability of ours and TensorFlow's.
    """

    scores: dict[str, Score]
    foreign: Score
    same_labels: int
    largest_difference: float
    pictures: int


CARD = """# Model card: shapes

A narrow Inception V3 (TF-slim's graph, `depth_multiplier` {multiplier:g}, auxiliary head) that
tells {classes} everyday shapes and textures apart. With it the first minute offline shows a
real, trained network, and feature maps that mean something. It is a teaching model: nothing
should depend on its answers.

| | |
|---|---|
| file | `shapes.h5`, {megabytes:.1f} MB, {parameters:,} float32 numbers |
| input | {size} x {size} RGB, resized with `{resize}`, v / 127.5 - 1 |
| shapes | {shapes} |
| textures | {textures} |
| licence | {licence}; all pictures are drawn by this project |

## Data

`draw.py` draws every picture from a label and a seed with Pillow: varied geometry, filled,
outlined or dashed, hand-shaken lines, any colours, any rotation, size and place, flat,
graded, blotched or grainy grounds, clutter, shadows, blur, noise, exposure, JPEG and resampling.
Training adds turns, mirrorings, exchanged colours and negatives. Seeds from 1,000,000 on are kept
for evaluation.

Pairs that would share pictures are left out on purpose: no *ring* beside *circle*, no *diamond*
beside *square*. A ring counts as a circle, a square on its corner as a square, and two or more
rings about one centre, or a ring about a disc, as a target.

## Training

{training}

## Figures

Answers are those of `npinception classify`. TensorFlow, rebuilt from the file, gives the same
label on **{same:,} of {pictures:,}** pictures; the largest difference of a probability is
{difference:.1e}.

| pictures | number | right |
|---|---:|---:|
{summary}

The foreign pictures come from other programs than the drawing and never train the model. The
mistakes of earlier networks on them were looked at, and the drawing was widened where it had been
narrow: the foreign set has touched choices, not parameters. So have drawings with seeds from
2,000,000 on: what nobody could tell apart there, such as the lowest waves and zigzags, is drawn
larger now.

### Held-out drawings

{drawn_table}

### Foreign pictures

{foreign_table}

Wrong among the foreign ones:

{mistakes}

## Limits

- One subject per picture, roughly centred, at least a quarter of the width. Several shapes in one
  picture, photographs, text and scenes are outside what it has seen; it still answers with one of
  its {classes} classes, often with confidence.
- Shapes filled with a texture are ambiguous by construction, and so are shapes between two
  classes (a six-pointed star with short points, a heavily rounded square).
- Textures are drawn with periods of 7 pixels and more of the {size} (stripes: 5). Finer ones, as
  hatching on a large picture, are often taken for another texture.
- Waves and zigzags differ by their turns alone: small or blurred, each is taken for the other.
"""


TRAINING = """\
TF-slim's own `inception_v3` in TensorFlow {tensorflow}, from random weights: {per_class:,}
drawings of each class, {steps:,} steps of {batch}, Adam with a cosine from {peak_rate:g} to 0,
auxiliary loss {aux_weight:g}, labels smoothed by {smoothing:g}, no drop-out, averages with decay \
{statistics_decay:g}. Seed {seed}.
Drawing took {minutes_drawing} minutes and training {minutes_training}, on 2 cores.
All of it is one run, and can be repeated:

    pip install -e ".[tensorflow,dev]"
    python -m npinception.weights.shapes.train --out build/shapes"""


def _row(name: str, score: Score) -> str:
    return f"| {name} | {len(score.names):,} | **{100 * score.accuracy:.1f} %** |"


def _training(weights: Path) -> str:
    """Tell of the run recorded beside the weights."""
    record = json.loads((weights.parent / "training.json").read_text())
    return TRAINING.format(**record)


def _file_facts(weights: Path) -> dict[str, Any]:
    file = open_weights(weights)
    metadata = file.metadata
    return {
        "multiplier": metadata.config.depth_multiplier,
        "size": metadata.config.input_size[0],
        "resize": metadata.recipe.resize,
        "licence": metadata.licence,
        "parameters": sum(math.prod(shape) for shape in file.parameters.shapes.values()),
        "megabytes": weights.stat().st_size / 1e6,
    }


def write_card(weights: Path, figures: Figures) -> Path:
    """Write MODEL_CARD.md beside the weights file and return its path."""
    rows = [_row("held-out drawings, unseen seeds", figures.scores["drawn"])]
    rows += [_row(text, figures.scores[source]) for source, text in RENDERERS.items()]
    rows.append(_row("all foreign pictures", figures.foreign))
    text = CARD.format(
        **_file_facts(weights),
        classes=len(LABELS),
        shapes=", ".join(SHAPES),
        textures=", ".join(TEXTURES),
        training=_training(weights),
        same=figures.same_labels,
        pictures=figures.pictures,
        difference=figures.largest_difference,
        summary="\n".join(rows),
        drawn_table=table(figures.scores["drawn"]),
        foreign_table=table(figures.foreign),
        mistakes="\n".join(f"- {line}" for line in figures.foreign.mistakes()) or "none",
    )
    path = weights.with_name("MODEL_CARD.md")
    path.write_text(text, encoding="utf-8")
    return path
