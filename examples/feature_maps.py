"""Show what a network's layers see: their strongest channels for one picture.

    python examples/feature_maps.py examples/star.png --out maps.png

Needs matplotlib.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from npinception import InceptionV3, NpinceptionError
from npinception.pictures import Pixels, load_picture
from npinception.preprocessing import prepare

Array = NDArray[np.float32]
ENDPOINTS = ("Conv2d_1a_3x3", "Conv2d_4a_3x3", "Mixed_5d", "Mixed_6e", "Mixed_7c")


def strongest(maps: Array, count: int) -> list[int]:
    """Return the channels of [H, W, C] that vary most over the picture, strongest first."""
    return [int(k) for k in np.argsort(-maps.std(axis=(0, 1)), kind="stable")[:count]]


def show(panel: Axes, pixels: Pixels | Array, title: str) -> None:
    """Put a picture or a map into a panel, unsmoothed and without ticks."""
    panel.imshow(pixels, cmap="magma", interpolation="nearest")
    panel.set_title(title, fontsize=8)
    panel.axis("off")


def draw(picture: Pixels, maps: dict[str, Array], channels: int) -> Figure:
    """One row an endpoint: the picture, then its strongest channels."""
    figure = Figure(figsize=(1.3 * (channels + 1), 1.5 * len(maps)), layout="constrained")
    panels = figure.subplots(len(maps), channels + 1, squeeze=False)
    for row, (name, values) in zip(panels, maps.items(), strict=True):
        height, width, depth = values.shape
        show(row[0], picture, f"{name}\n{height} x {width} x {depth}")
        for panel in row[1:]:
            panel.axis("off")  # an endpoint may have fewer channels than columns
        for panel, channel in zip(row[1:], strongest(values, channels), strict=False):
            show(panel, values[..., channel], f"channel {channel}")
    return figure


@click.command()
@click.argument("picture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--weights", default="shapes", help="A published name or a weights file.")
@click.option("--endpoint", "endpoints", multiple=True, default=ENDPOINTS)
@click.option("--channels", default=8, type=click.IntRange(1), help="How many of each endpoint.")
def main(picture: Path, out: Path, weights: str, endpoints: tuple[str, ...], channels: int) -> None:
    """Run the network on one picture and draw its strongest feature maps."""
    try:
        model = InceptionV3.load(weights)
        pixels = load_picture(picture)
        x = prepare(pixels, model.recipe, model.config.input_size)
        found = model.endpoints(x[None], endpoints)
        draw(pixels, {name: values[0] for name, values in found.items()}, channels).savefig(out)
    except (NpinceptionError, OSError, ValueError) as error:  # the last two: of `out`
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
