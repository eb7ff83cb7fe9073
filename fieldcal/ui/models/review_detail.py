"""One waiting job in full: worst point, the whole record, values as they came, photos; texts, no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.explained import Place
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Judgement
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import trim
from fieldcal.services import present
from fieldcal.services.review import Recheck, recheck
from fieldcal.ui.i18n import t
from fieldcal.ui.models import review_replay, run_show
from fieldcal.ui.models.review import OUTSIDE, Job, looked_at, nearest, point, worst
from fieldcal.ui.models.review_replay import Played
from fieldcal.ui.models.run_show import Scale
from fieldcal.ui.widgets.record_table import RecordRow

if TYPE_CHECKING:
    from fieldcal.services.app import Services

PLATE = (("No.", "serial"), ("Max", "max"), ("e", "e"), ("Qmax", "qmax"), ("", "nozzle"))


@dataclass(frozen=True)
class Photo:
    sha256: str
    caption: str


@dataclass(frozen=True)
class Detail:
    job: Job
    plate: str
    word: str
    scale: Scale | None
    caption: str
    over: str
    looked: Place | None  # the number that the scale shows
    recheck: Recheck
    lines: list[RecordRow]
    first: int  # index of the line to look at
    played: Played
    photos: list[Photo]
    signatures: str


def load(services: Services, job: Job) -> Detail:
    """Reads the record from disk: run it away from the window's thread."""
    runs = services.runs
    view, judged, compiled = runs.view(job.run), runs.judgement(job.run), runs.compiled(job.run)
    people = {person.id: person.name for person in services.ws.catalogue.people.values()}
    found = worst(judged) or nearest(judged)
    scale, caption = None, ""
    if found is not None:
        caption = point(compiled, judged, found)
        if found.row >= 0 and found.state.outcome is not None:
            outcome = found.state.outcome.rows[found.row]
            scale = run_show.scale(compiled, found.state.item, outcome, outcome.values)
    lines, first = record(compiled, view, judged, people)
    played = review_replay.load(services, job.run)
    photos = [Photo(one.sha256, one.caption) for one in view.evidence]
    return Detail(
        job, _plate(view), t(f"run.word.{judged.overall.value}"), scale, caption, _excess(scale), looked_at(judged),
        recheck(services.certificates, job.run), lines, first, played, photos, _signatures(view, people),
    )  # fmt: skip


def _plate(view: RunView) -> str:
    parts = [f"{name} {view.inputs[key]}".strip() for name, key in PLATE if view.inputs.get(key)]
    return "   ".join([*parts, t(f"site.{view.kind}")])


def _excess(scale: Scale | None) -> str:
    """By how much the limit is not kept."""
    if scale is None or scale.value is None or scale.high is None:
        return ""
    beyond = max(scale.value - scale.high, (scale.low if scale.low is not None else scale.value) - scale.value)
    return t("review.excess", value=f"{trim(beyond)} {scale.unit}".strip()) if beyond > 0 else t("run.inside")


def record(
    compiled: Compiled, view: RunView, judged: Judgement, people: Mapping[str, str]
) -> tuple[list[RecordRow], int]:
    """(every item with its rows and answers, index of the first item with something outside)."""
    lines: list[RecordRow] = []
    first = 0
    for state in judged.items.values():
        if state.reason == "procedure":
            continue
        if not first and lines and state.verdict in OUTSIDE and not state.reason:
            first = len(lines)
        kind = "skipped" if state.reason else run_show.KIND[state.verdict]
        title = run_show.say(state.item.title)
        lines.append(RecordRow(title, limit=run_show.word_of(state), kind=kind, note=state.reason, head=True))
        if not state.reason:
            lines += _answers(view, state) + _rows(compiled, view, state, people) + _results(compiled, judged, state)
    return lines, first


def _answers(view: RunView, state: ItemState) -> list[RecordRow]:
    out: list[RecordRow] = []
    for question in state.questions:
        found = view.answers.get((state.item.id, question.id))
        word = t(f"run.answer.{found.answer}") if found else "–"
        kind = run_show.ANSWER[found.answer] if found else "pending"
        out.append(RecordRow(run_show.say(question.text), limit=word, kind=kind, note=found.note if found else ""))
    return out


def _rows(compiled: Compiled, view: RunView, state: ItemState, people: Mapping[str, str]) -> list[RecordRow]:
    if state.outcome is None:
        return []
    column, error = run_show.value_column(state.item), run_show.second_column(state.item)
    out: list[RecordRow] = []
    for made in run_show.readings(compiled, view, state, None, people):
        outcome = state.outcome.rows[made.row]
        scale = None if made.struck else run_show.scale(compiled, state.item, outcome, outcome.values)
        load, unit = run_show.load_text(compiled, state.item, outcome.row, outcome.values)
        out.append(
            RecordRow(
                f"{load} {unit}".strip(), _with_unit(compiled, made.value, column, outcome.values),
                _with_unit(compiled, made.error, error, outcome.values), scale.limits if scale else "",
                made.kind, made.struck, struck=bool(made.struck), at=Place(state.item.id, made.row, ""),
            )
        )  # fmt: skip
    return out


def _results(compiled: Compiled, judged: Judgement, state: ItemState) -> list[RecordRow]:
    """What is judged over the whole item, a range of repeats say."""
    out: list[RecordRow] = []
    texts = {result.id: run_show.say(result.text) for result in state.item.results}
    for rule, one in enumerate(state.outcome.judged if state.outcome else []):
        value, low, high, unit = present.show_judged(compiled, one, judged.plate.values)
        name = texts.get(one.name, one.name)
        limit = present.limit_text(low, high, unit)
        at, text = Place(state.item.id, -1, one.name, rule=rule), f"{value} {unit}".strip()
        out.append(RecordRow(name, "", text, limit, run_show.KIND[one.verdict], at=at))
    return out


def _with_unit(compiled: Compiled, text: str, column: Column | None, names: run_show.Names) -> str:
    if column is None or column.kind == "choice" or text in ("", "–"):
        return text
    return f"{text} {run_show.shown_unit(compiled, column.unit, column.show, dict(names))}".strip()


def _signatures(view: RunView, people: Mapping[str, str]) -> str:
    signed = [("technician", view.signed_by, view.signed_at)]
    if view.checked:
        signed.append(("checker", view.checked_by, view.checked_at))
    return "   ".join(
        t("review.signed_by", role=t(f"signin.role_{role}"), person=people.get(name, name), time=run_show.clock(at))
        for role, name, at in signed
    )
