"""What the Run page writes about a row: names, formulas, facts."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget

from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.explained import Place
from fieldcal.services.explain_paper import Explanations
from fieldcal.services.hands import NozzleHands
from fieldcal.services.walk import Walker
from fieldcal.ui.i18n import set_language
from fieldcal.ui.models import explain, run_show
from fieldcal.ui.models.run_show import Fact
from fieldcal.ui.runtime import inline
from fieldcal.ui.theme import set_theme
from fieldcal.ui.views.run import RunPage
from fieldcal.ui.views.run_facts import FactsCard, packed
from tests.services.test_explain import records
from tests.ui import jobs


@pytest.fixture
def services(tmp_path):
    made = jobs.open_fast(tmp_path / "demo")
    yield made
    made.close()


@pytest.fixture
def nozzle(services):
    """A nozzle after two deliveries at the first flow."""
    walker = Walker(services, NozzleHands(services.bench.probes, 1), "tech")
    run = walker.start("nozzle-1-2", "subsequent", "nozzle")
    while (at := services.runs.judgement(run).position).item != "flow" or at.row < 2:
        walker.step(run, at)
    return run


def compiled(services, run):
    return services.runs.compiled(run)


def test_a_list_names_a_repeated_row_by_its_symbol_and_the_heading_in_full(services, nozzle):
    state = services.runs.judgement(nozzle).items["flow"]
    found = run_show.readings(compiled(services, nozzle), services.runs.view(nozzle), state, None, {})
    assert [row.load for row in found] == ["Q1·1", "Q1·2", "Q1·3", "Q2·1", "Q2·2", "Q2·3"]
    row = state.outcome.rows[2]
    assert run_show.load_text(compiled(services, nozzle), state.item, row.row, row.values)[0] == "Q1 最大流量 第 3 次"


def test_a_list_shows_the_columns_that_the_procedure_wants(services, nozzle):
    item = services.runs.judgement(nozzle).items["flow"].item
    assert run_show.value_column(item).id == "v_j"
    assert run_show.error_column(item).id == "error_percent"


def test_a_list_never_shows_the_same_column_twice(services):
    items = services.ws.library.get("jjg539-2016").procedure.items
    environment = next(item for item in items if item.id == "environment")
    shown = run_show.value_column(environment), run_show.second_column(environment)
    assert [column.id for column in shown if column] == ["temperature", "humidity"]


def test_a_formula_shows_the_side_that_was_computed_and_no_endless_fraction(services, nozzle):
    state = services.runs.judgement(nozzle).items["flow"]
    lines, clause = explain.explanation(compiled(services, nozzle), state.item, state.outcome.rows[0])
    assert lines[0].startswith("E = (VJ − VBt) ÷ VBt × 100")
    assert all(len(word) < 15 for word in lines[0].split("\n")[1].split())
    assert clause == "JJG 443-2006, 7.6, 7.7 · 可信度 B：一个公开来源"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_short_answer_has_no_name_that_only_the_file_knows(language):
    """Beside it stands no list of what the names mean."""
    set_language(language)
    for procedure, item in (("jjg596-2012", "basic_error"), ("jjg52-2013", "error"), ("jjg539-2016", "weighing")):
        made = [(c, j.items[item]) for _, c, j in records(procedure) if j.items[item].outcome]
        rows = [(c, state.item, row) for c, state in made for row in state.outcome.rows if row.complete]
        assert rows
        for compiled, found, row in rows[:20]:
            ids = [column.id for column in found.columns if "_" in column.id]
            text = "\n".join(explain.explanation(compiled, found, row)[0])
            assert text
            assert not [name for name in ids if re.search(rf"\b{name}\b", text)]


def test_the_short_answer_says_the_same_as_the_long_one(services, nozzle):
    state = services.runs.judgement(nozzle).items["flow"]
    lines, _ = explain.explanation(compiled(services, nozzle), state.item, state.outcome.rows[0])
    told = Explanations(services.certificates).of(nozzle, Place("flow", 0, "error_percent"), "zh")
    assert lines
    for line, step in zip(lines, told.steps, strict=False):
        assert line == f"{step.formula}\n= {step.numbers} = {step.shown} {step.unit}".rstrip()


def test_a_listed_column_that_does_not_exist_is_refused(services, nozzle):
    data = compiled(services, nozzle).data.replace(b'listed = ["v_j"', b'listed = ["v_k"')
    with pytest.raises(BadProcedure) as caught:
        load(data)
    assert caught.value.value == "v_k"
    assert "v_j" in str(caught.value.accepted)


def test_facts_that_find_no_room_go_to_the_next_line(qtbot):
    card = FactsCard()
    qtbot.addWidget(card)
    facts = [Fact(str(number), "枪口油温 tJ", "18.75", "°C") for number in range(8)]
    card.resize(600, 200)
    card.show()
    card.set_facts(facts)
    QApplication.processEvents()
    wide = card.lines
    card.resize(320, 300)
    QApplication.processEvents()
    assert 1 < wide < card.lines
    assert all(field.width() >= field.minimumSizeHint().width() for field in card.fields)


def test_only_the_value_that_is_due_is_a_field(qtbot):
    card = FactsCard()
    qtbot.addWidget(card)
    card.set_facts([Fact("a", "A", "", "g", due=True), Fact("b", "B", "", "g"), Fact("c", "C", "5", "g", fixed=True)])
    assert [field._stack.currentWidget() is field.field for field in card.fields] == [True, False, False]


class Windows(QObject):
    """Every widget that was shown as a window of its own."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


def test_no_fact_flashes_up_as_a_window_of_its_own(qtbot, qapp):
    windows, card = Windows(), FactsCard()
    qtbot.addWidget(card)
    card.show()
    qapp.installEventFilter(windows)
    card.set_facts([Fact("a", "A", "", "g", due=True), Fact("b", "B", choices=(("x", "X"), ("y", "Y")))])
    QApplication.processEvents()
    qapp.removeEventFilter(windows)
    assert windows.seen == []


def test_in_a_low_window_the_band_goes_before_a_figure_is_cut(qtbot, services, nozzle):
    page = RunPage(services, inline)
    qtbot.addWidget(page)
    page.retranslate()
    page.show()
    page.open(nozzle)
    for high in (900, 560):
        page.resize(1278, high)
        for _ in range(4):
            QApplication.processEvents()
        parts = page.columns
        assert parts.live.height() >= parts.live.minimumSizeHint().height()
        assert all(field.height() >= field.minimumSizeHint().height() for field in parts.facts.fields)
        assert parts.gauge._compact == (high == 560)
    page.model.reader.watch(None)


def test_facts_that_find_no_room_are_scrolled_to_and_never_lie_over_each_other(qtbot, qapp, services, nozzle):
    page = RunPage(services, inline)
    qtbot.addWidget(page)
    set_theme(qapp, "outdoor")
    page.retranslate()
    page.show()
    page.resize(960, 648)  # what the frame leaves of 1024 x 768
    page.open(nozzle)
    for _ in range(4):
        QApplication.processEvents()
    card = page.columns.facts
    areas = [QRect(field.mapTo(card, QPoint()), field.size()) for field in card.fields]
    assert not any(one.intersects(other) for at, one in enumerate(areas) for other in areas[:at])
    assert all(field.height() >= field.minimumSizeHint().height() for field in card.fields)
    page.model.reader.watch(None)
    set_theme(qapp, "light")


def test_a_wide_fact_does_not_give_each_of_the_others_a_line_of_its_own(qtbot):
    card = FactsCard()
    qtbot.addWidget(card)
    card.set_facts([Fact("wide", "W", choices=(("x", "X" * 20), ("y", "Y" * 20))), *(Fact(n, n) for n in "abcd")])
    wide = card.fields[0].need()
    assert [len(row) for row in packed(card.fields, wide + 10)] == [1, 4]
