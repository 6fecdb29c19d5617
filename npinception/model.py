"""The public face: a network with its parameters, labels and recipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .config import Config
from .engines import DEFAULT_ENGINE, Array, Parameters, create_engine
from .errors import InputError
from .graph import Graph, build_graph
from .labels import Label, decode_predictions, default_labels, label_table
from .preprocessing import check_network_input, prepare
from .summary import summarize
from .variants import Recipe
from .weights.initial import initial_parameters
from .weights.metadata import Metadata
from .weights.resolve import resolve_weights
from .weights.store import open_weights, write_weights

Picture: TypeAlias = str | Path | NDArray[np.generic]

#: What may differ between a file's network and the one that is run from it.
RUN_OPTIONS = ("final_endpoint", "global_pool", "spatial_squeeze")


class InceptionV3:
    """An Inception V3, ready to run.

    Make one with :meth:`load` (from a weights file) or :meth:`random`. A model may be
    used from several threads at once.

    Parameters
    ----------
    metadata
        What is known about the parameters: network, recipe, labels, source.
    parameters
        Every parameter by slim's name; may read lazily from a file.
    engine
        ``"layerwise"`` or ``"reference"``; see :mod:`npinception.engines`.
    threads
        Worker threads, where the engine has any. None takes its own choice.
    dtype
        ``"float32"``; the reference engine also computes in ``"float64"``.
    **options
        Run the network differently from what the file says: ``final_endpoint``,
        ``global_pool``, ``spatial_squeeze``, as in :class:`~npinception.config.Config`.

    Raises
    ------
    InputError
        If an option is unknown or out of range.
    """

    def __init__(
        self,
        metadata: Metadata,
        parameters: Parameters,
        engine: str = DEFAULT_ENGINE,
        threads: int | None = None,
        *,
        dtype: str = "float32",
        **options: Any,
    ) -> None:
        unknown = sorted(set(options) - set(RUN_OPTIONS))
        if unknown:
            raise InputError(
                f"unknown option {unknown[0]!r}; the network can be run with "
                f"{', '.join(RUN_OPTIONS)}"
            )
        self.metadata = metadata
        self.config: Config = metadata.config.with_options(**options)
        self.engine = engine
        self.parameters = parameters
        self._engine = create_engine(engine, self.config, parameters, threads, dtype)

    @classmethod
    def load(
        cls,
        source: str | Path,
        engine: str = DEFAULT_ENGINE,
        threads: int | None = None,
        **options: Any,
    ) -> InceptionV3:
        """Return the model in a weights file.

        Parameters
        ----------
        source
            Path of an HDF5 file written by ``npinception weights convert`` or
            :meth:`save`, or a name that ``npinception weights list`` prints. Published
            weights are downloaded once, and then come from the user's cache.
        engine, threads, **options
            As for the class.

        Raises
        ------
        WeightsError
            If the file is missing, damaged, or not a weights file of this project, or
            published weights cannot be fetched.
        """
        file = open_weights(resolve_weights(source, fetch=True))
        with file.parameters.held() as parameters:
            return cls(file.metadata, parameters, engine, threads, **options)

    @classmethod
    def random(
        cls,
        seed: int = 0,
        num_classes: int | None = 1000,
        depth_multiplier: float = 1.0,
        variant: str = "slim",
        *,
        engine: str = DEFAULT_ENGINE,
        threads: int | None = None,
        dtype: str = "float32",
        **options: Any,
    ) -> InceptionV3:
        """Return a network with random parameters, the same for the same ``seed``.

        Filters are scaled so that activations neither grow nor vanish from layer to
        layer, and batch-norm statistics are not trivial: good for timing, teaching and
        parity, not for telling cats from dogs. ``**options`` are fields of
        :class:`~npinception.config.Config`: ``min_depth``, ``aux``, ``input_size``...
        """
        try:
            config = Config.of(
                variant, num_classes=num_classes, depth_multiplier=depth_multiplier, **options
            )
        except TypeError as error:
            raise InputError(f"unknown option: {error}") from error
        metadata = Metadata(
            config=config,
            recipe=config.variant.recipe,
            labels=None,
            source=f"random parameters, seed {seed}",
        )
        return cls(metadata, initial_parameters(config, seed), engine, threads, dtype=dtype)

    @property
    def variant(self) -> str:
        """Name of the variant, as ``"slim"`` or ``"keras"``."""
        return self.config.variant.name

    @property
    def num_classes(self) -> int | None:
        """Outputs of the classifier; None if the network has none."""
        return self.config.num_classes

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Name of each class: the file's, or ImageNet's for a head as published; or None."""
        known = self._known_classes
        return None if known is None else tuple(label.name for label in known)

    @property
    def classes(self) -> tuple[Label, ...]:
        """Identifier and name of each class; its index stands in for what is not known."""
        count = self.num_classes or 0
        return self._known_classes or label_table([str(index) for index in range(count)], count)

    @property
    def _known_classes(self) -> tuple[Label, ...] | None:
        """The file's classes, or ImageNet's for a head as published; None if neither."""
        variant, count = self.config.variant, self.num_classes or 0
        if self.metadata.labels is not None:
            return label_table(self.metadata.labels, count)
        if count != variant.num_classes or variant.label_set is None:
            return None
        return default_labels(variant.label_set)

    @property
    def recipe(self) -> Recipe:
        """How a picture becomes this network's input."""
        return self.metadata.recipe

    def predict(self, x: Array) -> Array:
        """Return the probability of each class.

        Parameters
        ----------
        x
            Pictures [N, H, W, 3], RGB, float32, scaled as the recipe says: to [-1, 1] by
            :func:`npinception.preprocess_input` for most variants; see :attr:`recipe`.

        Returns
        -------
        ndarray
            [N, classes] float32, each row summing to 1.

        Raises
        ------
        InputError
            If ``x`` is no such batch, is too small for the network, or the network has
            no classifier.
        """
        self._require_head("predict")
        return self.endpoints(x, ["Predictions"])["Predictions"]

    def logits(self, x: Array) -> Array:
        """Return the classifier's output before the softmax: [N, classes]."""
        self._require_head("logits")
        return self.endpoints(x, ["Logits"])["Logits"]

    def features(self, x: Array) -> Array:
        """Return the pooled feature vector of each picture: [N, 2048] at full depth."""
        pooled = self.endpoints(x, ["PreLogits"])["PreLogits"]
        if pooled.shape[1:3] != (1, 1):
            raise InputError(
                f"at this picture size the final pool leaves a {pooled.shape[1]}x"
                f"{pooled.shape[2]} map, not one vector; load with global_pool=True, or take "
                "endpoints(x, ['PreLogits'])"
            )
        return pooled.reshape(len(pooled), -1)

    def endpoints(self, x: Array, names: Iterable[str] | None = None) -> dict[str, Array]:
        """Return intermediate results by name.

        Parameters
        ----------
        x
            As for :meth:`predict`.
        names
            Names of endpoints (``"Mixed_5d"``, ``"AuxLogits"``) or of any layer inside them
            (``"Mixed_5d/Branch_0/Conv2d_0a_1x1"``). None: all endpoints the network has for
            pictures of this size.

        Returns
        -------
        dict
            Name to array: [N, H, W, C] for maps, [N, classes] for squeezed logits.

        Raises
        ------
        InputError
            If a name is unknown, or the endpoint does not exist at this picture size.
        """
        x = check_network_input(x)
        graph = self.graph(*x.shape[1:3])
        if isinstance(names, str):
            names = [names]
        wanted = {
            name: graph.resolve(name) for name in (graph.endpoints if names is None else names)
        }
        values = self._engine.run(x, tuple(dict.fromkeys(wanted.values())))
        return {name: values[node] for name, node in wanted.items()}

    def classify(
        self, pictures: Sequence[Picture] | Picture, top: int = 5
    ) -> list[list[tuple[str, float]]]:
        """Return the most likely classes of each picture, best first.

        Parameters
        ----------
        pictures
            Paths of image files, or arrays [H, W, 3] (or [H, W]) of uint8; each is
            prepared by the model's recipe.
        top
            How many classes to name for each.

        Returns
        -------
        list
            For each picture, ``top`` pairs (label, probability). A class without a label is
            called by its index.

        Raises
        ------
        ImageError
            If a file cannot be read as a picture.
        """
        self._require_head("classify")
        if isinstance(pictures, str | Path) or (
            isinstance(pictures, np.ndarray) and pictures.ndim < 4
        ):
            pictures = [pictures]
        classes = self.classes
        results = []
        for picture in pictures:
            x = prepare(picture, self.recipe, self.config.input_size)
            scores = self.predict(x[None]).reshape(1, -1)
            best = decode_predictions(scores, top, classes)[0]
            results.append([(label, probability) for _, label, probability in best])
        return results

    def save(self, path: str | Path) -> None:
        """Write the network, its labels and its recipe to a weights file at ``path``."""
        write_weights(path, self.metadata, self.parameters)

    def summary(self) -> str:
        """Return a table of the layers: shapes, parameters, multiply-adds, memory."""
        return summarize(self.graph(*self.config.input_size))

    def graph(self, height: int, width: int) -> Graph:
        """Return the network's operations and shapes for pictures of this size."""
        return build_graph(self.config, height, width)

    def _require_head(self, method: str) -> None:
        """Raise unless the network ends in a classifier."""
        if self.config.final_endpoint is not None:
            raise InputError(
                f"{method}: this model was loaded up to {self.config.final_endpoint}; load it "
                "without final_endpoint to reach the classifier"
            )
        if not self.config.has_head:
            raise InputError(
                f"{method}: this network has no classifier (its weights were saved without the "
                "head); features() and endpoints() work"
            )
