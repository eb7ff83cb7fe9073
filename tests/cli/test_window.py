"""How the window is started: the short way in gives what the parser gives."""

import pytest

from fieldcal.cli.main import everyday, parser


@pytest.mark.parametrize(
    "words", [[], ["demo"], ["--workspace", "somewhere"], ["demo", "--workspace", "somewhere"]], ids=" ".join
)
def test_the_usual_start_is_read_as_the_parser_reads_it(words):
    found = everyday(words)
    assert found is not None
    assert vars(found) == vars(parser().parse_args(words))


@pytest.mark.parametrize(
    "words",
    [["demo", "--headless"], ["--workspace"], ["--workspace", " "], ["--workspace", "--json"], ["doctor"], ["-h"]],
    ids=" ".join,
)
def test_everything_else_is_left_to_the_parser(words):
    assert everyday(words) is None
