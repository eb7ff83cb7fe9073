"""What people and input methods type for a number, made plain. No Qt."""

import re

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_SAME = {"．": ".", "。": ".", "，": ".", ",": ".", "、": ".", "＋": "+"}
_SAME |= dict.fromkeys("－−—–ー‐", "-") | {chr(0xFF10 + n): str(n) for n in range(10)}
_TABLE = str.maketrans(_SAME)
_ALLOWED = set("0123456789.+-")


def normalise(text: str) -> str:
    """Full-width digits, point, comma and minus become plain ones; all else falls away.
    Zeros stay as typed: "5.00" is not "5.0"."""
    return "".join(sign for sign in text.translate(_TABLE) if sign in _ALLOWED)


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None
