"""Write the network in one peer's format, in a process of its own.

python -m bench.export MODULE WEIGHTS.h5 BATCH FOLDER
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bench.network import read_network


def main() -> None:
    """Write the file, and its path as the last line of stdout."""
    module, weights, batch, folder = sys.argv[1:]
    export = import_module(f"bench.exports.{module}").export
    path = export(read_network(Path(weights)), int(batch), Path(folder))
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
