"""Draw, train, export and evaluate the model in the box, in one command.

    python -m npinception.weights.shapes.train --out build/shapes

Needs the `tensorflow` extra. Everything follows from the seeds.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import tensorflow as tf

from . import dataset, network
from .export import export
from .labels import LABELS
from .report import write_report

tf1 = tf.compat.v1
SIZE = 144
AUX_WEIGHT = 0.4
SMOOTHING = 0.05
WEIGHT_DECAY = 4e-5
PEAK_RATE = 3e-3
WARM_UP = 300  # steps


@dataclass(frozen=True)
class Run:
    """What a training run may choose; the defaults are those of the published file."""

    per_class: int = 3000
    steps: int = 14_000
    batch: int = 64
    seed: int = 1


def ahead(batches: Iterator[Any], depth: int = 4) -> Iterator[Any]:
    """Yield the same batches, prepared in a thread while TensorFlow computes."""
    waiting: queue.Queue[Any] = queue.Queue(depth)
    end = object()

    def fill() -> None:
        for batch in batches:
            waiting.put(batch)
        waiting.put(end)

    threading.Thread(target=fill, daemon=True).start()
    while (batch := waiting.get()) is not end:
        yield batch


def loss_of(logits: Any, target: Any) -> Any:
    """Cross-entropy with smoothed labels, mean over the batch."""
    return tf1.losses.softmax_cross_entropy(target, logits, label_smoothing=SMOOTHING)


def training_step(images: Any, target: Any, steps: int) -> tuple[Any, Any, Any]:
    """Operation of one step, its loss, and the share of the batch that was right."""
    logits, endpoints = network.build(images, len(LABELS), is_training=True)
    one_hot = tf.one_hot(target, len(LABELS))
    loss = loss_of(logits, one_hot) + AUX_WEIGHT * loss_of(endpoints["AuxLogits"], one_hot)
    filters = [v for v in tf1.trainable_variables() if v.op.name.endswith("weights")]
    decay = WEIGHT_DECAY * tf.add_n([tf.nn.l2_loss(v) for v in filters])
    step = tf1.train.get_or_create_global_step()
    rate = tf1.train.cosine_decay(PEAK_RATE, step, steps)
    rate *= tf.minimum(1.0, (tf.cast(step, tf.float32) + 1) / WARM_UP)
    with tf.control_dependencies(tf1.get_collection(tf1.GraphKeys.UPDATE_OPS)):
        train = tf1.train.AdamOptimizer(rate, epsilon=1e-4).minimize(loss + decay, step)
    right = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), target), tf.float32))
    return train, loss, right


def train(pictures: dataset.Pictures, out: Path, run: Run) -> Path:
    """Train, or go on from the last state in `out`; return the finished checkpoint."""
    state, finished = out / "state.ckpt", out / "model.ckpt"
    with tf.Graph().as_default(), tf1.Session() as session:
        tf1.set_random_seed(run.seed)
        raw = tf1.placeholder(tf.uint8, [run.batch, SIZE, SIZE, 3])
        target = tf1.placeholder(tf.int64, [run.batch])
        images = tf.cast(raw, tf.float32) / 127.5 - 1.0
        operations = training_step(images, target, run.steps)
        saver = tf1.train.Saver(max_to_keep=1)
        session.run(tf1.global_variables_initializer())
        if tf1.train.checkpoint_exists(str(state)):
            saver.restore(session, str(state))
        start = int(session.run(tf1.train.get_global_step()))
        progress = Progress(run)
        source = dataset.batches(pictures, run.batch, range(start, run.steps), run.seed)
        for step, (block, labels) in enumerate(ahead(source), start + 1):
            _, loss, right = session.run(operations, {raw: block, target: labels})
            progress.report(step, loss, right)
            if step % 250 == 0 or step == run.steps:
                saver.save(session, str(state), write_meta_graph=False)
        tf1.train.Saver(network.model_variables()).save(
            session, str(finished), write_meta_graph=False
        )
    return finished


class Progress:
    """A line every hundred steps: running means and speed."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._mean = np.array([2 * np.log(len(LABELS)), 0.0])
        self._count = 0
        self._start = time.monotonic()

    def report(self, step: int, loss: float, right: float) -> None:
        """Take in one step, and print now and then."""
        self._count += self._run.batch
        self._mean += 0.02 * (np.array([loss, right]) - self._mean)
        if step % 100 == 0:
            speed = self._count / (time.monotonic() - self._start)
            click.echo(
                f"step {step}/{self._run.steps}  loss {self._mean[0]:.3f}  "
                f"right {self._mean[1]:.4f}  {speed:.0f} pictures/s"
            )


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/shapes"))
@click.option("--per-class", default=Run.per_class, help="Training pictures of each class.")
@click.option("--steps", default=Run.steps, help="Batches to train on.")
@click.option("--batch", default=Run.batch, help="Pictures in a batch.")
@click.option("--seed", default=Run.seed, help="Of the weights and of the order of pictures.")
@click.option("--workers", default=2, help="Processes that draw.")
def main(out: Path, per_class: int, steps: int, batch: int, seed: int, workers: int) -> None:
    """Draw, train, export and evaluate; a run that was interrupted goes on where it was."""
    run, times = Run(per_class, steps, batch, seed), [time.monotonic()]
    pictures = dataset.drawn(out, 0, per_class, SIZE, workers)
    times.append(time.monotonic())
    checkpoint = train(pictures, out, run)
    times.append(time.monotonic())
    drawing, training = (round(seconds / 60) for seconds in np.diff(times))
    facts = {
        "peak_rate": PEAK_RATE,
        "aux_weight": AUX_WEIGHT,
        "smoothing": SMOOTHING,
        "statistics_decay": network.STATISTICS_DECAY,
        "tensorflow": tf.__version__,
    }
    times_taken = {"minutes_drawing": drawing, "minutes_training": training}
    record = {**asdict(run), **facts, **times_taken}
    (out / "training.json").write_text(json.dumps(record, indent=2) + "\n")
    story = (
        f"trained on this project's own drawings: {per_class} of each class, {steps} steps of "
        f"{batch}, seed {seed}, TensorFlow {tf.__version__}"
    )
    file = out / "shapes.h5"
    export(checkpoint, file, SIZE, network.DEPTH_MULTIPLIER, story)
    write_report(file)


if __name__ == "__main__":
    main()
