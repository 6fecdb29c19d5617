"""What one run of the comparison shares: the network, the pictures, the truth, a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.network import OUTPUT, Network, random_pictures, read_network
from bench.processes import Job, PeerError, export
from bench.roster import Peer
from npinception.engines import create_engine

Float64: TypeAlias = NDArray[np.float64]

#: Relative L2 distance from the truth beyond which a peer computes another network, or in
#: less than float32: rounding shows at 1e-6, the smallest error of a port at 3e-3.
SAME_NETWORK = 1e-4


@dataclass(frozen=True)
class Setting:
    """A network to be timed.

    Attributes
    ----------
    folder
        For everything that is written; the caller removes it.
    weights
        The weights file.
    truth
        Probabilities in float64, [largest batch, classes].
    """

    folder: Path
    weights: Path
    network: Network
    truth: Float64

    def job(self, peer: Peer, threads: int, batch: int) -> Job:
        """Return what a worker is started with; the peer's file is written if need be."""
        path = export(peer, self.weights, batch, self.folder)
        pictures = self.folder / f"pictures-{batch}.npy"
        if not pictures.exists():
            np.save(pictures, random_pictures(self.network, batch))
        cache = self.folder / "cache"
        return Job(peer, path, threads, batch, pictures, self.folder, cache)

    def distance(self, values: NDArray[np.float32]) -> float:
        """Return the relative L2 distance of a prediction from the truth.

        Raises
        ------
        PeerError
            If it is none of this network: a wrong network must not be timed.
        """
        truth = self.truth[: len(values)]
        if values.shape != truth.shape:
            raise PeerError(f"predicts {values.shape}, not {truth.shape}")
        distance = float(np.linalg.norm(values - truth) / np.linalg.norm(truth))
        if not distance <= SAME_NETWORK:
            raise PeerError(
                f"computes another network, or not in float32: {distance:.1e} from the truth, "
                f"where at most {SAME_NETWORK:.0e} is rounding"
            )
        return distance


def prepare_setting(folder: Path, weights: Path, largest_batch: int) -> Setting:
    """Read the network and compute its truth."""
    network = read_network(weights)
    config = network.graph.config
    node = network.graph.resolve(OUTPUT)
    engine = create_engine("reference", config, network.parameters, dtype="float64")
    truth = engine.run(random_pictures(network, largest_batch), [node])[node]
    return Setting(folder, weights, network, truth.astype(np.float64))
