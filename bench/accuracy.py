"""How far each engine, and TensorFlow, lies from the float64 truth at every endpoint.

    python -m bench.accuracy              print the table
    python -m bench.accuracy --write      put it into docs/accuracy.md

The network is TF-slim's own at full width, with seeded well-conditioned parameters; the
picture is a photograph that scikit-image ships. Distances are relative L2. Unlike
times, they are the same on every machine with the same vector instructions.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import skimage.data

from npinception.config import Config
from npinception.engines import ENGINES, create_engine
from npinception.graph import build_graph
from npinception.preprocessing import prepare
from npinception.variants import SLIM
from tests.oracles.slim_network import build_slim
from tests.tolerances import relative_l2

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"
MARKER = "<!-- bench.accuracy -->\n"


def table() -> str:
    """Measure, and return the figures as a Markdown table."""
    config = Config.of("slim")
    x = prepare(skimage.data.chelsea(), SLIM.recipe, config.input_size)[None]
    network = build_slim(config.num_classes, seed=0)
    graph = build_graph(config, *config.input_size)
    nodes = tuple(graph.endpoints.values())
    truth = create_engine("reference", config, network.variables, dtype="float64").run(x, nodes)
    theirs = network.endpoints(x)
    ours = {name: create_engine(name, config, network.variables).run(x, nodes) for name in ENGINES}
    lines = [
        f"| endpoint | TensorFlow | {' | '.join(ENGINES)} |",
        f"|---|---:|{'---:|' * len(ENGINES)}",
    ]
    for endpoint, node in graph.endpoints.items():
        base = relative_l2(theirs[endpoint], truth[node])
        errors = [relative_l2(ours[name][node], truth[node]) for name in ENGINES]
        cells = " | ".join(f"{error:.2e} ({error / base:.2f})" for error in errors)
        lines.append(f"| {endpoint} | {base:.2e} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"update {PAGE.name}")
    write = parser.parse_args().write
    figures = table()
    if not write:
        sys.stdout.write(figures)
        return
    before, _, after = PAGE.read_text().split(MARKER)
    PAGE.write_text(f"{before}{MARKER}{figures}{MARKER}{after}")


if __name__ == "__main__":
    main()
