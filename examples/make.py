"""Draw the example pictures again, by `python examples/make.py`.

Each file is named after what it shows. The seeds lie beyond those of training and evaluation.
"""

from __future__ import annotations

from pathlib import Path

from npinception.weights.shapes.draw import draw

FOLDER = Path(__file__).parent
SEED = 2_000_000

#: File name: seed after SEED, width and height in pixels.
EXAMPLES: dict[str, tuple[int, int]] = {
    "arrow.png": (10, 300),
    "bricks.jpg": (13, 360),
    "checkerboard.png": (7, 128),
    "cloud.jpg": (5, 400),
    "crescent.png": (10, 320),
    "dots.png": (9, 256),
    "drop.png": (4, 180),
    "heart.jpg": (8, 200),
    "hexagon.png": (4, 144),
    "lightning.png": (1, 160),
    "spiral.png": (5, 224),
    "star.png": (1, 256),
    "stripes.png": (4, 192),
    "target.jpg": (6, 240),
    "waves.png": (10, 280),
}


def main() -> None:
    """Write every example beside this file."""
    for name, (seed, size) in EXAMPLES.items():
        path = FOLDER / name
        picture = draw(path.stem, SEED + seed, size)
        picture.save(path, **({"quality": 90} if path.suffix == ".jpg" else {}))


if __name__ == "__main__":
    main()
