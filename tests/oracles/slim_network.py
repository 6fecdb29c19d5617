"""TF-slim's own ``inception_v3``, with seeded weights: run it, or save it as a checkpoint.

slim's batch norm needs Keras-2 layers that current TensorFlow no longer has. The
network is built with slim's code all the same; only ``normalizer_fn`` is replaced,
by the same variables under the same names and TensorFlow's fused batch norm.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorflow as tf
import tf_slim
from tf_slim.nets import inception_v3 as slim_nets

from .random_weights import Array, random_parameter

BATCH_NORM_EPSILON = 1e-3


def _batch_norm(inputs: Any, **_: Any) -> Any:
    """Normalise with slim's variables: no gamma, as in slim's own arg_scope."""
    depth = [inputs.shape[-1]]
    v1 = tf.compat.v1
    with v1.variable_scope("BatchNorm"):
        beta = v1.get_variable("beta", depth)
        mean = v1.get_variable("moving_mean", depth, trainable=False)
        variance = v1.get_variable("moving_variance", depth, trainable=False)
    outputs, _, _ = v1.nn.fused_batch_norm(
        inputs, tf.ones(depth), beta, mean, variance, BATCH_NORM_EPSILON, is_training=False
    )
    return outputs


@dataclass
class SlimNetwork:
    """A built network.

    Attributes
    ----------
    variables
        Every parameter by its checkpoint name, ``InceptionV3/...``.
    endpoint_names
        slim's endpoints in slim's order.
    """

    variables: dict[str, Array]
    endpoint_names: tuple[str, ...]
    _session: Any
    _picture: Any
    _tensors: dict[str, Any]
    _saver: Any

    def endpoints(self, pictures: Array, names: Iterable[str] | None = None) -> dict[str, Array]:
        """Run float32 ``[N, H, W, 3]`` in [-1, 1]; return the endpoints by name (None: all)."""
        chosen = {n: self._tensors[n] for n in (names or self.endpoint_names)}
        result: dict[str, Array] = self._session.run(chosen, {self._picture: pictures})
        return result

    def save(self, prefix: str | Path) -> Path:
        """Write a checkpoint, ``PREFIX.index`` and ``PREFIX.data-*``; return the prefix."""
        with self._session.graph.as_default():
            self._saver.save(self._session, str(prefix), write_meta_graph=False, write_state=False)
        return Path(prefix)


def build_slim(
    num_classes: int | None = 1001,
    depth_multiplier: float = 1.0,
    input_size: int | tuple[int, int] = 299,
    aux: bool = True,
    seed: int = 0,
    *,
    min_depth: int = 16,
    spatial_squeeze: bool = True,
    parameters: Callable[[str, tuple[int, ...], int], Array] = random_parameter,
) -> SlimNetwork:
    """Build slim's network for pictures of ``input_size`` and give it seeded parameters.

    ``num_classes=None`` builds the base alone, up to ``Mixed_7c``.
    """
    height, width = (input_size, input_size) if isinstance(input_size, int) else input_size
    graph = tf.Graph()
    with graph.as_default(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`layer.apply` is deprecated", UserWarning)
        picture = tf.compat.v1.placeholder(tf.float32, (None, height, width, 3))
        with (
            tf_slim.arg_scope(slim_nets.inception_v3_arg_scope()),
            tf_slim.arg_scope([tf_slim.conv2d], normalizer_fn=_batch_norm, normalizer_params={}),
        ):
            width_options = {"min_depth": min_depth, "depth_multiplier": depth_multiplier}
            if num_classes is None:
                _, tensors = slim_nets.inception_v3_base(picture, **width_options)
            else:
                _, tensors = slim_nets.inception_v3(
                    picture,
                    num_classes,
                    is_training=False,
                    spatial_squeeze=spatial_squeeze,
                    create_aux_logits=aux,
                    **width_options,
                )
        variables = tf.compat.v1.global_variables()
        session = tf.compat.v1.Session(graph=graph)
        values = {v.op.name: parameters(v.op.name, tuple(v.shape), seed) for v in variables}
        session.run(
            [v.initializer for v in variables],
            {v.initializer.inputs[1]: values[v.op.name] for v in variables},
        )
        saver = tf.compat.v1.train.Saver(variables)
    return SlimNetwork(values, tuple(tensors), session, picture, dict(tensors), saver)
