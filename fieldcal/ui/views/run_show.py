"""Puts what a run's model holds into the columns of the page; decides nothing."""

from __future__ import annotations

from typing import Any

from fieldcal.domain.verdict import Verdict
from fieldcal.services.capture import Live as Seen
from fieldcal.services.trust import practice
from fieldcal.ui.i18n import message, t
from fieldcal.ui.models import explain, run_loads
from fieldcal.ui.models import run_show as words
from fieldcal.ui.models.run import RunModel
from fieldcal.ui.models.run_why import hint, line
from fieldcal.ui.views.run_layout import Columns
from fieldcal.ui.widgets.reading_display import Live
from fieldcal.ui.widgets.readings_table import Row
from fieldcal.ui.widgets.rows import ListRow
from fieldcal.ui.widgets.step_rail import Step


def show_all(page: Columns, model: RunModel, seen: str = "") -> None:
    """`seen` is the item whose readings stand at the right; the one in hand if empty."""
    if model.judged is None:
        return
    _heading(page, model)
    page.steps.set_steps([Step(s.id, s.name, s.kind, s.word) for s in words.steps(model.judged)])
    _instruction(page, model)
    _middle(page, model)
    _right(page, model, seen)
    show_live(page, model)
    page.fit()


def _heading(page: Columns, model: RunModel) -> None:
    plate = model.judged.plate.values if model.judged else {}
    compiled = model.compiled
    never = practice(model.view, model.services.ws.catalogue.demo)
    page.unofficial.set("warn", t(f"unofficial.{never}") if never else "")
    page.unofficial.setVisible(bool(never))
    page.title.setText(" ".join(str(plate.get(k, "")) for k in ("name", "model")).strip() or words.say(
        compiled.procedure.instrument
    ))  # fmt: skip
    page.second.setText(" · ".join(str(p) for p in (f"No. {plate.get('serial', '')}", plate.get("nozzle", "")) if p))
    parts = [f"{key} {model.view.inputs[key]}" for key in ("max", "e") if model.view.inputs.get(key)]
    page.third.setText("   ".join(part[0].upper() + part[1:] if part.startswith("max") else part for part in parts))


def _instruction(page: Columns, model: RunModel) -> None:
    state, at = model.state, model.at
    working = state is not None and at is not None
    page.pips.setVisible(working)
    page.count.setVisible(working)
    if state is None or at is None:
        signed = model.phase == "handed"
        page.phase.setText("")
        page.instruction.setText(t("run.handed") if signed else t("run.finished"))
        for part in (page.help, page.lay):
            part.setText("")
            part.hide()
        return
    page.phase.setText(_phase(model))
    page.pips.set(state.total, state.done)
    key = "run.question_of" if at.question else "run.point"
    page.count.setText(t(key, number=min(state.done + 1, state.total), total=state.total))
    due = model.due()
    page.instruction.setText(words.say(state.item.text))
    page.lay.setText(run_loads.hint(model))
    page.lay.setVisible(bool(page.lay.text()))
    page.help.setText(words.say(due.help) if due is not None and due.help else words.say(state.item.help))
    page.help.setVisible(bool(page.help.text()))


def _phase(model: RunModel) -> str:
    state, at = model.state, model.at
    if state is None or at is None:
        return ""
    title = words.say(state.item.title)
    if at.question or state.outcome is None:
        return title
    row = state.rows[at.row]
    load, unit = words.load_text(model.compiled, state.item, row, state.outcome.rows[at.row].values)
    way = row.values.get("direction", "")
    parts = [title, t(f"run.{way}") if way in ("up", "down") else "", f"{load} {unit}".strip() if unit else load]
    return " · ".join(part for part in parts if part)


def _middle(page: Columns, model: RunModel) -> None:
    page.banner.setVisible(bool(model.lost) and not model.by_hand)
    page.banner.set(message(model.lost), t("run.lost_safe"), t("run.use_pad")) if model.lost else None
    state, at, question, made = model.state, model.at, model.question, model.draft()
    page.question.setVisible(question is not None)
    if question is not None and at is not None:
        photos = sum((e.item, e.check) == (at.item, question.id) for e in model.view.evidence)
        asked = {"required": "run.photo_required", "asked": "run.photo_asked"}.get(question.photo, "run.photo_may")
        note = t("run.photos", count=photos) if photos else t(asked)
        page.question.set_question(words.say(question.text), question.na, note)
    due = model.due()
    timed = due is not None and due.source == "timed"
    page.timer.setVisible(timed)
    if timed:
        page.timer.set_time(model.timer())
    page.finish.setVisible(state is None)
    if state is None:
        _finish(page, model)
    if made is None or state is None or at is None:
        page.facts.set_facts([])
        page.gauge.set_scale(None)
        return
    names = made.outcome.values
    page.facts.set_facts(words.facts(model.compiled, state, state.rows[at.row], made))
    page.gauge.set_scale(words.scale(model.compiled, state.item, made.outcome, names))


def _finish(page: Columns, model: RunModel) -> None:
    if model.judged is None:
        return
    kind = words.KIND[model.judged.overall]
    rows: list[ListRow] = []
    for state in model.judged.items.values():
        if state.reason == "procedure":
            continue
        shape = "skipped" if state.reason else words.KIND[state.verdict]
        rows.append(ListRow(state.item.id, words.say(state.item.title), state.reason, "", shape, words.word_of(state)))
    key = {Verdict.PASS: "run.sum_pass", Verdict.FAIL: "run.sum_fail"}.get(model.judged.overall, "run.sum_open")
    text = t("run.sum_handed") if model.phase == "handed" else t(key)
    page.finish.set(t("run.summary"), text, kind, t(f"run.word.{model.judged.overall.value}"), rows)


def _right(page: Columns, model: RunModel, seen: str) -> None:
    page.readings_title.setText(t("run.readings"))
    page.saved.setText(t("run.saved", count=model.view.readings))
    judged, at = model.judged, model.at
    if judged is None:
        return
    last = model.last_row()
    name = seen or (at.item if at else "") or (last[0] if last else "")
    state = judged.items.get(name)
    if state is None:
        return
    page.right.setCurrentWidget(page.answers if state.outcome is None else page.readings)
    if state.outcome is None:
        page.answers.set_rows(_answers(model, name))
        page.explain.set(t("run.why"), [words.say(state.item.title)], explain.clause(model.compiled, state.item.source))
        return
    names = judged.plate.values
    value, error = words.value_column(state.item), words.second_column(state.item)
    heads = (words.head(model.compiled, value, names), words.head(model.compiled, error, names))
    page.readings.set_heads(words.load_head(model.compiled, state.item, names), *heads)
    found = words.readings(model.compiled, model.view, state, at, model.people())
    page.readings.set_rows([Row(r.load, r.value, r.error, r.kind, r.struck) for r in found])
    _explain(page, model, name)


def _answers(model: RunModel, item: str) -> list[ListRow]:
    out: list[ListRow] = []
    state = model.judged.items[item] if model.judged else None
    for question in state.questions if state else []:
        answer = model.view.answers.get((item, question.id))
        kind = words.ANSWER[answer.answer] if answer else "pending"
        if model.at and (model.at.item, model.at.question) == (item, question.id):
            kind = "current"
        word = t(f"run.answer.{answer.answer}") if answer else ""
        out.append(ListRow(question.id, words.say(question.text), kind=kind, word=word))
    return out


def _explain(page: Columns, model: RunModel, item: str) -> None:
    judged, at, made = model.judged, model.at, model.draft()
    state = judged.items[item] if judged else None
    if state is None or state.outcome is None:
        return
    done = [row for row in state.outcome.rows if row.complete]
    outcome = made.outcome if made and at and at.item == item and made.outcome.complete else (done or [None])[-1]
    if outcome is None:
        rule = words.accept_of(state.item)
        source = rule.source if rule else state.item.source
        page.explain.set(t("run.why"), [t("run.no_verdict_yet")], explain.clause(model.compiled, source))
        return
    page.explain.set(t("run.why"), *explain.explanation(model.compiled, state.item, outcome))


def show_live(page: Columns, model: RunModel) -> None:
    """The wire's part alone, several times a second."""
    linked = model.reader.watching and not model.by_hand and model.phase == "work"
    page.live.setVisible(linked)
    asked = hint(model) if linked and not model.lost else ("", "")
    page.set_hint(*asked)
    if linked:
        page.live.set_live(_live(model, model.live))


def _live(model: RunModel, seen: Seen | None) -> Live:
    if seen is None:
        return Live(proof="" if model.lost else t("run.wait.silent"))
    why = model.why()
    moving = seen.samples < 2 or (why is not None and why.code in ("moving", "wrong-unit"))
    state: Any = "stable" if seen.stable else "moving" if moving else "settling"
    part = min(seen.elapsed / seen.hold, 1.0) if seen.hold else 1.0
    return Live(seen.text, seen.unit, state, part, f"{min(seen.elapsed, 99.9):.1f}", line(seen, why), _news(model))


def _news(model: RunModel) -> str:
    if stepped := model.stepped():
        return t("run.jumped", before=stepped[0], after=stepped[1])
    column = model.measured()
    held = model.pending.get(column.id) if column else None
    return t("run.captured", value=held.text) if held and held.source == "wire" else ""
