"""A path down alone, for the way back of an item whose way up asks more."""

from decimal import Decimal

from fieldcal.domain.compiled import load
from fieldcal.domain.rows import rows
from tests.domain.support import SMALL

DOWN = SMALL.replace(
    "columns = [\n",
    """points = [
  { over = "mark", path = "down", unit = "g", keep = "mark < 3 * e", values = ["e", "3 * e", "0", "2 * e"] },
]
columns = [
""",
)


def test_a_path_down_has_the_kept_values_in_falling_order():
    compiled = load(DOWN.encode())
    found = rows(compiled, compiled.procedure.item("one"), {"kind": "first", "e": Decimal(1)})
    assert [(int(r.values["mark"]), r.values["direction"]) for r in found] == [(2, "down"), (1, "down"), (0, "down")]
