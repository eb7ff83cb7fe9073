"""The truck scale's procedure on a scale whose true loads are known: substitution follows them, up and down."""

from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcal.domain.compiled import load
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.plate import read
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict
from fieldcal.services.standards_fit import Piece
from fieldcal.services.substitution_plan import Scale, plan

FILE = Path(__file__).parents[2] / "resources/procedures/jjg539-2016-truck.toml"
COMPILED = load(FILE.read_bytes(), FILE.name)
D, TON = Decimal, Decimal(1000000)


def plate(block):
    raw = {"max": "60 t", "min": "400 kg", "e": "20 kg", "n_supports": "8", "standards_mass": f"{block} t"}
    return read(COMPILED, "first", raw).values


def shown(true, gain, zero, step=D(20000)):
    """What a digital scale shows of `true`, and the small weights up to its next changeover."""
    inside = true * gain + zero
    indication = (inside / step).to_integral_value() * step
    return {"indication": indication, "delta_load": indication + step / 2 - inside}


def walked(block, extra, gain=D(1), zero=D(0)):
    """Up and down with materials that weigh `extra` more than the standards they replace."""
    values = plate(block)
    up, down = (COMPILED.procedure.item(name) for name in ("weighing", "weighing_down"))
    cells, true_of, material = {}, {}, []
    for row in rows(COMPILED, up, values):
        nominal, base = row.values["nominal"], sum(material, D(0))
        true = base + nominal - len(material) * block * TON
        true_of[nominal] = true
        cells[row.index] = shown(true, gain, zero)
        if 0 < nominal < 60 * TON and nominal % (block * TON) == 0:
            material.append(block * TON + extra[len(material) % len(extra)])
            read_ = shown(sum(material, D(0)), gain, zero)
            cells[row.index] |= {"material_indication": read_["indication"], "material_delta": read_["delta_load"]}
    first = Evaluator(COMPILED, values).item(up, rows(COMPILED, up, values), cells)
    values |= {f"weighing_{name}": value for name, value in first.results.items()}
    table = rows(COMPILED, down, values)
    below = {row.index: shown(true_of[row.values["nominal"]], gain, zero) for row in table}
    return first, Evaluator(COMPILED, values).item(down, table, below), true_of


BLOCKS, EXTRA = st.integers(12, 60), st.lists(st.integers(-9999, 9999).map(D), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(BLOCKS, EXTRA, st.integers(-4000, 4000))
def test_a_true_scale_has_no_error_whatever_the_material_weighs(block, extra, zero):
    up, down, true_of = walked(D(block), extra, zero=D(zero))
    for row in [*up.rows, *down.rows]:
        assert row.values["load"] == true_of[row.values["nominal"]]
        assert row.values["error_corrected"] == 0
    assert (up.verdict, down.verdict) == (Verdict.PASS, Verdict.PASS)


def test_a_scale_that_shows_too_much_fails_although_every_block_looks_small():
    up, down, _ = walked(D(20), [D(0)], gain=D("1.0006"))
    assert (up.verdict, down.verdict) == (Verdict.FAIL, Verdict.FAIL)
    assert up.results["max_error"] > 30000


@settings(max_examples=40, deadline=None)
@given(BLOCKS)
def test_the_solver_plans_the_same_loads_as_the_procedure(block):
    values = plate(block)
    ways = [rows(COMPILED, COMPILED.procedure.item(name), values) for name in ("weighing", "weighing_down")]
    up, down = ([row.values["nominal"] for row in way] for way in ways)
    divisor = COMPILED.expr("divisor_of(error)")({"error": D("0.2")})
    pieces = [Piece(TON, D(0), 60), Piece(D(20000), D(0), 50)]
    found = plan(up, Scale(60 * TON, divisor, lambda _: D(10000)), D(block) * TON, pieces)
    assert found.refused == ()
    assert [step.load for step in found.steps if step.action == "load"] == [*up, *down]
