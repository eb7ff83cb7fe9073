"""Budgets that procedures carry: slopes from the procedure's own formulas, and trials that agree with them."""

from decimal import Decimal
from pathlib import Path

import pytest

from fieldcal import bootstrap
from fieldcal.domain.budget import points, slope, worked
from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.plate import complete, read
from fieldcal.domain.rows import rows
from fieldcal.domain.trials import trials_of

D = Decimal
SHIPPED = Path(__file__).parents[2] / "resources/procedures"
PRINTED = {"mmq_mpe": "0.50", "mmq_rep": "0.25", "q2_low": "36", "q2_high": "44"}
PLATE = {"qmax": "50", "unit_price": "8.00", "v_n": "20.000", "h_0": "0", "d": "20", **PRINTED}
RUN = {"preset": "no", "t_fill": "24", "amount": "160.00", "t_j": "24.0", "t_b": "23.5", "h": "-0.7", "drip": "120"}


def compiled_of(name):
    return load((SHIPPED / f"{name}.toml").read_bytes(), name)


def flow(own=None):
    """The budget of three runs at Q1 of a petrol dispenser, read as a technician reads them."""
    compiled = compiled_of("jjg443-2023")
    values = read(compiled, "subsequent", PLATE).values
    item = compiled.procedure.item("flow")
    table = rows(compiled, item, values)
    cells = {}
    for row in table:
        shown = {**RUN, "v_j": ["20.00", "20.01", "20.00"][row.index % 3]}
        cells[row.index] = {key: text if key == "preset" else D(text) for key, text in shown.items()}
    outcome = Evaluator(compiled, values).item(item, table, cells)
    budget = compiled.procedure.budget[0]
    return compiled, worked(compiled, budget, points(Evaluator(compiled, values), outcome)[0], own or {})


def test_the_value_of_a_budget_is_the_mean_of_the_runs():
    _, found = flow()
    errors = [(D(v) / (D("19.986") * D("1.000775")) - 1) * 100 for v in ("20.00", "20.01", "20.00")]
    assert abs(found.value - sum(errors) / 3) < D("1E-20")


def test_sensitivities_agree_with_small_steps_through_the_formulas():
    compiled, found = flow()
    at = found.names
    for line in found.lines:
        of, step = line.component.of, D("1E-12")
        there = {**at, of: at[of] + step}
        for name in ("k", "v_bt", "error_percent"):
            column = next(c for c in compiled.procedure.item("flow").columns if c.id == name)
            there[name] = compiled.expr(column.expr)(there)
        again = compiled.expr("(v_j - v_b * k) / (v_b * k) * 100")
        here = again({**at, "k": compiled.expr("1 + beta_fuel * (t_j - t_b) + beta_measure * (t_b - 20)")(at)})
        assert abs((there["error_percent"] - here) / step - line.part.sensitivity) < D("1E-6"), of


def test_a_laboratory_puts_its_own_certificate_in_the_place_of_what_is_presumed():
    _, presumed = flow()
    _, own = flow({"u_v_b": D("0.0200")})
    assert own.combined.u > presumed.combined.u
    assert presumed.one_third
    assert not own.one_third


def test_value_and_uncertainty_are_printed_to_the_same_place():
    _, found = flow()
    value, expanded = found.printed
    assert value.as_tuple().exponent == expanded.as_tuple().exponent
    assert expanded >= found.expanded


def test_trials_of_the_same_budget_give_the_same_uncertainty():
    compiled, found = flow()
    trial = bootstrap.simulate(trials_of(compiled, found, 400_000))
    assert abs(trial.u / found.combined.u - 1) < D("0.005")
    assert abs(trial.mean - found.value) < D("0.001")
    assert trial.low < found.value < trial.high
    assert isinstance(trial.u, Decimal)


def test_correlated_parts_are_drawn_as_one_cause():
    compiled, found = flow()
    grouped = [*found.budget.components]
    together = [p if p.symbol not in ("V_B", "neck") else _with(p, group="measure") for p in grouped]
    budget = _with(found.budget, components=together)
    one = worked(compiled, budget, found.names)
    assert one.combined.u > found.combined.u
    trial = bootstrap.simulate(trials_of(compiled, one, 400_000))
    assert abs(trial.u / one.combined.u - 1) < D("0.005")


def _with(struct, **changes):
    from msgspec.structs import replace

    return replace(struct, **changes)


def test_same_seed_same_trials_and_another_seed_others():
    compiled, found = flow()
    task = trials_of(compiled, found, 20_000)
    assert bootstrap.simulate(task) == bootstrap.simulate(task)
    assert bootstrap.simulate(trials_of(compiled, found, 20_000, seed=2)).u != bootstrap.simulate(task).u


def test_a_name_without_part_in_the_result_has_no_sensitivity():
    compiled, found = flow()
    with pytest.raises(BadProcedure) as refused:
        slope(compiled, found.budget, "amount", found.names)
    assert refused.value.code == "no-slope"


def test_a_pressure_gauge_of_class_1_6_read_against_a_fitting_standard_keeps_one_third():
    compiled = compiled_of("jjg52-2013")
    values = {"kind": "subsequent", "type": "pressure", "unit": "MPa", "accuracy_class": "1.6", "medium": "liquid",
              "range_min": D(0), "range_max": D("1.6"), "division": D("0.05"), "boundary": "inclusive",
              "basis": "point",
              "std_percent": D("0.25"), "std_min": D(0), "std_max": D("2.5"), "marks": [D("1.6")]}  # fmt: skip
    complete(compiled, values)
    names = {**values, "p_std": D("0.8"), "after": D("0.81"), "p_ref": D("0.8"), "error_after": D("0.01"),
             "mpe": values["mpe_basic"], "head": D(0), "runs_made": D(1)}  # fmt: skip
    found = worked(compiled, compiled.procedure.budget[0], names)
    by_hand = (D("0.00625") ** 2 / 3 + D("0.01") ** 2 / 12).sqrt() * 2
    assert abs(found.expanded - by_hand) < D("1E-20")
    assert found.one_third == (3 * by_hand <= D("0.0256"))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('of = "t_j"', 'of = "t_x"', "unknown-name"),
        ('item = "flow"\nvalue', 'item = "flou"\nvalue', "unknown-item"),
        ('value = "error_percent"\nunit', 'value = "error"\nunit', "unknown-column"),
        ('symbol = "V_B"', 'symbol = "neck"', "twice"),
        ('value = "t_width", source = "thermometer"', 'value = "t_wide", source = "thermometer"', "unknown-name"),
    ],
)
def test_a_slip_in_a_budget_is_found_when_the_file_is_loaded(old, new, code):
    text = (SHIPPED / "jjg443-2023.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(BadProcedure) as refused:
        load(text.replace(old, new).encode(), "x")
    assert refused.value.code == code


RUNS_LIST = ("range_l / coefficient / sqrt(runs_made)", "deviation(runs_v_j) / sqrt(runs_made)")


def changed(*pairs):
    text = (SHIPPED / "jjg443-2023.toml").read_text("utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return load(text.encode(), "x")


def test_a_part_may_use_what_every_single_run_gave():
    _, found = flow()
    compiled = changed(RUNS_LIST)
    by_bessel = worked(compiled, compiled.procedure.budget[0], found.names)
    rep = next(line for line in by_bessel.lines if line.part.symbol == "rep")
    s = ((D("20.00") - D("60.01") / 3) ** 2 * 2 + (D("20.01") - D("60.01") / 3) ** 2) / 2
    assert abs(rep.part.u - (s / 3).sqrt()) < D("1E-20")


def test_a_result_of_the_item_may_be_what_is_budgeted():
    _, column = flow()
    compiled = changed(('value = "error_percent"\nunit', 'value = "error_mean_percent"\nunit'))
    result = worked(compiled, compiled.procedure.budget[0], column.names)
    assert result.value == column.value
    assert abs(result.combined.u - column.combined.u) < D("1E-25")


def test_what_nobody_can_presume_is_asked_for():
    _, found = flow()
    compiled = changed(('source = "u_typical", expr = "0.01", text', 'source = "u_typical", text'))
    budget = compiled.procedure.budget[0]
    with pytest.raises(BadProcedure) as refused:
        worked(compiled, budget, found.names)
    assert (refused.value.code, refused.value.field) == ("not-given", "flow.resolution")
    assert worked(compiled, budget, found.names, {"resolution": D("0.01")}).combined.u == found.combined.u


def test_a_standard_that_the_procedure_does_not_ask_for_can_state_nothing():
    with pytest.raises(BadProcedure) as refused:
        changed(('{ id = "neck_width", unit = "L",', '{ id = "neck_width", unit = "L", standard = "ruler.error",'))
    assert refused.value.code == "unknown-standard"
