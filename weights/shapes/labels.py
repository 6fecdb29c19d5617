"""The classes of the model in the box, in the order of its outputs.

Pairs that would share pictures are left out on purpose: no `ring` beside `circle`, no `diamond`
beside `square`, no `ellipse`. So "circle" means a disc or its outline at any thickness, and
"square" includes the square standing on a corner.
"""

SHAPES: tuple[str, ...] = (
    "circle",
    "triangle",
    "square",
    "pentagon",
    "hexagon",
    "star",
    "heart",
    "arrow",
    "cross",
    "crescent",
    "spiral",
    "lightning",
    "cloud",
    "drop",
)

TEXTURES: tuple[str, ...] = (
    "checkerboard",
    "stripes",
    "dots",
    "zigzag",
    "waves",
    "grid",
    "bricks",
    "target",
)

LABELS: tuple[str, ...] = SHAPES + TEXTURES
