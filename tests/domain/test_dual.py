"""Slopes of expressions, against GTC and against what is known by hand."""

import math
from decimal import Decimal

import pytest

from fieldcal.domain.dual import Dual
from fieldcal.domain.expression import BadExpression, Expression

D = Decimal
MODELS = [
    "(v_j - v_b * (1 + b_y * (t_j - t_b) + b_b * (t_b - 20))) / v_b * 100",
    "v_j ** 3 / (2 - v_b) + sqrt(t_j * t_b)",
    "mean(v_j, v_b, t_j) - 5 / b_y",
    "abs(v_b - v_j) * -t_b if v_b < t_j else 7 * v_b",
    "max(v_j, v_b) - min(t_j, t_b) / 3",
]
VALUES = {"v_j": "20.00", "v_b": "19.986", "b_y": "0.0012", "b_b": "0.00005", "t_j": "24.0", "t_b": "23.5"}


def slopes(source):
    expression = Expression(source)
    for name in sorted(expression.names):
        plain = {key: D(value) for key, value in VALUES.items()}
        found = expression({**plain, name: Dual(plain[name], D(1))})
        yield name, found if isinstance(found, Dual) else Dual(found, D(0))


@pytest.mark.parametrize("source", MODELS)
def test_slopes_through_an_expression_agree_with_gtc(source):
    gtc = pytest.importorskip("GTC")
    inputs = {name: gtc.ureal(float(value), 1.0, label=name) for name, value in VALUES.items()}
    words = {
        "sqrt": gtc.sqrt,
        "abs": lambda x: x if x >= 0 else -x,
        "mean": lambda *a: sum(a) / len(a),
        "max": max,
        "min": min,
    }
    theirs = eval(source, {"__builtins__": {}}, {**words, **inputs})
    for name, found in slopes(source):
        signed = gtc.reporting.u_component(theirs, inputs[name])
        assert math.isclose(float(found.slope), signed, rel_tol=1e-12, abs_tol=1e-12)


def test_the_value_goes_along_unchanged():
    for source in MODELS:
        plain = Expression(source)({key: D(value) for key, value in VALUES.items()})
        assert {found.value for _, found in slopes(source)} == {plain}


@pytest.mark.parametrize("source", ["half_even(x, 0.01)", "ceiling(x)", "cosine(x)", "2 ** x"])
def test_what_has_no_slope_refuses_to_take_one(source):
    with pytest.raises((BadExpression, AttributeError)):
        Expression(source)({"x": Dual(D("1.5"), D(1))})
