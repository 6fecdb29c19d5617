"""Class lists, against the published class index and Keras' decoder."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npinception import decode_predictions
from npinception.errors import InputError
from npinception.labels import default_labels, label_table


def test_classes_are_those_of_the_published_class_index() -> None:
    """Keras' ``imagenet_class_index.json``, rebuilt from our table, has its known MD5."""
    index = {str(k): list(label) for k, label in enumerate(default_labels("imagenet-1000"))}
    digest = hashlib.md5(json.dumps(index).encode(), usedforsecurity=False).hexdigest()
    assert digest == "c2c37ea517e94d9795004a39431a14cb"


def test_slims_classes_start_with_background() -> None:
    labels = default_labels("imagenet-1001")
    assert len(labels) == 1001
    assert labels[0].name == "background"
    assert labels[1:] == default_labels("imagenet-1000")
    with pytest.raises(InputError, match="imagenet-1000"):
        default_labels("imagenet-21k")  # type: ignore[arg-type]


def scores(rows: int, classes: int) -> Any:
    x = np.random.default_rng(rows).random((rows, classes), np.float32)
    return x / x.sum(axis=1, keepdims=True)


def test_decodes_as_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    utilities = pytest.importorskip("keras.src.applications.imagenet_utils")
    keras = pytest.importorskip("keras")
    index = {str(k): list(label) for k, label in enumerate(default_labels("imagenet-1000"))}
    monkeypatch.setattr(utilities, "CLASS_INDEX", index)
    for top in (1, 5, 1000):
        theirs = keras.applications.inception_v3.decode_predictions(scores(3, 1000), top=top)
        assert decode_predictions(scores(3, 1000), top=top) == theirs


def test_background_moves_every_class_by_one() -> None:
    x = np.zeros((2, 1001))
    x[0, 1] = x[1, 0] = 1
    first, second = decode_predictions(x, top=1)
    assert first == [("n01440764", "tench", 1.0)]
    assert second == [("background", "background", 1.0)]


def test_custom_labels() -> None:
    assert decode_predictions([[0.2, 0.7, 0.1]], labels=["cat", "dog", "eel"]) == [
        [("1", "dog", 0.7), ("0", "cat", 0.2), ("2", "eel", 0.1)]
    ]


@given(classes=st.integers(1, 40), top=st.integers(1, 60), rows=st.integers(0, 3))
def test_order_and_length(classes: int, top: int, rows: int) -> None:
    names = [f"c{k}" for k in range(classes)]
    decoded = decode_predictions(scores(rows, classes), top, names)
    assert len(decoded) == rows
    for row in decoded:
        assert len(row) == min(top, classes)
        assert all(type(score) is float for *_, score in row)
        assert [s for *_, s in row] == sorted((s for *_, s in row), reverse=True)


def test_ties_keep_their_order_and_nan_comes_last() -> None:
    names = list("abcd")
    assert [n for _, n, _ in decode_predictions([[1, 2, 2, 1]], 4, names)[0]] == list("bcad")
    row = decode_predictions([[np.nan, 0.1, np.nan, 0.9]], 4, names)[0]
    assert [name for _, name, _ in row] == list("dbac")
    assert np.isnan(row[2][2])


@pytest.mark.parametrize(
    ("x", "options", "words"),
    [
        (np.zeros((1, 1008)), {}, "2015 graph"),
        (np.zeros((1, 2048)), {}, "call predict"),
        (np.zeros((1, 10)), {}, "1000 or 1001 classes, not 10"),
        (np.zeros(1000), {}, r"predictions\[None\]"),
        (np.zeros((1, 0)), {}, r"\[N, classes\]"),
        (np.array([["a"]]), {}, "must be numbers"),
        (np.zeros((1, 1000)), {"top": 0}, "at least 1"),
        (np.zeros((1, 1000)), {"top": 2.5}, "whole number"),
        (np.zeros((1, 3)), {"labels": ["a"]}, "1 labels do not fit 3 classes"),
        (np.zeros((1, 3)), {"labels": ["a", "b"]}, "put 'background' first"),
        (np.zeros((1, 2)), {"labels": ["background", "a", "b"]}, "drop that label"),
    ],
)
def test_errors(x: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        decode_predictions(x, **options)


def test_label_tables() -> None:
    assert [label.name for label in label_table(None, 3)] == ["0", "1", "2"]
    assert label_table(None, 1000)[0] == ("n01440764", "tench")
    assert [label.name for label in label_table(None, 1001)[:2]] == ["background", "tench"]
    assert label_table(["a", "b"], 2) == (("0", "a"), ("1", "b"))
    with pytest.raises(InputError, match="do not fit"):
        label_table(["a"], 1000)
