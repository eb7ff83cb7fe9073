"""Every budget that a shipped procedure carries, on a record filled as the simulator fills it."""

from decimal import Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fieldcal import bootstrap
from fieldcal.domain.budget import Worked, steps
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.expression import ARITHMETIC
from fieldcal.domain.judge import judge
from fieldcal.domain.quantity import show
from fieldcal.domain.trials import trials_of
from fieldcal.services.case_procedure import Sheet
from fieldcal.services.proof import generic_cases
from fieldcal.services.simulate import planned
from fieldcal.services.uncertainty import PointBudget, budgets

D = Decimal
LIBRARY = bootstrap.library()
FOLDER = Path(__file__).parents[2] / "resources" / "procedures"
NAMES = [compiled.procedure.id for compiled in LIBRARY.all() if compiled.procedure.budget]
STEP = D("1E-15")


@cache
def told(name: str) -> tuple[Compiled, list[PointBudget]]:
    """What `fieldcal procedures budget` would say; the example's `own` answers what is asked for."""
    compiled = LIBRARY.get(name)
    case, plan = planned(compiled, generic_cases(compiled, FOLDER))

    def text(value: Any) -> str:
        return show(value) if isinstance(value, Decimal) else str(value)

    def typed(sheet: dict[int, dict[str, Any]]) -> list[dict[str, str]]:
        return [{key: text(value) for key, value in sheet[row].items()} for row in sorted(sheet)]

    items = {item: {"rows": typed(sheet)} for item, sheet in plan.items.items()}
    judged = judge(compiled, Sheet(compiled, {**case, "items": items}))
    own = {key: D(value) for key, value in case.get("own", {}).items()}
    return compiled, budgets(compiled, judged, own)


@pytest.mark.parametrize("name", NAMES)
def test_every_point_has_its_uncertainty(name: str) -> None:
    _, found = told(name)
    assert found, "nothing measured that has a budget"
    for one in found:
        assert one.worked is not None, f"{one.budget.id} {one.point}: {one.missing}"
        value, expanded = one.worked.printed
        assert 0 < one.worked.expanded <= expanded
        assert value.as_tuple().exponent == expanded.as_tuple().exponent
        assert one.budget.limit, "a verdict hangs on the value, so the third of its limit is to be checked"


@pytest.mark.parametrize("name", NAMES)
def test_sensitivities_are_those_of_small_steps_through_the_formulas(name: str) -> None:
    compiled, found = told(name)
    for one in found:
        assert one.worked is not None
        for line in one.worked.lines:
            if of := line.component.of:
                with localcontext(ARITHMETIC):
                    change = _value(compiled, one.worked, of, STEP) - _value(compiled, one.worked, of, D(0))
                    slope = change / STEP
                assert abs(slope - line.part.sensitivity) <= abs(slope) * D("1E-6") + D("1E-9"), of


def _value(compiled: Compiled, worked: Worked, of: str, by: Decimal) -> Decimal:
    names: dict[str, Any] = {**worked.names, of: worked.names[of] + by}
    changed = {of}
    for name, source in steps(compiled, worked.budget):
        expression = compiled.expr(source)
        if name != of and expression.names & changed and name in names:
            names[name] = expression(names)
            changed.add(name)
    return names[worked.budget.value]


@pytest.mark.parametrize("name", NAMES)
def test_gtc_combines_the_same_parts_to_the_same_u_and_degrees_of_freedom(name: str) -> None:
    gtc = pytest.importorskip("GTC")
    _, found = told(name)
    for one in found:
        assert one.worked is not None
        if any(line.component.group for line in one.worked.lines):
            continue  # correlated: Welch and Satterthwaite do not hold
        parts = [line.part for line in one.worked.lines if line.part.u]
        drawn = [(gtc.ureal(0, float(p.u), float(p.freedom or "inf")), float(p.sensitivity)) for p in parts]
        total = sum((c * x for x, c in drawn), gtc.ureal(0, 0))
        assert float(one.worked.combined.u) == pytest.approx(total.u, rel=1e-9)
        freedom = one.worked.combined.freedom
        assert float(freedom if freedom is not None else "inf") == pytest.approx(total.df, rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_trials_can_draw_every_budget_and_agree(name: str) -> None:
    compiled, found = told(name)
    for one in found[:2]:
        assert one.worked is not None
        trial = bootstrap.simulate(trials_of(compiled, one.worked, 20_000))
        assert abs(trial.u / one.worked.combined.u - 1) < D("0.02")
