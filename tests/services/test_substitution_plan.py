"""The truck scale's plan: every load is reached by exchanges of one block, up and down, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcal.services.standards_fit import Piece, Refusal, total
from fieldcal.services.substitution_plan import Plan, Scale, carried, plan

D = Decimal
TON = D(1000000)


def mpe(load):
    return D(10000) if load <= 10 * TON else D(20000) if load <= 40 * TON else D(30000)


SIXTY = Scale(60 * TON, D(3), mpe)
LOADS = [D(400000), 10 * TON, 30 * TON, 40 * TON, 60 * TON]
M1 = [Piece(TON, D(50), 19), Piece(D(500000), D(25), 1), Piece(D(20000), D(1), 25)]


def walked(found: Plan):
    """Plays the plan: which loads stood on the scale, in order, and that material only moves by exchanges."""
    seen, material = [], D(0)
    for step in found.steps:
        if step.action == "exchange-back":
            material -= step.standards
        assert step.material == material
        assert total(step.pieces) == step.standards
        if step.action == "exchange":
            material += step.standards
        if step.action == "load":
            seen.append(step.load)
    assert material == 0
    return seen


def test_a_truck_scale_of_60_t_is_tested_with_20_t():
    found = plan(LOADS, SIXTY, 20 * TON, M1)
    assert found.refused == ()
    assert found.material == 40 * TON
    assert walked(found) == [*LOADS, *LOADS[-2::-1]]
    up = [(s.action, s.material / TON, s.standards / TON) for s in found.steps if s.direction == "up"]
    assert up == [
        ("load", 0, D("0.4")), ("load", 0, 10), ("exchange", 0, 20), ("load", 20, 10), ("load", 20, 20),
        ("exchange", 20, 20), ("load", 40, 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("loads", "divisor", "block", "material", "refused"),
    [
        (LOADS, "2", "20", None, Refusal("too-few-standards", 20 * TON, 30 * TON)),
        (LOADS, "5", "12", "40", Refusal("too-little-material", 40 * TON, 48 * TON)),
        (LOADS[:-1], "3", "20", None, Refusal("loads-miss-max", 40 * TON, 60 * TON)),
        (LOADS, "3", "25", None, Refusal("block-not-makeable", 25 * TON, D(0))),
        ([D(30000), 60 * TON], "3", "20", None, Refusal("load-not-makeable", D(30000), D(20000))),
    ],
)
def test_a_plan_that_cannot_be_done_says_why(loads, divisor, block, material, refused):
    scale = Scale(60 * TON, D(divisor), mpe)
    found = plan(loads, scale, D(block) * TON, M1, material and D(material) * TON)
    assert refused in found.refused


def test_the_errors_of_all_blocks_below_a_load_add_up():
    coarse = [Piece(TON, D(170), 20), Piece(D(400000), D(20), 1)]
    found = plan(LOADS, SIXTY, 20 * TON, coarse)
    at_40, at_60 = D(2 * 3400), D(3 * 3400)  # one block is 3.4 kg wrong at worst
    assert found.refused == (
        Refusal("weights-too-coarse", at_40, D(20000) / 3),
        Refusal("weights-too-coarse", at_60, D(10000)),
    )


def test_the_material_takes_the_difference_of_the_two_changeovers():
    assert carried(20 * TON, 20 * TON, D(40004000), D(40010000)) == D(40006000)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 30), st.integers(1, 5), st.sets(st.integers(1, 60), max_size=6), st.integers(1, 4))
def test_every_load_is_reached_up_and_down_whatever_the_block(size, divisor, loads, spare):
    block, pieces = D(size), [Piece(D(1), D(0), size + spare)]
    top = max([*loads, size])
    wanted = sorted({D(x) for x in [*loads, top]})
    found = plan(wanted, Scale(D(top), D(divisor), lambda _: D(1)), block, pieces)
    if block * divisor < top:
        assert [one.code for one in found.refused] == ["too-few-standards"]
        assert found.steps == ()
    else:
        assert found.refused == ()
        assert walked(found) == [*wanted, *wanted[-2::-1]]
        assert all(step.standards <= block for step in found.steps)
