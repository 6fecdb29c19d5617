"""Times every rung, from direct loops to the fused engine, on the network's own layers.

    python -m bench.ladder                       one layer of each shape
    python -m bench.ladder --layers all          all of them
    python -m bench.ladder --layers Mixed_6b     those whose name begins so
    python -m bench.ladder --json bench/results/ladder.json

Every rung computes the same thing, convolution, batch norm and ReLU of one picture on one
thread, and is checked against float64 before it is timed. GFLOP/s count the convolution's
multiply-adds alone, as two operations each.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # started as a file: let `bench` be found
    sys.path[0] = str(Path(__file__).parents[1])

import numpy as np

from bench.ladder_report import ladder_report
from bench.layers import Layer, choose_layers
from bench.machine import cores, describe, fma_peak, load_average
from bench.network import OUTPUT, Network, random_pictures, read_network
from bench.rungs import RUNGS, Rung
from npinception.config import Config
from npinception.engines import ENGINES, create_engine
from npinception.errors import NpinceptionError
from npinception.graph import build_graph
from npinception.weights.initial import initial_parameters

#: Seconds that all runs of one rung on one layer take at most, once there was one...
LONG = 1.0
#: ...and at least: the fastest of five runs that are over at once means little.
SHORT = 0.05
#: Seconds of one measurement of the peak, the best of many: too short to be interrupted.
BURST = 0.005


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables; return 2 for bad input."""
    options = _parse(arguments)
    try:
        network = read_network(options.weights) if options.weights else _random_network()
    except NpinceptionError as error:
        sys.stderr.write(f"bench.ladder: {error}\n")
        return 2
    layers = choose_layers(network.graph, network.parameters, options.layers)
    if not layers:
        sys.stderr.write(f"bench.ladder: no layer's name begins with {options.layers!r}\n")
        return 2
    figures = measure(network, layers, options.repeat)
    sys.stdout.write(ladder_report(figures))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def measure(network: Network, layers: list[Layer], repeat: int) -> dict[str, Any]:
    """Return the figures in the form the JSON file has."""
    load = load_average()
    peaks: list[float] = []
    rows = []
    for layer in layers:
        peaks += [fma_peak(1, BURST) for _ in range(5)]
        rows.append(_layer_figures(layer, repeat))
    return {
        "machine": describe(),
        "load_average": [load, load_average()],
        "fma_peak_gflops": max(peaks),
        "fma_peak_gflops_all": max(fma_peak(cores(), BURST) for _ in range(20)),
        "rungs": [{"name": r.name, "title": r.title, "idea": r.idea} for r in RUNGS],
        "layers": rows,
        "networks": _network_figures(network, repeat),
    }


def _layer_figures(layer: Layer, repeat: int) -> dict[str, Any]:
    """Return one layer's shapes, and each rung's time and error."""
    operation = layer.operation
    return {
        "name": layer.node.name,
        "count": layer.count,
        "input": list(layer.input_shape),
        "kernel": list(operation.kernel),
        "stride": operation.stride,
        "output": list(layer.node.shape),
        "flops": layer.flops,
        "rungs": {rung.name: _rung_figures(rung, layer, repeat) for rung in RUNGS},
    }


def _rung_figures(rung: Rung, layer: Layer, repeat: int) -> dict[str, float]:
    """Check one rung on one layer, then time it."""
    run = rung.prepare(layer)
    errors = check(rung, layer, run())
    return {"seconds": best_time(run, repeat)} | errors


def check(rung: Rung, layer: Layer, y: np.ndarray) -> dict[str, float]:
    """Return the largest error as a share of its bound, and the relative L2 error.

    Raises
    ------
    ArithmeticError
        If an element is off by more than rounding explains.
    """
    error = abs(y - layer.truth)
    share = float(np.max(error / layer.bound))
    if not share <= 1:
        raise ArithmeticError(
            f"{rung.title} computes {layer.node.name} wrongly: an element is off by {share:.3g} "
            "times the most that rounding can be"
        )
    return {"error_share": share, "distance": float(np.linalg.norm(error) / _norm(layer.truth))}


def best_time(run: Callable[[], object], repeat: int) -> float:
    """Return the shortest of at least ``repeat`` runs: what disturbs them only ever adds."""
    times: list[float] = []
    while not times or (sum(times) < LONG and (len(times) < repeat or sum(times) < SHORT)):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def _network_figures(network: Network, repeat: int) -> list[dict[str, Any]]:
    """Return the time of the whole network in each compiled engine."""
    x = random_pictures(network, 1)
    output = network.graph.resolve(OUTPUT)
    config = network.graph.config
    exact = create_engine("reference", config, network.parameters, dtype="float64")
    truth = exact.run(x, [output])[output]
    figures = []
    for name, threads in _engines():
        engine = create_engine(name, config, network.parameters, threads)
        y = engine.run(x, [output])[output]
        seconds = best_time(lambda engine=engine: engine.run(x, [output]), repeat)  # type: ignore[misc]
        figures.append(
            {
                "engine": name,
                "threads": threads,
                "flops": 2 * network.multiply_adds,
                "seconds": seconds,
                "distance": float(_norm(y - truth) / _norm(truth)),
            }
        )
    return figures


def _engines() -> list[tuple[str, int]]:
    """Return the compiled engines and the threads each is run on."""
    runs = [(name, 1) for name in ENGINES if name != "reference"]
    return runs + [("fused", cores())] * ("fused" in ENGINES and cores() > 1)


def _norm(array: np.ndarray) -> float:
    return float(np.linalg.norm(array))


def _random_network() -> Network:
    """Return the published architecture of Keras with random parameters."""
    config = Config.of("keras")
    return Network(build_graph(config, *config.input_size), initial_parameters(config, 0))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(
        prog="bench.ladder",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--layers", default="distinct", help="distinct, all, or the beginning of a name")
    add("--repeat", type=int, default=5, help="runs of each, of which the fastest counts")
    add("--weights", type=Path, help="network whose layers to run (default: Keras', random)")
    add("--json", type=Path, help="write all figures to this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
