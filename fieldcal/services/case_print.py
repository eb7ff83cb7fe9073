"""Values of a worked case as they are written down: by the procedure's own rounding, or to the digits a case shows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from fieldcal.domain.compiled import Names
from fieldcal.domain.evaluate import ItemOutcome, reported
from fieldcal.domain.quantity import number
from fieldcal.domain.rounding import half_even
from fieldcal.domain.verdict import Verdict, worst
from fieldcal.services.case_kinds import KindBench

APPROX = "_approx"


def cells(source: Mapping[str, Any], keys: Mapping[str, str]) -> Names:
    """Numbers of a case under the names of the procedure's columns; keys that the case lacks are left out."""
    return {name: number(str(source[key]), key) for key, name in keys.items() if key in source}


def printed(bench: KindBench, item: str, name: str, value: Any) -> Any:
    """The value of a column or result as the procedure prints it."""
    found = bench.compiled.procedure.item(item)
    entry = next(entry for entry in (*found.columns, *found.results) if entry.id == name)
    return reported(bench.compiled, value, entry.report, bench.values)


def full(outcome: ItemOutcome) -> Verdict:
    """The verdict by comparison of unrounded values, the way of judging that the cases name."""
    return worst([j.full for row in outcome.rows for j in row.judged] + [j.full for j in outcome.judged])


def rounded(outcome: ItemOutcome) -> Verdict:
    return worst([j.rounded for row in outcome.rows for j in row.judged] + [j.rounded for j in outcome.judged])


def near(out: Any, expect: Any) -> Any:
    """`out` with each value that the case calls approximate rounded half-even to the digits the case shows."""
    if isinstance(out, dict) and isinstance(expect, dict):
        wanted, found = cast("dict[str, Any]", expect), cast("dict[str, Any]", out)
        return {key: _digits(key, value, wanted.get(key)) for key, value in found.items()}
    if isinstance(out, list) and isinstance(expect, list):
        return [near(a, b) for a, b in zip(cast("list[Any]", out), cast("list[Any]", expect), strict=False)]
    return cast("object", out)


def _digits(key: str, value: Any, expected: Any) -> Any:
    if key.endswith(APPROX) and isinstance(value, Decimal) and isinstance(expected, str):
        return half_even(value, Decimal(1).scaleb(-len(expected.partition(".")[2])))
    return near(value, expected)
