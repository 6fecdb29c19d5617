"""Whole recipes against the programs they are named after, on photographs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from npinception.framing import covering_size
from npinception.preprocessing import prepare
from npinception.recipes import IMAGENET_MEAN, IMAGENET_STD, RECIPES, Recipe
from npinception.resize import METHODS
from npinception.variants import VARIANTS
from tests.tolerances import SCALED_PIXEL

Pixels = NDArray[np.uint8]
Float32 = NDArray[np.float32]
SIZE = (299, 299)


@pytest.fixture(scope="module")
def photographs() -> list[Pixels]:
    data = pytest.importorskip("skimage.data")
    tall = np.ascontiguousarray(data.rocket()[:, 300:460])
    return [data.chelsea(), data.rocket(), data.coffee(), data.retina()[:, :1000], tall]


def covered(picture: Pixels, shorter: int, method: Image.Resampling) -> Pixels:
    """Return torchvision's ``Resize(shorter)`` and ``CenterCrop(299)``, by Pillow."""
    height, width = picture.shape[:2]
    if width <= height:
        size = shorter, int(shorter * height / width)
    else:
        size = int(shorter * width / height), shorter
    image = Image.fromarray(picture).resize(size, method)
    left, top = (round((n - 299) / 2.0) for n in size)
    return np.asarray(image.crop((left, top, left + 299, top + 299)))


def by_torchvision(picture: Pixels) -> Float32:
    return covered(picture, 342, Image.Resampling.BILINEAR) / np.float32(127.5) - np.float32(1)


def by_timm(picture: Pixels) -> Float32:
    pixels = covered(picture, 341, Image.Resampling.BICUBIC) / np.float32(255)
    half = np.float32(0.5)
    return (pixels - half) / half


def by_gluon(picture: Pixels) -> Float32:
    pixels = covered(picture, 341, Image.Resampling.BICUBIC) / np.float32(255)
    return (pixels - np.float32(IMAGENET_MEAN)) / np.float32(IMAGENET_STD)


def by_graph_2015(picture: Pixels) -> Float32:
    """Return what lies between ``DecodeJpeg`` and the first convolution of the graph."""
    tf = pytest.importorskip("tensorflow")
    x = tf.compat.v1.image.resize_bilinear(tf.cast(picture, tf.float32)[None], SIZE)
    return ((x - 128.0) * 0.0078125).numpy()[0]


def by_clean_fid(picture: Pixels) -> Float32:
    """Return clean-fid's ``mode="clean"``: each channel by Pillow in floats, then clipped."""
    channels = [Image.fromarray(picture[..., c].astype(np.float32)) for c in range(3)]
    resized = [np.asarray(c.resize(SIZE, Image.Resampling.BICUBIC)) for c in channels]
    return (np.stack(resized, axis=-1).clip(0, 255) - np.float32(128)) / np.float32(128)


ORIGINALS: dict[str, Callable[[Pixels], Float32]] = {
    "torchvision": by_torchvision,
    "timm": by_timm,
    "timm-imagenet": by_gluon,
    "fid": by_graph_2015,
    "clean-fid": by_clean_fid,
}


@pytest.mark.parametrize("name", ORIGINALS)
def test_recipe_to_the_last_bit(name: str, photographs: list[Pixels]) -> None:
    for picture in photographs:
        ours, theirs = prepare(picture, RECIPES[name], SIZE), ORIGINALS[name](picture)
        assert ours.shape == theirs.shape == (*SIZE, 3)
        assert ours.dtype == theirs.dtype == np.float32
        assert ours.flags.c_contiguous
        np.testing.assert_array_equal(ours, theirs)


def test_recipes_are_told_apart(photographs: list[Pixels]) -> None:
    """A seeded fault, a recipe mistaken for another, is far outside every tolerance."""
    values = {recipe: prepare(photographs[1], recipe, SIZE) for recipe in RECIPES.values()}
    assert len(values) == len(RECIPES) - 1, "Keras' and pytorch-fid's are one"
    for one, other in combinations(values, 2):
        assert np.abs(values[one] - values[other]).max() > 100 * SCALED_PIXEL, (one, other)


def torch_oracle() -> Any:
    return pytest.importorskip(
        "tests.oracles.torch_network", reason="PyTorch is not installed: pip install '.[torch]'"
    )


def test_torchvisions_own_transforms(photographs: list[Pixels]) -> None:
    torchvision = torch_oracle().import_torchvision()
    transforms = torchvision.models.Inception_V3_Weights.IMAGENET1K_V1.transforms()
    plain = replace(RECIPES["torchvision"], scale=255.0, offset=0.0)
    mean, std = np.float32(IMAGENET_MEAN), np.float32(IMAGENET_STD)
    for picture in photographs:
        theirs = transforms(Image.fromarray(picture)).numpy().transpose(1, 2, 0)
        pixels = prepare(picture, plain, SIZE)
        np.testing.assert_array_equal((pixels - mean) / std, theirs)
        # transform_input, as the network does it
        back = theirs * (std / np.float32(0.5)) + (mean - np.float32(0.5)) / np.float32(0.5)
        ours = prepare(picture, RECIPES["torchvision"], SIZE)
        np.testing.assert_allclose(ours, back, rtol=0, atol=SCALED_PIXEL)


@pytest.mark.parametrize("tag", ["tv_in1k", "tf_in1k", "tf_adv_in1k", "gluon_in1k"])
def test_timms_own_transforms(tag: str, photographs: list[Pixels]) -> None:
    oracle = torch_oracle()
    oracle.import_torchvision()
    with oracle.quiet_torch():
        import timm

        published = timm.get_pretrained_cfg(f"inception_v3.{tag}").to_dict()
        config = timm.data.resolve_data_config(pretrained_cfg=published)
        transforms = timm.data.create_transform(**config)
    variant = VARIANTS[f"timm-{tag.removesuffix('_in1k').replace('_', '-')}"]
    for picture in photographs:
        theirs = transforms(Image.fromarray(picture)).numpy().transpose(1, 2, 0)
        np.testing.assert_array_equal(prepare(picture, variant.recipe, SIZE), theirs)


def test_pytorch_fids_own_input(photographs: list[Pixels]) -> None:
    oracle = torch_oracle()
    torch = pytest.importorskip("torch")
    inception = pytest.importorskip("pytorch_fid.inception") if oracle else None
    network = inception.InceptionV3.__new__(inception.InceptionV3)
    torch.nn.Module.__init__(network)
    network.resize_input = network.normalize_input = True
    network.blocks, network.output_blocks = torch.nn.ModuleList([torch.nn.Identity()]), [0]
    network.last_needed_block = 0
    for picture in photographs:
        x = torch.from_numpy(picture.transpose(2, 0, 1)[None].astype(np.float32)) / 255
        theirs = network(x)[0][0].numpy().transpose(1, 2, 0)
        ours = prepare(picture, RECIPES["pytorch-fid"], SIZE)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=4 * SCALED_PIXEL)


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(1, 700), st.integers(1, 700))
def test_covering_covers(height: int, width: int, rows: int, columns: int) -> None:
    for name in ("torchvision", "timm"):
        size = covering_size((height, width), RECIPES[name], (rows, columns))
        assert size[0] >= rows
        assert size[1] >= columns


def test_published_sides() -> None:
    assert covering_size((400, 400), RECIPES["torchvision"], SIZE) == (342, 342)
    assert covering_size((400, 400), RECIPES["timm"], SIZE) == (341, 341)


def test_every_variants_recipe_is_a_published_one() -> None:
    for variant in VARIANTS.values():
        assert variant.recipe in RECIPES.values()
        assert variant.recipe.resize in METHODS


def test_clipping(photographs: list[Pixels]) -> None:
    recipe = Recipe(resize="antialias_bicubic", scale=1.0, offset=0.0)
    free = prepare(photographs[0], recipe, (1000, 1200))
    cut = prepare(photographs[0], replace(recipe, clip=True), (1000, 1200))
    assert free.max() > 255 or free.min() < 0
    np.testing.assert_array_equal(cut, free.clip(0, 255))
