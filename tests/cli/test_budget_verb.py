"""`fieldcal procedures budget RUN`: the uncertainty of a record as a person meets it."""

from decimal import Decimal

import pytest

from fieldcal.bootstrap import SystemClock, library
from fieldcal.services.budget_values import BudgetValues
from fieldcal.services.runs import Runs
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store


@pytest.fixture
def budget(fieldcal, workspace):
    def run(*words):
        return fieldcal("--lang", "en", "procedures", "budget", *words, "--workspace", workspace)

    return run


def test_every_part_of_a_dispenser_is_listed_and_the_whole_stays_within_a_third_of_the_limit(budget):
    told = budget("nozzle-pass")
    assert told.code == 0
    points = [line for line in told.out.splitlines() if line.startswith("flow ")]
    assert len(points) == 2
    assert all(line.endswith("U <= 0.3/3") for line in points)
    assert [line.split()[0] for line in told.out.splitlines()[1:9]] == [
        "V_B", "neck", "rep", "res", "t_J", "t_B", "beta_Y", "beta_B",
    ]  # fmt: skip


def test_a_measure_known_too_badly_breaks_the_third(budget):
    told = budget("nozzle-pass", "--set", "u_v_b=0.2", "--json")
    assert told.code == 1
    held = [(one["budget"], one["one_third"]) for one in told.data["budgets"]]
    assert held == [("flow", False), ("flow", False), ("mmq", True)]  # the MMQ has a measure of its own


def test_trials_stand_beside_the_budget_and_agree(budget):
    one = budget("run:nozzle-pass", "--trials", "200000", "--json").data["budgets"][0]
    square = sum(Decimal(part["contribution"]) ** 2 for part in one["parts"])
    assert abs(Decimal(one["trials"]["u"]) / square.sqrt() - 1) < Decimal("0.02")


def test_a_scale_is_budgeted_at_every_load_above_zero_with_the_repeatability_measured_later(budget):
    found = budget("scale-pass", "--json").data["budgets"]
    assert found[0]["point"] == 2
    assert all("missing" not in one for one in found)
    assert {part["symbol"] for part in found[0]["parts"]} == {"dig0", "digL", "rep", "ecc", "mc", "mB", "mD"}


def test_what_was_never_measured_has_no_budget(budget):
    told = budget("scale-fail")
    assert (told.code, "nothing measured" in told.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nosuch"], "unknown-run"),
        (["nozzle-pass", "--set", "u_v_c=1"], "unknown-name"),
        (["nozzle-pass", "--set", "u_v_b"], "bad-choice"),
        (["nozzle-pass", "--set", "u_v_b=wide"], "not-a-number"),
        (["nozzle-pass", "--trials", "10"], "out-of-range"),
    ],
)
def test_what_cannot_be_used_is_one_line(budget, words, code):
    told = budget(*words)
    assert (told.code, code in told.err) == (2, True)


def test_what_the_run_s_standard_states_takes_the_place_of_what_is_presumed(budget):
    """The demo's thermometer states 0.1 °C where the file presumes 0.2 °C; what is typed wins over both."""

    def width(*words):
        parts = budget("nozzle-pass", "--json", *words).data["budgets"][0]["parts"]
        return next(part["u"] for part in parts if part["symbol"] == "t_J")

    assert width() == "0.0577"
    assert width("--set", "t_width=0.3") == "0.173"


def test_what_was_stated_in_the_window_counts_here_and_what_is_typed_wins(budget, workspace):
    """As the explanation's fields write it, see tests/services/test_budget_values.py."""
    with Store.open(workspace) as store:
        ws = Workspace(store.journal, store.blobs, store.signer, SystemClock(), library())
        BudgetValues(Runs(ws)).state("run:nozzle-pass", "flow", "t_width", "0.5", "tech")

    def told(*words):
        data = budget("nozzle-pass", "--json", *words).data
        parts = data["budgets"][0]["parts"]
        return next(part["u"] for part in parts if part["symbol"] == "t_J"), list(data["stated"])

    assert told() == ("0.289", ["t_width"])
    assert told("--set", "t_width=0.3") == ("0.173", [])
    assert "t_width = 0.5 °C, " in budget("nozzle-pass").out.splitlines()[0]
