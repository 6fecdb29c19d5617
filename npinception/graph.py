"""The network as a list of operations with shapes, found by walking the table.

:func:`build_graph` turns a :class:`~npinception.config.Config` and a picture size into
a :class:`Graph`: nodes in the order they can be computed, each with its output
shape. Every engine runs this one graph; shapes, parameter counts, multiply-adds
and the layout of a weights file are read off it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from .architecture import (
    AUX_CLASSIFIER,
    AUX_LAYERS,
    AUX_SOURCE,
    CLASSIFIER,
    FINAL_POOL,
    Size,
    base_layers,
)
from .config import Config, check_input_size
from .errors import InputError
from .nodes import Convolution, Dropout, GlobalPooling, Node, Softmax, Squeeze
from .walk import EmptyMapError, Walk


@dataclass(frozen=True)
class Graph:
    """The network for pictures of one size.

    Attributes
    ----------
    config
        What it was built from.
    nodes
        By name, in an order in which each can be computed.
    endpoints
        Endpoint name to node name, in slim's order.
    omitted
        Endpoints the network has, but not for pictures of this size, with the reason.
    """

    config: Config
    nodes: Mapping[str, Node]
    endpoints: Mapping[str, str]
    omitted: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def convolutions(self) -> tuple[Node, ...]:
        """Nodes with filters, in slim's order of creation."""
        return tuple(n for n in self.nodes.values() if isinstance(n.operation, Convolution))

    @cached_property
    def parameters(self) -> dict[str, tuple[int, ...]]:
        """Shape of every parameter by slim's variable name, in order of creation."""
        return {name: shape for n in self.convolutions for name, shape in n.parameters.items()}

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of all convolutions for one picture."""
        return sum(node.multiply_adds for node in self.nodes.values())

    def resolve(self, name: str) -> str:
        """Return the node behind an endpoint's or a node's name.

        Raises
        ------
        InputError
            If the network has no such name, or not for pictures of this size.
        """
        if name in self.omitted:
            raise InputError(f"{name}: {self.omitted[name]}")
        node = self.endpoints.get(name, name)
        if node not in self.nodes:
            raise InputError(
                f"unknown endpoint {name!r}; this network has {', '.join(self.endpoints)}"
            )
        return node


@lru_cache(maxsize=64)
def build_graph(config: Config, height: int, width: int) -> Graph:
    """Return the network's graph for pictures of ``height`` by ``width`` pixels.

    Raises
    ------
    InputError
        If a map would be empty: the picture is below the network's minimum size.
    """
    check_input_size(height, width)
    walk = Walk(config, height, width)
    try:
        endpoints = _add_base(walk)
    except EmptyMapError as empty:
        least = minimum_input(config)
        raise InputError(
            f"a picture of {height}x{width} pixels is too small: {empty} would be empty; "
            f"this network needs at least {least}x{least}"
        ) from None
    omitted: dict[str, str] = {}
    if config.has_aux:
        _add_aux(walk, endpoints, omitted)
    if config.final_endpoint is None:
        _add_head(walk, endpoints, omitted)
    return Graph(config, walk.nodes, endpoints, omitted)


def network_parameters(config: Config) -> dict[str, tuple[int, ...]]:
    """Return the shape of every parameter a weights file of this network holds."""
    return build_graph(config, *config.input_size).parameters


@lru_cache(maxsize=64)
def minimum_input(config: Config) -> int:
    """Return the smallest height (and width) at which no map of the base is empty.

    Found by trying, so that it is the table's own, whatever the table says.
    """
    size = 1
    while True:
        try:
            _add_base(Walk(config, size, size))
        except EmptyMapError:
            size += 1
        else:
            return size


def _add_base(walk: Walk) -> dict[str, str]:
    """Append the layers up to ``final_endpoint``; return the endpoints' nodes."""
    endpoints: dict[str, str] = {}
    source = "input"
    for layer in base_layers(walk.config.variant.last_block_pool):
        source = endpoints[layer.name] = walk.layers((layer,), source, "")
        if layer.name == walk.config.final_endpoint:
            break
    return endpoints


def _add_aux(walk: Walk, endpoints: dict[str, str], omitted: dict[str, str]) -> None:
    """Append the auxiliary head, or note why pictures of this size have none."""
    config = walk.config
    height, width, _ = walk.nodes["input"].shape
    native = (height, width) == config.input_size
    kernel = None if native else _aux_kernel(config)
    pool, reduce, conv = AUX_LAYERS
    before = dict(walk.nodes)
    try:
        source = walk.window(pool, endpoints[AUX_SOURCE], "AuxLogits/")
        source = walk.window(reduce, source, "AuxLogits/")
        source = walk.window(conv, source, "AuxLogits/", kernel)
    except EmptyMapError:
        walk.nodes = before
        reason = (
            f"the auxiliary head does not fit a picture of {height}x{width} pixels: "
            f"the map it reads, {AUX_SOURCE}, is too small"
        )
        if native:
            raise InputError(f"{reason}; choose a larger input_size, or aux=False") from None
        omitted["AuxLogits"] = reason
        return
    logits = walk.classifier(f"AuxLogits/{AUX_CLASSIFIER}", source)
    _add_logits(walk, endpoints, omitted, "AuxLogits", logits)


def _aux_kernel(config: Config) -> Size:
    """Return the kernel that the auxiliary convolution's filters were made with."""
    _, _, conv = AUX_LAYERS
    prefix = "AuxLogits/" + conv.name.split("{")[0]
    for node in build_graph(config, *config.input_size).convolutions:
        if node.name.startswith(prefix) and isinstance(node.operation, Convolution):
            return node.operation.kernel
    raise AssertionError(f"no convolution of the graph is called {prefix}")


def _add_head(walk: Walk, endpoints: dict[str, str], omitted: dict[str, str]) -> None:
    """Append final pool, dropout, classifier and softmax."""
    source = endpoints["Mixed_7c"]
    channels = walk.nodes[source].shape[2]
    if walk.config.global_pool:
        source = walk.add("Logits/GlobalPool", GlobalPooling(), (source,), (1, 1, channels))
    else:
        source = walk.window(FINAL_POOL, source, "Logits/")
    pooled = walk.add("Logits/Dropout_1b", Dropout(), (source,), walk.nodes[source].shape)
    endpoints["PreLogits"] = pooled
    if not walk.config.has_head:
        return
    logits = walk.classifier(f"Logits/{CLASSIFIER}", pooled)
    _add_logits(walk, endpoints, omitted, "Logits", logits)
    if "Logits" in omitted:
        omitted["Predictions"] = omitted["Logits"]
        return
    logits = endpoints["Logits"]
    endpoints["Predictions"] = walk.add(
        "Predictions", Softmax(), (logits,), walk.nodes[logits].shape
    )


def _add_logits(
    walk: Walk, endpoints: dict[str, str], omitted: dict[str, str], name: str, source: str
) -> None:
    """Make ``source`` the endpoint ``name``, squeezed to one axis if the options say so."""
    height, width, classes = walk.nodes[source].shape
    if walk.config.spatial_squeeze:
        if (height, width) != (1, 1):
            omitted[name] = (
                f"at this picture size the logits form a {height}x{width} map, which cannot "
                "be squeezed to one vector; load with global_pool=True, or spatial_squeeze=False"
            )
            return
        source = walk.add(f"{name}/SpatialSqueeze", Squeeze(), (source,), (classes,))
    endpoints[name] = source
