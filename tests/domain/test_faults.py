"""All mistakes of a procedure file are told at once, each on its own line."""

import tomllib
from pathlib import Path

import pytest

from fieldcal.domain.faults import faults
from fieldcal.domain.lines import lines
from tests.domain.support import SHIPPED, SMALL

SHIPPED_FILES = sorted(Path(SHIPPED).parent.glob("*.toml"))


def told(text: str) -> list[tuple[int, str, str]]:
    return [(f.line, f.key, f.code) for f in faults(text.encode(), "small.toml")]


def line(text: str, part: str) -> int:
    return next(i for i, row in enumerate(text.split("\n"), 1) if part in row)


def test_a_file_in_order_has_none():
    assert told(SMALL) == []


def test_three_mistakes_of_meaning_are_told_together():
    text = SMALL.replace("x / e", "x / f").replace('unit = "g"\ntext', 'unit = "lb"\ntext').replace('limit = "2", ', "")
    assert told(text) == [
        (line(text, '"lb"'), "inputs[0].unit", "unknown-unit"),
        (line(text, "x / f"), "items[0].columns[1].expr", "unknown-name"),
        (line(text, "accept"), "items[0].accept[0].value", "no-limit"),
    ]


def test_misspelt_and_missing_keys_are_told_together_with_the_known_ones():
    text = SMALL.replace("revision = 1", "revison = 1").replace('grade = "A"', 'grade = "Z"')
    found = faults(text.encode(), "small.toml")
    assert sorted((f.key, f.code) for f in found) == [
        ("", "missing-key"),
        ("revison", "unknown-key"),
        ("sources.s.grade", "wrong-type"),
    ]
    by_code = {f.code: f for f in found}
    assert "revision" in by_code["unknown-key"].accepted
    assert by_code["wrong-type"].accepted == "A, B, C, X"
    assert by_code["wrong-type"].line == line(text, "grade")


def test_a_bad_expression_names_its_key():
    text = SMALL.replace("x / e", "open(e)")
    assert told(text) == [(line(text, "open"), "items[0].columns[1].expr", "bad-expression")]


@pytest.mark.parametrize("text", ["schema = 1\nid = ", 'schema = 1\nid = "a\n'])
def test_what_is_no_toml_has_one_fault_with_its_line(text: str):
    assert told(text) == [(2, "", "bad-procedure")]


def test_a_table_of_bands_without_rows_is_named():
    text = SMALL.replace("[[items]]", '[tables.t]\nkind = "bands"\nsource = "s"\nvalues = [1]\n[[items]]')
    assert told(text) == [(line(text, "[tables.t]"), "tables.t", "bad-table")]


def test_a_fault_is_one_line_with_file_line_key_and_what_is_accepted():
    text = SMALL.replace('source = "s"\ntitle', 'source = "t"\ntitle')
    found = [str(f) for f in faults(text.encode(), "small.toml")]
    at = line(text, 'source = "t"')
    assert found == [f"small.toml:{at}: items[0].source: unknown-source: 't'; accepted: s"]


@pytest.mark.parametrize("path", SHIPPED_FILES, ids=lambda path: path.stem)
def test_every_text_of_a_shipped_file_stands_on_the_line_that_is_told(path: Path):
    text = path.read_text(encoding="utf-8")
    rows, known = text.split("\n"), lines(text)

    def leaves(value, at):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from leaves(inner, (*at, key))
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                yield from leaves(inner, (*at, place))
        elif isinstance(value, str):
            yield at, value

    found = list(leaves(tomllib.loads(text), ()))
    assert len(found) > 50
    assert all(value in rows[known[at] - 1] for at, value in found)
    assert faults(path.read_bytes(), path.name) == []
