"""What a standard states reaches the rule over it, and nothing else."""

from decimal import Decimal

import pytest

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput
from fieldcal.domain.procedure import StandardRule
from fieldcal.domain.standard_rule import names_for, needed
from fieldcal.paths import resources
from fieldcal.services.procedures import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return Library([resources() / "procedures"])


def rule_of(compiled: Compiled) -> StandardRule:
    return next(rule for rule in compiled.procedure.standards if rule.rule)


def test_a_statement_never_takes_the_place_of_a_value_of_the_procedure(library: Library) -> None:
    gauge = library.get("jjg52-2013")
    rule = rule_of(gauge)
    assert needed(gauge, rule) == []
    assert names_for(gauge, rule, {"std_ratio": Decimal(4)}, {"ratio": "0"}) == {"std_ratio": Decimal(4)}


def test_a_rule_sees_what_the_standard_states_and_no_more(library: Library) -> None:
    scale = library.get("jjg539-2016")
    rule = rule_of(scale)
    assert needed(scale, rule) == ["std_error"]
    seen = names_for(scale, rule, {"e": Decimal(5)}, {"error": "0.25", "colour": "red"})
    assert seen == {"e": Decimal(5), "std_error": Decimal("0.25")}


def test_a_statement_that_is_no_number_is_refused_by_its_name(library: Library) -> None:
    scale = library.get("jjg539-2016")
    with pytest.raises(BadInput) as refused:
        names_for(scale, rule_of(scale), {}, {"error": "small"})
    assert (refused.value.code, refused.value.field, refused.value.value) == ("not-a-number", "error", "small")
