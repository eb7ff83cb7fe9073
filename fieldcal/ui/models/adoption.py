"""The adoption of procedures as texts: the list, the steps of one, and what its worked cases say; no widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldcal.domain.procedure import Text
from fieldcal.services.adoption import Adoptions, Line, State, Trial, difference
from fieldcal.services.local import local_day
from fieldcal.services.prescribed import EFFECTIVE, Value, is_open
from fieldcal.services.revise import place
from fieldcal.ui.i18n import pick, t
from fieldcal.ui.widgets.rows import ListRow

if TYPE_CHECKING:
    from fieldcal.domain.events import PersonPut
    from fieldcal.services.app import Services

CASES = "cases:"  # the row under the values
SHAPE = {
    "open": "pending", "begun": "current", "adopted": "pass", "expired": "warn", "changed": "warn", "withdrawn": "fail",
}  # fmt: skip
ORDER = ("begun", "changed", "expired", "withdrawn", "open", "adopted")


@dataclass(frozen=True)
class Draft:
    """What stands in the fields when a value comes in front."""

    edition: str
    clause: str
    page: str


def words(text: Text) -> str:
    return pick({"zh": text.zh, "en": text.en})


def of(services: Services) -> Adoptions:
    return services.adoptions


def load(services: Services) -> list[State]:
    """What needs a hand first, then by regulation."""
    found = of(services).states()
    return sorted(found, key=lambda one: (not one.due, ORDER.index(one.state), one.compiled.procedure.id))


def row(state: State, people: dict[str, PersonPut]) -> ListRow:
    procedure = state.compiled.procedure
    title = f"{procedure.regulation}  {words(procedure.instrument)}"
    word = t(f"adoption.state_{state.state}")
    return ListRow(
        procedure.id, title, second(state, people), kind="warn" if state.due else SHAPE[state.state], word=word
    )


def second(state: State, people: dict[str, PersonPut]) -> str:
    """Who adopted which revision when, else how far it has come."""
    parts = [t("adoption.takes_over", date=state.compiled.procedure.valid_from)] if state.due else list[str]()
    revision = state.compiled.procedure.revision
    adoption = state.adoption
    if adoption is not None:
        person = people.get(adoption.by)
        who, day = person.name if person else adoption.by, local_day(adoption.at).isoformat()
        key = "adoption.was_withdrawn" if adoption.withdrawn else "adoption.by"
        parts.append(t(key, person=who, date=day, revision=revision, reason=adoption.reason))
    if state.state == "begun" or adoption is None:
        parts.append(t("adoption.left", left=state.left, total=state.total))
    if state.empty:
        parts.append(t("adoption.empty_values", count=state.empty))
    return " · ".join(parts)


def title_of(line: Line) -> str:
    """In words of the laboratory; the text of the source, where the file has no others, as it is."""
    if line.entry.id == EFFECTIVE:
        return t("adoption.effective")
    text = line.entry.source.text
    return pick({"zh": line.entry.words.zh, "en": text}) if line.entry.words else text


def line_row(line: Line) -> ListRow:
    shape, word = ("pass", "") if line.done else ("pending", "")
    if line.step is not None and line.step.event.changes:
        shape, word = "warn", t("adoption.corrected")
    grade = "" if line.entry.id == EFFECTIVE else line.entry.source.grade
    return ListRow(line.entry.id, title_of(line), right=grade, kind=shape, word=word)


def cases_row(trial: Trial | None) -> ListRow:
    if trial is None:
        return ListRow(CASES, t("adoption.cases"), kind="pending")
    if trial.failing:
        return ListRow(CASES, t("adoption.cases"), kind="fail", word=str(len(trial.failing)))
    if trial.moved:
        return ListRow(CASES, t("adoption.cases"), kind="warn", word=str(len(trial.moved)))
    return ListRow(CASES, t("adoption.cases"), kind="pass", word=str(trial.total))


def case_rows(trial: Trial) -> list[ListRow]:
    """Those that differ, the blocking ones first."""
    out = [ListRow(case.id, case.id, difference(case), kind="fail") for case in trial.failing]
    return out + [ListRow(case.id, case.id, difference(case), kind="warn") for case in trial.moved]


def draft(line: Line, edition: str) -> Draft:
    """As confirmed now, else as in the last adoption where nothing changed, else what the file knows."""
    known = line.step.event.confirmed if line.step else line.before
    clause = known.clause if known is not None else line.entry.source.clause
    clause = "" if is_open(clause) else clause
    return Draft(known.edition, clause, known.page) if known is not None else Draft(edition, clause, "")


def changes(line: Line, typed: dict[str, str]) -> dict[str, str]:
    """What differs from the file, by place."""
    shown = {place(value.path): value.shown for value in line.entry.values}
    return {key: text.strip() for key, text in typed.items() if text.strip() != shown.get(key, "")}


def placeholder(value: Value) -> str:
    if value.kind == "day":
        return "2026-01-31" if value.path == ("valid_from",) else t("adoption.no_end")
    return t("adoption.asked_on_site") if value.kind == "input" else ""


def next_open(lines: list[Line], after: str) -> str:
    """The next value that nobody confirmed, in a circle; the cases when there is none."""
    ids = [line.entry.id for line in lines]
    at = ids.index(after) + 1 if after in ids else 0
    for line in [*lines[at:], *lines[:at]]:
        if not line.done:
            return line.entry.id
    return CASES
