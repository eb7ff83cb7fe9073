"""A path up and down again: the two rows of a value are one point, so that hysteresis is a result of the point."""

from decimal import Decimal

from fieldcal.domain.compiled import load
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict
from tests.domain.support import SMALL

CYCLE = SMALL.replace(
    'columns = [\n',
    """points = [
  { over = "mark", path = "cycle", unit = "g", values = ["2 * e", "e"] },
  { over = "mark", unit = "g", values = ["e"] },
]
results = [{ id = "gap", per = "point", expr = "range(x)", unit = "g", text = { zh = "差", en = "Gap" } }]
judge = [{ value = "gap", high = "e", source = "s" }]
columns = [
""",
).replace('limit = "2", source = "s"', 'limit = "20", source = "s"')  # fmt: skip
VALUES = {"kind": "first", "e": Decimal(1)}


def table():
    compiled = load(CYCLE.encode())
    item = compiled.procedure.item("one")
    return compiled, item, rows(compiled, item, VALUES)


def test_the_top_is_read_twice_and_each_value_is_one_point():
    _, _, found = table()
    assert [(int(r.values["mark"]), r.values["direction"], r.point) for r in found] == [
        (1, "up", 0), (2, "up", 1), (2, "down", 1), (1, "down", 0), (1, "", 2)
    ]  # fmt: skip
    assert [r.values["point"] for r in found] == [1, 2, 2, 1, 3]


def gaps(*readings: str):
    compiled, item, found = table()
    cells = {i: {"x": Decimal(reading)} for i, reading in enumerate(readings)}
    return Evaluator(compiled, VALUES).item(item, found, cells)


def test_a_gap_between_the_two_readings_of_a_value_is_judged():
    held = gaps("1", "2", "2.5", "2", "1")
    assert (held.per_point["gap"], held.verdict) == ([1, Decimal("0.5"), 0], Verdict.PASS)
    assert gaps("1", "2", "2.5", "2.1", "1").verdict is Verdict.FAIL


def test_an_unfinished_way_down_leaves_its_points_open():
    half = gaps("1", "2", "2")
    assert (half.per_point["gap"], half.verdict) == ([None, 0, None], Verdict.NOT_DONE)
