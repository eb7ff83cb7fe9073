"""The weight-set solver: what it makes is exact, what it can't make is refused, nothing gets smaller."""

from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadInput
from fieldcal.domain.events import StandardPut
from fieldcal.services import standards_fit as solver
from fieldcal.services.standards_fit import Measure, Piece, Refusal

SHIPPED = Path(__file__).parents[2] / "resources/procedures/jjg539-2016.toml"
LIMITS = solver.weight_limits(load(SHIPPED.read_bytes(), SHIPPED.name))
D = Decimal


def put(pieces, name="M1-01", accuracy="M1", **values):
    return StandardPut(name, "砝码", "", "", "weights", accuracy, values, "", "", "2027-01-01", pieces)


def van(*pieces, accuracy="M1"):
    made = [{"nominal": nominal, "count": str(count)} for nominal, count in pieces]
    return solver.weights([put(made, accuracy=accuracy)], LIMITS)


SHOP = van(("10 kg", 1), ("5 kg", 1), ("2 kg", 2), ("1 kg", 1), ("500 g", 1), ("200 g", 2), ("100 g", 1))


def mpe_15kg(load):
    return D("2.5") if load <= 2500 else D(5) if load <= 10000 else D("7.5")


def test_the_loads_of_a_shop_scale_are_made_from_a_shop_set():
    found = solver.fits([D(100), D(2500), D(7500), D(10000), D(15000)], mpe_15kg, SHOP)
    assert solver.refusals(found) == []
    assert [[(str(p.nominal), p.count) for p in one.pieces] for one in found[1:4]] == [
        [("2000", 1), ("500", 1)],
        [("5000", 1), ("2000", 1), ("500", 1)],
        [("10000", 1)],
    ]
    assert found[-1].error == D("0.75")  # 10 kg and 5 kg of class M1: 500 mg + 250 mg


@pytest.mark.parametrize(
    ("stock", "load", "mpe", "refused"),
    [
        (SHOP, "30000", "15", Refusal("too-few-weights", D(30000), D(21000))),
        (SHOP, "2550", "5", Refusal("load-not-makeable", D(2550), D(2500))),
        (van(("2 kg", 2), ("1 kg", 1), accuracy="M2"), "5000", "2", Refusal("weights-too-coarse", D("0.76"), D(2) / 3)),
    ],
)
def test_a_load_that_cannot_be_tested_is_refused_with_the_reason(stock, load, mpe, refused):
    found = solver.fit(D(load), D(mpe), stock)
    assert found.refused == refused
    assert found.load == D(load)


def test_a_third_of_the_mpe_exactly_is_enough():
    pieces = [Piece(D(1000), D("0.5"), 2)]
    assert solver.fit(D(2000), D(3), pieces).refused is None
    assert solver.fit(D(2000), D("2.9999"), pieces).refused is not None


def test_many_small_weights_may_be_too_coarse_where_one_large_is_not():
    many, one = van(("10 g", 10)), van(("100 g", 1))
    assert solver.fit(D(100), D("0.03"), many).refused == Refusal("weights-too-coarse", D("0.02"), D("0.01"))
    assert solver.fit(D(100), D("0.03"), one).refused is None
    assert solver.make(D(100), [*many, *one]) == tuple(one)


def test_a_certificate_that_states_the_error_replaces_the_mpe():
    made = solver.weights([put([{"nominal": "20 kg", "error": "-300 mg"}])], LIMITS)
    assert made == [Piece(D(20000), D("0.3"), 1, "M1-01")]


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        ({"nominal": "3 kg"}, "bad-choice", "nominal"),
        ({"nominal": "1 kg", "class": "Q"}, "bad-choice", "class"),
        ({"nominal": "1 kg", "count": "1.5"}, "out-of-range", "M1-01.pieces"),
        ({"nominal": "1 L"}, "wrong-unit", "M1-01.pieces.nominal"),
        ({"nominal": ""}, "empty", "M1-01.pieces.nominal"),
    ],
)
def test_a_bad_line_of_a_set_is_named(raw, code, field):
    with pytest.raises(BadInput) as error:
        solver.weights([put([raw])], LIMITS)
    assert (error.value.code, error.value.field) == (code, field)


def test_the_small_weights_of_the_changeover_must_be_left():
    tenths = van(("500 mg", 1), ("1 g", 1), ("2 g", 2))
    assert solver.small(D(5), tenths) is None
    assert solver.small(D(5), van(("1 g", 5))) == Refusal("small-weights-missing", D("0.5"), D(5))


def test_what_lies_on_the_scale_is_not_in_the_van():
    made = solver.fit(D(4000), D(5), SHOP).pieces
    assert solver.total(solver.left(SHOP, made)) == solver.total(SHOP) - 4000
    assert solver.make(D(4000), solver.left(SHOP, made)) is None


MEASURES = solver.measures(
    [put([{"nominal": "20 L"}, {"nominal": "50 L"}, {"nominal": "100 L", "error": "0.02"}], "MM", error="0.025")]
)


@pytest.mark.parametrize(
    ("volume", "capacity"), [("5", "20"), ("20", "20"), ("20.1", "50"), ("50", "50"), ("51", "100")]
)
def test_the_smallest_measure_that_holds_it_is_taken(volume, capacity):
    found = solver.measure_for(D(volume), MEASURES, D("0.30"))
    assert found.measure is not None
    assert found.measure.capacity == D(capacity)


@pytest.mark.parametrize(
    ("stock", "flow", "mpe", "refused"),
    [
        ([], "20", "0.30", Refusal("no-measure", D(20), D(0))),
        (MEASURES, "120", "0.30", Refusal("measure-too-small", D(100), D(120))),
        ([Measure("a", D(20), D("0.11"))], "10", "0.30", Refusal("measure-too-coarse", D("0.11"), D("0.30") / 3)),
    ],
)
def test_a_flow_without_its_measure_is_refused(stock, flow, mpe, refused):
    assert solver.measure_for(D(flow), stock, D(mpe)).refused == refused


PIECES = st.lists(
    st.builds(
        Piece,
        st.sampled_from([D(1), D(2), D(5), D(10), D(20), D(50)]),
        st.integers(1, 9).map(lambda n: D(n) / 100),
        st.integers(0, 3),
    ),
    max_size=5,
)


def every_stack(pieces):
    for counts in product(*(range(piece.count + 1) for piece in pieces)):
        chosen = list(zip(pieces, counts, strict=True))
        yield sum((p.nominal * n for p, n in chosen), D(0)), sum((p.error * n for p, n in chosen), D(0)), sum(counts)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.integers(0, 120))
def test_what_is_made_is_exact_and_no_stack_has_a_smaller_error(pieces, grams):
    wanted = D(grams)
    stacks = [(error, count) for mass, error, count in every_stack(pieces) if mass == wanted]
    made = solver.make(wanted, pieces)
    assert (made is None) == (not stacks)
    if made is not None:
        assert solver.total(made) == wanted
        assert (solver.errors(made), sum(p.count for p in made)) == min(stacks)
        assert solver.total(solver.left(pieces, made)) == solver.total(pieces) - wanted


@settings(max_examples=150, deadline=None)
@given(PIECES, st.lists(st.integers(1, 200), min_size=1, max_size=6), st.integers(1, 60))
def test_no_load_is_left_out_moved_or_let_through_too_coarse(pieces, grams, tenths):
    mpe, loads = D(tenths) / 10, [D(g) for g in grams]
    found = solver.fits(loads, lambda _: mpe, pieces)
    assert [one.load for one in found] == loads
    for one in found:
        if one.refused is None:
            assert solver.total(one.pieces) == one.load
            assert 3 * solver.errors(one.pieces) <= mpe
        else:
            assert one.refused.code in ("too-few-weights", "load-not-makeable", "weights-too-coarse")
