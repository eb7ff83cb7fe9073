"""Sizes for fingers: tokens are floors in pixels, millimetres rule on dense screens."""

GLOVE_MM = 12.0
DENSE_MM = 9.0
GAP = 8
BUTTON = 48
PAD_KEY = (88, 56)
PIN_KEY = (104, 72)
SLIM_KEY = (48, 56)
CHIP = 40
ROW = 48
NARROW = 1200  # below this window width the rail loses its words


def target(floor: int, millimetres: float = DENSE_MM, dpi: float = 96.0) -> int:
    """Height in px of something to tap: the token, or the millimetres if those are more."""
    return max(floor, round(millimetres * dpi / 25.4))
