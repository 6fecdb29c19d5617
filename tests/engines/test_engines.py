"""What every engine owes its caller, on a narrow network."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from npinception.engines import ENGINES, create_engine
from npinception.errors import InputError
from npinception.model import InceptionV3
from tests.tolerances import SAME_NETWORK, relative_l2

SIZE = (107, 120)


def narrow(engine: str, **options: Any) -> InceptionV3:
    return InceptionV3.random(3, 10, 0.1, engine=engine, **({"input_size": SIZE} | options))


def pictures(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).uniform(-1, 1, (count, *SIZE, 3)).astype(np.float32)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("variant", ["slim", "keras"])
def test_every_node_equals_the_truth(engine: str, variant: str) -> None:
    model = narrow(engine, variant=variant)
    names = [name for name in model.graph(*SIZE).nodes if name != "input"]
    truth = narrow("reference", variant=variant, dtype="float64").endpoints(pictures(2), names)
    ours = model.endpoints(pictures(2), names)
    assert len(ours) > 120
    for name in names:
        assert ours[name].dtype == np.float32
        assert relative_l2(ours[name], truth[name]) < SAME_NETWORK, name


@pytest.mark.parametrize("engine", ENGINES)
def test_bits_do_not_depend_on_the_batch(engine: str) -> None:
    model, batch = narrow(engine), pictures(5)
    together = model.endpoints(batch)
    for index in range(len(batch)):
        alone = model.endpoints(batch[index : index + 1])
        for name, value in alone.items():
            assert np.array_equal(value[0], together[name][index]), name


@pytest.mark.parametrize("engine", ENGINES)
def test_bits_do_not_depend_on_which_outputs_are_asked_for(engine: str) -> None:
    model, batch = narrow(engine), pictures(1)
    everything = model.endpoints(batch, list(model.graph(*SIZE).nodes))
    for name in ("Mixed_5b", "Mixed_7c/Branch_3/AvgPool_0a_3x3", "AuxLogits", "Predictions"):
        node = model.graph(*SIZE).resolve(name)
        assert np.array_equal(model.endpoints(batch, [name])[name], everything[node]), name


@pytest.mark.parametrize("engine", ENGINES)
def test_concurrent_callers(engine: str) -> None:
    model, batch = narrow(engine), pictures(6)
    expected = model.predict(batch)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda x: model.predict(x[None])[0], [*batch] * 3))
    assert np.array_equal(results, np.tile(expected, (3, 1)))


@pytest.mark.parametrize("engine", ENGINES)
def test_input_is_not_changed_and_may_be_empty_or_strided(engine: str) -> None:
    model, batch = narrow(engine), pictures(2)
    before = batch.copy()
    expected = model.predict(batch)
    assert np.array_equal(batch, before)
    assert np.array_equal(model.predict(np.asfortranarray(batch)), expected)
    assert np.array_equal(model.predict(batch[::-1])[::-1], expected)
    assert model.predict(batch[:0]).shape == (0, 10)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value encountered in matmul")
def test_nan_and_inf_reach_the_output(engine: str, bad: float) -> None:
    model, batch = narrow(engine), pictures(2)
    clean = model.endpoints(batch, ["Conv2d_1a_3x3", "Predictions"])
    batch[0, 50, 60, 1] = bad
    values = model.endpoints(batch, ["Conv2d_1a_3x3", "Predictions"])
    assert not np.isfinite(values["Conv2d_1a_3x3"][0]).all()
    assert np.isnan(values["Predictions"][0]).all()
    assert np.array_equal(values["Predictions"][1], clean["Predictions"][1])


def test_create_engine_refuses_what_it_cannot_do() -> None:
    config, parameters = narrow("reference").config, narrow("reference").parameters
    with pytest.raises(InputError, match="unknown engine 'cuda'"):
        create_engine("cuda", config, parameters)
    with pytest.raises(InputError, match="dtype"):
        create_engine("reference", config, parameters, dtype="int8")
    with pytest.raises(InputError, match="float32"):
        create_engine("layerwise", config, parameters, dtype="float64")
    with pytest.raises(InputError, match="threads"):
        create_engine("layerwise", config, parameters, threads=0)
    with pytest.raises(InputError, match="one thread"):
        create_engine("layerwise", config, parameters, threads=2)
    with pytest.raises(InputError, match="OMP_NUM_THREADS"):
        create_engine("reference", config, parameters, threads=2)
