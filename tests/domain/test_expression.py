from decimal import Decimal

import pytest

from fieldcal.domain.expression import BadExpression, Expression


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os')", "().__class__", "x.y", "x[0]", "lambda: 1", "[v for v in x]", "f'{x}'", "'a' + 'b'",
        "x := 1", "open('a')", "max(*x)", "max(x, key=y)", "True", "x @ y", "x is y", "x == y == 'a'", "",
        "1" * 301, "(" * 200 + ")" * 200, "9j", "b'a'", "await x", "{1: 2}",
    ],
)  # fmt: skip
def test_anything_but_arithmetic_is_refused(source):
    with pytest.raises(BadExpression):
        Expression(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [("0.1 + 0.2", "0.3"), ("2.675 * 100", "267.5"), ("-x ** 2", "-9"), ("1 if x > 2 else 0", "1"), ("1e-3", "0.001")],
)
def test_arithmetic_is_exact(source, value):
    assert Expression(source)({"x": Decimal(3)}) == Decimal(value)


def test_lists_broadcast():
    assert Expression("2 * x + y")({"x": [Decimal(1), Decimal(2)], "y": Decimal(1)}) == [3, 5]


@pytest.mark.parametrize("source", ["1 / x", "sqrt(-1)", "y + 1", "half_even(1, 3)", "9 ** 9 ** 9 ** 9"])
def test_what_cannot_be_computed_says_so(source):
    with pytest.raises(Exception) as error:
        Expression(source)({"x": Decimal(0)})
    assert error.value.code in ("not-computable", "bad-interval")


def test_only_the_taken_branch_is_computed():
    assert Expression("1 if x == 0 else 1 / x")({"x": Decimal(0)}) == 1
