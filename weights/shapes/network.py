"""The training network: TF-slim's own Inception V3, narrow, in a TensorFlow graph.

TF-slim's batch norm needs Keras 2 layers that current TensorFlow no longer has, so the
convolutions get a normaliser written here. It makes the same variables
(`BatchNorm/{beta,moving_mean,moving_variance}`, no gamma) and runs the same operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf
import tf_slim as slim
from numpy.typing import NDArray
from tf_slim.nets import inception_v3

Array = NDArray[np.float32]
tf1 = tf.compat.v1
EPSILON = 1e-3
DEPTH_MULTIPLIER = 0.25
MIN_DEPTH = 16
STATISTICS_DECAY = 0.99  # slim's 0.9997 averages over 3000 steps: longer than this training


def batch_norm(inputs: Any, is_training: bool) -> Any:
    """Batch normalisation without gamma; updates of its averages go to `UPDATE_OPS`."""
    channels = [inputs.shape[-1]]
    with tf1.variable_scope("BatchNorm"):
        beta = tf1.get_variable("beta", channels, initializer=tf1.zeros_initializer())
        mean = tf1.get_variable(
            "moving_mean", channels, initializer=tf1.zeros_initializer(), trainable=False
        )
        variance = tf1.get_variable(
            "moving_variance", channels, initializer=tf1.ones_initializer(), trainable=False
        )
    ones = tf.ones(channels)
    if not is_training:
        return tf1.nn.fused_batch_norm(
            inputs, ones, beta, mean, variance, epsilon=EPSILON, is_training=False
        )[0]
    outputs, batch_mean, batch_variance = tf1.nn.fused_batch_norm(
        inputs, ones, beta, epsilon=EPSILON, is_training=True
    )
    for average, value in ((mean, batch_mean), (variance, batch_variance)):
        update = tf1.assign_sub(average, (average - value) * (1 - STATISTICS_DECAY))
        tf1.add_to_collection(tf1.GraphKeys.UPDATE_OPS, update)
    return outputs


def build(images: Any, num_classes: int, is_training: bool) -> tuple[Any, dict[str, Any]]:
    """Put the network into the current default graph.

    Parameters
    ----------
    images
        float32 tensor [N, S, S, 3] in [-1, 1], S static.
    num_classes
        Width of both heads.
    is_training
        Whether batch norm uses the batch.

    Returns
    -------
    logits, endpoints
        float32 [N, num_classes], and slim's dictionary of endpoints (`AuxLogits` among them).
    """
    with slim.arg_scope(
        [slim.conv2d],
        weights_initializer=tf1.variance_scaling_initializer(2.0),
        activation_fn=tf.nn.relu,
        normalizer_fn=batch_norm,
        normalizer_params={"is_training": is_training},
    ):
        logits, endpoints = inception_v3.inception_v3(
            images,
            num_classes=num_classes,
            is_training=is_training,
            depth_multiplier=DEPTH_MULTIPLIER,
            min_depth=MIN_DEPTH,
            # Slim drops 0.2. Trained so, this small network knew as much of drawings it had
            # seen as of others (97.5 % each): it has too few parameters to need it.
            dropout_keep_prob=1.0,
            create_aux_logits=True,
        )
    return logits, endpoints


def model_variables() -> list[Any]:
    """Every variable of the network in the current graph, without the optimiser's."""
    return [v for v in tf1.global_variables() if _is_ours(v.op.name)]


def _is_ours(name: str) -> bool:
    return name.startswith("InceptionV3/") and not name.endswith(("/Adam", "/Adam_1"))


class Restored:
    """The network in a session of its own, with given parameters.

    Parameters
    ----------
    parameters
        float32 array of every variable by its name, `InceptionV3/...`.
    size
        Height and width of its pictures.
    num_classes
        Width of both heads.
    """

    def __init__(self, parameters: Mapping[str, Array], size: int, num_classes: int) -> None:
        graph = tf.Graph()
        with graph.as_default():
            self._images = tf1.placeholder(tf.float32, [None, size, size, 3])
            _, self._endpoints = build(self._images, num_classes, is_training=False)
            variables = model_variables()
            expected, found = {v.op.name for v in variables}, set(parameters)
            if expected != found:
                raise ValueError(f"parameters differ from the network's: {expected ^ found}")
            self._session = tf1.Session()
            for variable in variables:
                variable.load(parameters[variable.op.name], self._session)

    def endpoints(self, images: Array) -> dict[str, Array]:
        """Every endpoint by slim's name for float32 images [N, S, S, 3] in [-1, 1]."""
        values: dict[str, Array] = self._session.run(self._endpoints, {self._images: images})
        return values
