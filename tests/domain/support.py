"""The shipped scale procedure and a small one to break."""

from pathlib import Path

from fieldcal.domain.compiled import load
from fieldcal.domain.plate import read

SHIPPED = Path(__file__).parents[2] / "resources/procedures/jjg539-2016.toml"

SMALL = """
schema = 1
id = "small"
revision = 1
regulation = "X 1"
title = { zh = "甲", en = "a" }
instrument = { zh = "甲", en = "a" }
interval = { months = 12, maximum = 12, source = "s" }
[sources]
s = { clause = "1", text = "t", grade = "A" }
[[inputs]]
id = "e"
unit = "g"
text = { zh = "e", en = "e" }
[[items]]
id = "one"
source = "s"
title = { zh = "甲", en = "a" }
text = { zh = "甲", en = "a" }
columns = [
  { id = "x", source = "entered", unit = "g", text = { zh = "x", en = "x" } },
  { id = "y", source = "computed", expr = "x / e", text = { zh = "y", en = "y" } },
]
accept = [{ value = "y", limit = "2", source = "s" }]
"""


def scale():
    return load(SHIPPED.read_bytes(), SHIPPED.name)


def plate(compiled=None, kind="first", **raw):
    given = {"max": "15 kg", "min": "100", "e": "5", **raw}
    return read(compiled or scale(), kind, given)
