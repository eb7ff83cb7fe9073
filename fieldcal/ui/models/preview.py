"""A preview as texts: the files there are, the items of one, what is wrong in it, how it ended; no widget."""

from __future__ import annotations

from dataclasses import dataclass

from fieldcal.domain.compiled import Compiled
from fieldcal.domain.faults import Fault
from fieldcal.domain.judge import Judgement
from fieldcal.domain.procedure import Item
from fieldcal.domain.verdict import Verdict
from fieldcal.services.preview import File, Result
from fieldcal.ui.i18n import accepts, explain, message, t
from fieldcal.ui.models.run_show import say
from fieldcal.ui.widgets.rows import ListRow

SHAPES = {
    Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.SUSPECT: "fail", Verdict.BORDERLINE: "warn",
    Verdict.WARNING: "warn", Verdict.NOT_DONE: "pending", Verdict.NOT_APPLICABLE: "skipped",
}  # fmt: skip
PAPERS = ("certificate", "record")


@dataclass(frozen=True)
class FaultText:
    """Where it stands, what is wrong, what is allowed there."""

    place: str
    wrong: str
    allowed: str


def file_row(at: int, file: File) -> ListRow:
    place = t("preview.adopted_file") if file.origin == "adopted" else str(file.path)
    title = " ".join(part for part in (file.regulation, file.id) if part)
    return ListRow(str(at), title, place, right=t(f"preview.origin_{file.origin}"))


def name_of(file: File) -> str:
    return file.id if file.origin == "adopted" else file.path.name


def fault_text(fault: Fault) -> FaultText:
    place = t("preview.place", file=fault.file, line=fault.line)
    wrong = message(fault.code)
    told = t("preview.wrong", wrong=wrong, value=fault.value) if fault.value else wrong
    allowed = t("preview.allowed", accepted=accepts(fault)) if fault.accepted else ""  # type: ignore[arg-type]
    return FaultText(f"{place}  {fault.key}".rstrip(), told, allowed)


def outline(compiled: Compiled, kind: str, judged: Judgement | None, at: str) -> list[ListRow]:
    """Every item of the file in order; those that this run has not say so."""
    return [_item(compiled, item, kind, judged, at) for item in compiled.procedure.items]


def _item(compiled: Compiled, item: Item, kind: str, judged: Judgement | None, at: str) -> ListRow:
    state = judged.items.get(item.id) if judged else None
    if kind not in item.kinds and item.kinds:
        return ListRow(item.id, say(item.title), t("preview.not_this_kind"), kind="skipped")
    if state is not None and state.reason == "procedure":
        return ListRow(item.id, say(item.title), t("preview.not_this_plate"), kind="skipped")
    shape = "current" if item.id == at else SHAPES[state.verdict] if state else "pending"
    return ListRow(item.id, say(item.title), _steps(item, len(state.rows) if state else 0), kind=shape)


def _steps(item: Item, rows: int) -> str:
    """What is asked in it: how often, and by what names."""
    if item.kind == "checklist":
        return t("preview.questions", count=len(item.questions))
    names = t("preview.comma").join(say(column.text) for column in item.columns if column.source != "computed")
    return t("preview.rows", rows=rows, names=names) if rows else names


def kinds(compiled: Compiled) -> list[tuple[str, str]]:
    return [(kind, t(f"site.{kind}")) for kind in compiled.procedure.kinds]


def ended(judged: Judgement) -> list[ListRow]:
    return [
        ListRow(name, say(state.item.title), state.reason, kind=SHAPES[state.verdict])
        for name, state in judged.items.items()
        if state.reason != "procedure"  # not of this instrument
    ]


def conclusion(compiled: Compiled, result: Result) -> str:
    """As the certificate would say it, else the word for the verdict."""
    text = compiled.procedure.conclusion.get(result.verdict)
    return say(text) if text else t(f"run.word.{result.verdict}")


def why(result: Result) -> str:
    return explain(result.why) if result.why else ""


def papers(result: Result) -> list[tuple[str, str, int | None]]:
    return [(kind, t(f"preview.paper_{kind}"), None) for kind in PAPERS if kind in result.papers]
