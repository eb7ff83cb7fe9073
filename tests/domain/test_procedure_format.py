"""A typo in a procedure is found when the file is loaded, and the place is named."""

import pytest

from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadProcedure
from tests.domain.support import SMALL, scale


def test_the_small_procedure_loads():
    assert load(SMALL.encode()).procedure.id == "small"


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("x / e", "x / f", "unknown-name", "one.y"),
        ("x / e", "x / eval(e)", "bad-expression", "one.y"),
        ("x / e", "3 * x if kind == 'firts' else x", "unknown-choice", "one.y"),
        ('unit = "g"\ntext', 'unit = "lb"\ntext', "unknown-unit", "inputs.e"),
        ('source = "s"\ntitle', 'source = "t"\ntitle', "unknown-source", "one"),
        ('limit = "2", source = "s"', 'limit = "2", source = ""', "no-source", "one.accept"),
        ('limit = "2", ', "", "no-limit", "one.accept"),
        ('value = "y"', 'value = "z"', "unknown-name", "one.accept"),
        ('source = "computed", expr = "x / e"', 'source = "computed"', "no-expression", "one.y"),
        ('id = "y"', 'id = "x"', "twice", "one.columns"),
        ("months = 12", "months = 13", "interval-too-long", "interval"),
        ('source = "entered"', 'source = "entered", role = "r"', "unknown-role", "one.x"),
        ("revision = 1", 'revision = "1"', "bad-procedure", "small.toml"),
        ("revision = 1", "revision = 1\nextra = 1", "bad-procedure", "small.toml"),
        ("schema = 1", "schema = 2", "bad-procedure", "small.toml"),
        ("schema = 1", "schema = ", "bad-procedure", "small.toml"),
        ('id = "e"\n', 'id = "e"\ndefault = "f"\n', "unknown-name", "inputs.e.default"),
    ],
)
def test_each_mistake_is_named(old, new, code, field):
    assert old in SMALL
    with pytest.raises(BadProcedure) as error:
        load(SMALL.replace(old, new, 1).encode(), "small.toml")
    assert (error.value.code, error.value.field) == (code, field)


def test_every_value_of_the_shipped_file_cites_a_graded_clause():
    procedure = scale().procedure
    assert all(source.clause and source.grade for source in procedure.sources.values())
    assert [item.id for item in procedure.items][:7] == [
        "visual", "anticheat", "environment", "zero", "tare", "eccentricity", "weighing"
    ]  # fmt: skip
