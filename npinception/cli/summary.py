"""``npinception summary``: the network as a table."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from .options import input_size as size

if TYPE_CHECKING:
    from ..config import Config


@click.command(short_help="Print the network as a table.")
@click.option("--weights", metavar="NAME|FILE", help="Show the network of a weights file.")
@click.option("--variant", metavar="NAME", help="Or of a published variant.  [default: slim]")
@click.option("--depth-multiplier", type=float, metavar="X", help="Scale all channel counts.")
@click.option("--num-classes", type=int, metavar="N", help="Outputs of the classifier.")
@click.option("--input-size", type=size, metavar="SIZE", help="As 299 or 299x320.")
@click.option("--layers", is_flag=True, help="A row for each operation, not each endpoint.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def summary(
    weights: str | None,
    input_size: tuple[int, int] | None,
    layers: bool,
    as_json: bool,
    **network: Any,
) -> None:
    """Print shapes, parameters, multiply-adds and memory of the network, for one picture."""
    from ..graph import build_graph
    from ..summary import endpoint_rows, layer_rows, peak_bytes, summarize, totals_of

    config = _config(weights, input_size, network)
    graph = build_graph(config, *(input_size or config.input_size))
    if not as_json:
        click.echo(summarize(graph, layers=layers))
        return
    rows = layer_rows(graph) if layers else endpoint_rows(graph)
    document = {
        "variant": config.variant.name,
        "input_size": graph.nodes["input"].shape[:2],
        "layers" if layers else "endpoints": [asdict(row) for row in rows],
        "omitted": dict(graph.omitted),
        "total": asdict(totals_of(graph)) | {"peak_activation_bytes": peak_bytes(graph)},
    }
    click.echo(json.dumps(document, indent=1))


def _config(
    weights: str | None, input_size: tuple[int, int] | None, network: dict[str, Any]
) -> Config:
    """Return a weights file's network, or the one that the options describe."""
    from ..config import Config

    given = {name: value for name, value in network.items() if value is not None}
    if weights is None:
        size = {} if input_size is None else {"input_size": input_size}
        return Config.of(given.pop("variant", "slim"), **given, **size)
    if given:
        option = "--" + next(iter(given)).replace("_", "-")
        raise click.UsageError(f"{option} describes a network, and so does --weights: give one")
    from ..weights.resolve import resolve_weights
    from ..weights.store import open_weights

    return open_weights(resolve_weights(weights)).metadata.config
