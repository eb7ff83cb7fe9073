"""Trials against what is known exactly, and what they refuse."""

import subprocess
import sys
from decimal import Decimal

import pytest

from fieldcal import bootstrap
from fieldcal.domain.errors import DomainError
from fieldcal.domain.expression import Expression
from fieldcal.domain.trials import Drawn, Trials, agreement

D = Decimal
ZERO = D(0)
ROOM = D("0.005")


def one(distribution, width=D(3), formula="x", count=400_000, **more):
    task = Trials([("y", formula)], "y", [Drawn("x", distribution, D(10), width)], count=count, **more)
    return bootstrap.simulate(task)


@pytest.mark.parametrize(
    ("distribution", "square", "reach"),
    [("normal", 1, "1.95996"), ("rect", 3, "0.95"), ("triangular", 6, "0.77639"), ("u_shaped", 2, "0.99692")],
)
def test_each_distribution_has_its_variance_and_its_95_percent(distribution, square, reach):
    found = one(distribution)
    assert abs(found.u**2 * square / 9 - 1) < 2 * ROOM
    assert abs(found.mean - 10) < D("0.03")
    assert abs((found.high - found.low) / 2 - 3 * D(reach)) < D("0.03")


def test_mass_calibration_of_jcgm_101_9_3_is_wider_than_first_order_says():
    model = "(m + d) * (1 + (a - 1.2) * (1 / w - 1 / r)) - 100000"
    inputs = [
        Drawn("m", "normal", D(100000), D("0.050")), Drawn("d", "normal", D("1.234"), D("0.020")),
        Drawn("a", "rect", D("1.20"), D("0.10")), Drawn("w", "rect", D(8000), D(1000)),
        Drawn("r", "rect", D(8000), D(50)),
    ]  # fmt: skip
    found = bootstrap.simulate(Trials([("y", model)], "y", inputs))
    assert abs(found.u / D("0.0754") - 1) < ROOM
    assert abs(found.mean - D("1.2340")) < D("0.001")
    assert abs(found.low - D("1.0834")) < D("0.0015")
    assert abs(found.high - D("1.3825")) < D("0.0015")
    assert D("0.0539") < D("0.75") * found.u


@pytest.mark.parametrize(
    ("distribution", "largest", "low", "agrees", "covered"),
    [("normal", 1, "-3.92", True, True), ("rect", 1, "-3.88", True, True), ("rect", 10, "-17.0", False, True)],
)
def test_sums_of_jcgm_101_9_2_are_validated_as_it_says(distribution, largest, low, agrees, covered):
    inputs = [Drawn(f"x{i}", distribution, ZERO, D(3).sqrt() if distribution == "rect" else D(1)) for i in range(3)]
    inputs.append(Drawn("x3", distribution, ZERO, inputs[0].width * largest))
    found = bootstrap.simulate(Trials([("y", "x0 + x1 + x2 + x3")], "y", inputs))
    assert abs(found.low - D(low)) < D("0.05")
    u = D(3 + largest**2).sqrt()
    said = agreement(ZERO, u, 2 * u, found)
    assert (said.holds, said.covered) == (agrees, covered)
    assert abs(said.low + D("1.960") * u) < D("1E-20")


def test_an_interval_that_reaches_beyond_u_is_not_covered():
    found = one("rect", formula="x ** 2", count=100_000)
    said = agreement(D(100), 20 * D(3) / D(3).sqrt(), 20 * D(3), found)
    assert not said.holds
    assert not agreement(D(100), D(1), D(2), found).covered


def test_a_formula_means_the_same_over_arrays_as_over_decimals():
    source = "(abs(x - 12) + sqrt(x) * 2 if x > 9.5 else max(x, 8) ** 2 / 3) - min(x, 11)"
    for at in ("7.25", "9.75", "12.5"):
        task = Trials(
            [("y", source), ("z", "y + 0 * n")], "z", [Drawn("n", "normal", ZERO, D(1))], {"x": D(at)}, 10_000
        )
        assert abs(bootstrap.simulate(task).mean - Expression(source)({"x": D(at)})) < D("1E-7")


def test_a_choice_is_made_for_each_trial():
    found = one("rect", formula="1 if x > 10 else 0")
    assert abs(found.mean - D("0.5")) < D("0.005")


@pytest.mark.parametrize(
    ("formula", "word", "middle"),
    [
        ("x if kind == 'first' else 2 * x", "first", 10),
        ("x if kind == 'first' else 2 * x", "in_use", 20),
        ("x if kind != 'first' else 2 * x", "first", 20),
        ("mean(x)", "", 10),
        ("mean(x, 0)", "", 5),
    ],
)
def test_a_word_of_the_plate_chooses_and_a_mean_is_one(formula, word, middle):
    assert abs(one("rect", formula=formula, constants={"kind": word}).mean - middle) < D("0.03")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"formula": "half_even(x, 1)"}, "not-for-arrays"),
        ({"formula": "x if kind == 'first' else 0"}, "not-for-arrays"),
        ({"formula": "unknown + x"}, "not-for-arrays"),
        ({"count": 100}, "out-of-range"),
        ({"probability": D(1)}, "out-of-range"),
        ({"formula": "2 * 3"}, "no-spread"),
        ({"formula": "sqrt(x - 100)"}, "not-computable"),
    ],
)
def test_what_cannot_be_simulated_is_refused(change, code):
    with pytest.raises(DomainError) as refused:
        one("normal", **change)
    assert refused.value.code == code


def python(source):
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)


def test_the_program_starts_without_loading_numpy():
    source = "import sys, fieldcal.cli.main, fieldcal.bootstrap, fieldcal.services.cases; print('numpy' in sys.modules)"
    assert python(source).stdout.strip() == "False"


def test_a_build_without_numpy_says_so():
    source = (
        "import sys; sys.modules['numpy'] = None\n"
        "from fieldcal import bootstrap\n"
        "from fieldcal.domain.errors import BadInput\n"
        "try: bootstrap.simulate(None)\n"
        "except BadInput as error: print(error.code)"
    )
    assert python(source).stdout.strip() == "no-numpy"
