"""The public face: loading, saving, and what each method promises or refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import npinception
from npinception import InceptionV3
from npinception.errors import InputError, NpinceptionError

SIZE = (107, 120)


def narrow(**options: Any) -> InceptionV3:
    defaults: dict[str, Any] = {"num_classes": 6, "depth_multiplier": 0.1, "input_size": SIZE}
    return InceptionV3.random(**(defaults | options))


def pictures(count: int = 2, size: tuple[int, int] = SIZE) -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(-1, 1, (count, *size, 3)).astype(np.float32)


def test_public_names() -> None:
    assert set(npinception.__all__) <= set(dir(npinception))
    for name in npinception.__all__:
        assert getattr(npinception, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'InceptionV4'"):
        _ = npinception.InceptionV4


def test_results_have_the_promised_shapes() -> None:
    model = narrow()
    probabilities = model.predict(pictures())
    assert probabilities.shape == (2, 6)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    logits = model.logits(pictures()).astype(float)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(
        probabilities, exponentials / exponentials.sum(axis=1, keepdims=True), rtol=1e-5
    )
    features = model.features(pictures())
    assert features.shape == (2, model.graph(*SIZE).nodes["Mixed_7c"].shape[2])
    mixed = model.endpoints(pictures(), ["Mixed_7c"])["Mixed_7c"]
    np.testing.assert_allclose(features, mixed.mean(axis=(1, 2)), rtol=1e-5, atol=1e-6)


def test_random_is_a_function_of_its_seed() -> None:
    x = pictures(1)
    assert np.array_equal(narrow(seed=4).predict(x), narrow(seed=4).predict(x))
    assert not np.array_equal(narrow(seed=4).predict(x), narrow(seed=5).predict(x))


def test_save_and_load_keep_every_bit(tmp_path: Path) -> None:
    model = narrow(variant="keras")
    model.save(tmp_path / "net.h5")
    again = InceptionV3.load(tmp_path / "net.h5")
    assert again.variant == "keras"
    assert again.num_classes == 6
    assert again.config == model.config
    assert again.recipe == model.recipe
    again.save(tmp_path / "copy.h5")
    for loaded in (again, InceptionV3.load(str(tmp_path / "copy.h5"))):
        for name, value in loaded.endpoints(pictures()).items():
            assert np.array_equal(value, model.endpoints(pictures(), [name])[name])


def test_saving_over_the_file_it_was_loaded_from_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "net.h5"
    narrow().save(path)
    model = InceptionV3.load(path)
    model.save(path)
    assert np.array_equal(InceptionV3.load(path).predict(pictures()), narrow().predict(pictures()))


def test_loading_up_to_an_endpoint(tmp_path: Path) -> None:
    narrow().save(tmp_path / "net.h5")
    model = InceptionV3.load(tmp_path / "net.h5", final_endpoint="Mixed_5b")
    values = model.endpoints(pictures())
    assert list(values)[-1] == "Mixed_5b"
    assert np.array_equal(
        values["Mixed_5b"], narrow().endpoints(pictures(), ["Mixed_5b"])["Mixed_5b"]
    )
    with pytest.raises(InputError, match="final_endpoint"):
        model.predict(pictures())


def test_without_a_head_features_work_and_predict_says_why_not() -> None:
    model = narrow(num_classes=None)
    assert model.features(pictures()).shape[0] == 2
    for method in (model.predict, model.logits):
        with pytest.raises(InputError, match="no classifier"):
            method(pictures())
    with pytest.raises(InputError, match="no classifier"):
        model.classify([np.zeros((40, 50, 3), np.uint8)])


def test_classify_takes_files_and_arrays(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    pixels = np.random.default_rng(1).integers(0, 256, (90, 130, 3), np.uint8)
    path = tmp_path / "noise.png"
    image.fromarray(pixels).save(path)
    model = narrow()
    from_file, from_array = model.classify([path, pixels], top=3)
    assert from_file == from_array
    assert len(from_file) == 3
    assert [p for _, p in from_file] == sorted((p for _, p in from_file), reverse=True)
    assert model.classify(str(path), top=3) == [from_file]
    assert model.classify(pixels, top=99)[0][:3] == from_file
    with pytest.raises(InputError, match="top"):
        model.classify([path], top=0)


@pytest.mark.parametrize(
    "x, complaint",
    [
        (np.zeros((107, 120, 3), np.float32), r"x\[None\]"),
        (np.zeros((1, 3, 107, 120), np.float32), "transpose"),
        (np.zeros((1, 107, 120, 3), np.uint8), "preprocess_input"),
        (np.zeros((1, 74, 120, 3), np.float32), "at least 75x75"),
        (np.zeros((1, 107, 120, 4), np.float32), "RGB"),
    ],
)
def test_wrong_input_is_explained(x: NDArray[Any], complaint: str) -> None:
    with pytest.raises(NpinceptionError, match=complaint):
        narrow().predict(x)


def test_wrong_options_are_explained(tmp_path: Path) -> None:
    narrow().save(tmp_path / "net.h5")
    with pytest.raises(InputError, match="unknown option 'speed'"):
        InceptionV3.load(tmp_path / "net.h5", speed="high")
    with pytest.raises(InputError, match="unknown option"):
        InceptionV3.random(colour="red")
    with pytest.raises(InputError, match="unknown endpoint 'Mixed_4a'"):
        narrow().endpoints(pictures(), ["Mixed_4a"])
    with pytest.raises(InputError, match="global_pool"):
        narrow().features(pictures(1, (384, 384)))
    assert narrow(global_pool=True).features(pictures(1, (384, 384))).ndim == 2


def test_summary_names_every_endpoint() -> None:
    model = narrow()
    text = model.summary()
    for endpoint in model.graph(*SIZE).endpoints:
        assert endpoint in text
