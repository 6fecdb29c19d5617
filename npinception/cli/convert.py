"""``npinception weights convert``: another program's weights to a weights file."""

from __future__ import annotations

from typing import Any

import click

from .options import input_size as size


@click.command(short_help="Make a weights file from another program's.")
@click.argument("source")
@click.argument("destination", metavar="OUT.h5")
@click.option("--labels", metavar="FILE", help="Names of the classes: UTF-8, one on each line.")
@click.option("--licence", metavar="TEXT", help="Licence of the weights, to be kept with them.")
@click.option("--input-size", type=size, metavar="SIZE", help="As 299 or 299x320.")
@click.option("--depth-multiplier", type=float, metavar="X", help="If not found by itself.")
@click.option("--min-depth", type=int, metavar="N", help="If not found by itself.")
@click.option("--variant", metavar="NAME", help="If not found by itself, as timm-tf.")
def convert(source: str, destination: str, **options: Any) -> None:
    """Convert SOURCE to the weights file OUT.h5.

    SOURCE is a Keras file (.h5, .weights.h5 or .keras), a TF-slim checkpoint, a state dict of
    torchvision, timm or pytorch-fid (.pth, .pt, .safetensors), or TensorFlow's graph of 2015.
    It is recognised by its contents; nothing in it is executed.
    """
    from ..weights.convert import convert as convert_weights

    metadata = convert_weights(source, destination, **options, report=click.echo)
    config = metadata.config
    head = f"{config.num_classes} classes" if config.has_head else "no classifier"
    click.echo(f"{destination}: variant {config.variant.name}, {head}")
    if metadata.notes:
        click.echo(f"{destination}: note: {metadata.notes}")
