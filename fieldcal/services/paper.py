"""The content of papers, out of the record and nothing else (RULE-13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fieldcal.domain.certificate import CertificateContent, Person, StandardLine, Table
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.fold import RunView
from fieldcal.domain.judge import ItemState, Judgement
from fieldcal.domain.plate import shown_unit
from fieldcal.domain.procedure import Column, Input
from fieldcal.domain.quantity import trim
from fieldcal.domain.rows import Row
from fieldcal.domain.timing import timings
from fieldcal.domain.verdict import Verdict
from fieldcal.services.ports import Stored
from fieldcal.services.present import limit_text, pick, show_cell, show_judged, show_nominal
from fieldcal.services.trust import DEVELOPER, PRACTICE, practice
from fieldcal.services.workspace import LOCAL, SOFTWARE, Workspace, local_day

KIND = {
    "zh": {"first": "首次检定", "subsequent": "后续检定", "in_use": "使用中检查"},
    "en": {"first": "initial verification", "subsequent": "subsequent verification", "in_use": "in-use inspection"},
}
WORDS = {
    "zh": {"pass": "合格", "fail": "不合格", "na": "不适用", "suspect": "可疑", "notadopted": "未采用 NOT ADOPTED",
           "check": "检查项", "answer": "结论", "note": "备注", "point": "点", "no": "次"},
    "en": {"pass": "pass", "fail": "fail", "na": "n.a.", "suspect": "suspect", "notadopted": "未采用 NOT ADOPTED",
           "check": "Question", "answer": "Finding", "note": "Note", "point": "Point", "no": "No."},
}  # fmt: skip
MARKS = {  # in both languages on every paper: whoever sees it must understand it; a line each
    PRACTICE: "练习 / PRACTICE\nNOT A RECORD OF VERIFICATION",
    DEVELOPER: "未签名驱动 / UNSIGNED DRIVER\nNOT A RECORD OF VERIFICATION",
}
NO_SERIAL = "/"  # as it is written by hand; the signed code needs a word there
NAMED = {"maker", "model", "serial", "name"}


class Paper:
    def __init__(self, ws: Workspace, compiled: Compiled, view: RunView, judged: Judgement, language: str) -> None:
        self.ws, self.compiled, self.view, self.judged, self.language = ws, compiled, view, judged, language
        self.words = WORDS[language]

    def content(self, number: str, issued: str, valid_to: str, approver: str) -> CertificateContent:
        """`issued` is the time of the approver's signature; it and `approver` are "" for a draft."""
        ws, view, procedure = self.ws, self.view, self.compiled.procedure
        assert ws.catalogue.workspace is not None
        asset = ws.catalogue.instrument(view.instrument)
        site = ws.catalogue.sites[asset.site]
        plate = self.judged.plate.values
        passed = self.judged.overall is Verdict.PASS
        model = "   ".join(str(plate[k]) for k in ("model",) if plate.get(k))
        _, head = ws.journal.head()
        return CertificateContent(
            document="certificate" if passed else "notice",
            language=self.language,
            number=number,
            record_no=view.stream.removeprefix("run:").upper(),
            institution=dict(ws.catalogue.workspace.institution),
            client=site.client,
            client_address=site.address,
            instrument=str(plate.get("name") or pick(procedure.instrument, self.language)),
            model=model,
            serial=str(plate.get("serial") or NO_SERIAL),
            maker=str(plate.get("maker", "")),
            plate=plate_lines(self.compiled.procedure.inputs, view.inputs, self.language),
            regulation=procedure.regulation,
            regulation_title=pick(procedure.title, self.language),
            kind=KIND[self.language][view.kind],
            conclusion=self._conclusion(passed),
            failed=self._failed(),
            verified_on=self._finished(),
            valid_to=valid_to if passed else "",
            place=f"{site.name} {asset.place}",
            environment=self._environment(),
            standards=[self._standard(name) for name in view.standards.values()],
            tables=[self._table(state) for state in self.judged.items.values()],
            technician=signer(ws, view.stream, "technician", view.signed_by, view.signed_at),
            checker=signer(ws, view.stream, "checker", view.checked_by, view.checked_at),
            approver=signer(ws, view.stream, "approver", approver, issued),
            journal_head=head.hex(),
            record_hash=view.signed.record if view.signed else "",
            procedure_hash=view.sha256,
            software=view.software or SOFTWARE,
            attempts=view.most_attempts,
            statements=[],
            watermark=self._watermark(approver),
            demo=ws.catalogue.demo,
            times=self._times(),
        )

    def _times(self) -> list[list[str]]:
        """Begin, end, duration and the least that is prescribed, of every item that was begun."""
        out: list[list[str]] = []
        for name, one in timings(self.compiled, self.view, self.judged).items():
            if one.began:
                least = f"{trim(one.minimum)} s" if one.minimum else "–"
                title = pick(self.judged.items[name].item.title, self.language)
                out.append([title, _clock(one.began), _clock(one.ended), f"{trim(one.duration)} s", least])
        return out

    def _watermark(self, approver: str) -> str:
        if why := practice(self.view, self.ws.catalogue.demo):
            return MARKS[why]
        return "" if approver else self.words["notadopted"]

    def _finished(self) -> str:
        return self.view.signed.finished if self.view.signed else local_day(self.view.updated_at).isoformat()

    def _conclusion(self, passed: bool) -> str:
        if not passed and self.judged.overall is not Verdict.FAIL:
            return "–"
        key = "pass" if passed else "fail"
        known = self.compiled.procedure.conclusion
        text = (known.get(f"in_use_{key}") if self.view.kind == "in_use" else None) or known.get(key)
        values = {name: _plain(value) for name, value in self.judged.plate.values.items()}
        return pick(text, self.language).format(**values) if text else self.words[key]

    def _failed(self) -> list[str]:
        return [pick(state.item.title, self.language) for state in self.judged.failed]

    def _standard(self, name: str) -> StandardLine:
        s = self.ws.catalogue.standards[name]
        return StandardLine(s.name, s.model, s.serial, s.accuracy_class, s.certificate_no, s.certificate_by, s.valid_to)

    def _environment(self) -> list[list[str]]:
        out: list[list[str]] = []
        for state in self.judged.items.values():
            if state.item.decides == "conditions" and state.outcome:
                for column in state.item.columns:
                    if column.source == "computed" or column.kind == "choice":
                        continue
                    found = [row.values.get(column.id) for row in state.outcome.rows]
                    shown = [
                        show_cell(self.compiled, column, v, self.judged.plate.values) for v in found if v is not None
                    ]
                    if shown:
                        out.append([pick(column.text, self.language), " / ".join(f"{t} {u}" for t, u in shown)])
        return out

    # --- tables ------------------------------------------------------------------------------------

    def _table(self, state: ItemState) -> Table:
        item = state.item
        title, clause = pick(item.title, self.language), self.compiled.procedure.sources[item.source].clause
        note = "" if state.reason == "procedure" else state.reason
        if item.kind == "checklist":
            columns = [self.words["check"], self.words["answer"], self.words["note"]]
            return Table(title, clause, state.verdict, note, columns, self._answers(state))
        columns = [c for c in item.columns if not c.hidden]
        if state.outcome is None or state.reason:
            return Table(title, clause, state.verdict, note, [], [])
        heads = [f"{pick(c.text, self.language)} {_in(self._unit(c))}".strip() for c in columns]
        labelled = any(row.label or "position" in row.values or row.values.get("direction") for row in state.rows)
        labelled = labelled or any(block.over for block in item.points)
        rows = [self._row(state, columns, out.row, out.values, labelled) for out in state.outcome.rows]
        struck: list[list[str]] = []
        for row in state.rows:
            for attempt in self.view.struck(item.id, row.index):
                cells = {name: reading.text for name, reading in attempt.cells.items()}
                shown = [cells.get(c.id, "") for c in columns]
                struck.append([*([self._label(state, row)] if labelled else []), *shown, attempt.rejected])
        head = [self.words["point"]] if labelled else []
        return Table(title, clause, state.verdict, note, [*head, *heads], rows, struck, self._summary(state))

    def _unit(self, column: Column) -> str:
        return shown_unit(self.compiled, column.unit, column.show, self.judged.plate.values)

    def _row(
        self, state: ItemState, columns: list[Column], row: Row, values: dict[str, Any], labelled: bool
    ) -> list[str]:
        cells = [show_cell(self.compiled, c, values.get(c.id), values, self.language)[0] for c in columns]
        return [self._label(state, row), *cells] if labelled else cells

    def _label(self, state: ItemState, row: Row) -> str:
        """The row's point: listed name, position, nominal value with its unit, direction."""
        arrow = {"up": "↑", "down": "↓"}.get(str(row.values.get("direction", "")), "")
        position = "" if row.label else str(row.values.get("position", ""))
        nominal = "" if row.label else self._nominal(state, row)
        turn = f"({row.repeat})" if state.item.repeats != "1" else ""
        words = [pick(row.label, self.language), position, nominal, arrow, turn]
        return " ".join(word for word in words if word) or str(row.index + 1)

    def _nominal(self, state: ItemState, row: Row) -> str:
        return show_nominal(self.compiled, state.item, row.values, self.judged.plate.values)

    def _answers(self, state: ItemState) -> list[list[str]]:
        out: list[list[str]] = []
        for question in state.questions:
            answer = self.view.answers.get((state.item.id, question.id))
            finding = self.words[answer.answer] if answer else "–"
            out.append([pick(question.text, self.language), finding, answer.note if answer else ""])
        return out

    def _summary(self, state: ItemState) -> list[list[str]]:
        assert state.outcome is not None
        names = {entry.id: pick(entry.text, self.language) for entry in [*state.item.columns, *state.item.results]}
        judged = [("", one) for one in state.outcome.judged]
        for row in state.outcome.rows:
            bad = [one for one in row.judged if one.verdict in (Verdict.FAIL, Verdict.BORDERLINE)]
            judged += [(self._label(state, row.row), one) for one in bad]
        out: list[list[str]] = []
        for point, one in judged:
            value, low, high, unit = show_judged(self.compiled, one, self.judged.plate.values)
            name = f"{point} {names.get(one.name, one.name)}".strip()
            out.append([name, f"{value} {unit}".strip(), limit_text(low, high, unit), one.verdict])
        return out


def plate_lines(inputs: Sequence[Input], values: Mapping[str, Any], language: str) -> list[list[str]]:
    """Label and value of what the nameplate tells beside maker, model, name and serial number."""
    rows: list[list[str]] = []
    for entry in inputs:
        value = values.get(entry.id)
        if entry.id not in NAMED and value not in (None, "", []):
            rows.append([pick(entry.text, language), _input(entry, value, language)])
    return rows


def _input(entry: Input, value: Any, language: str) -> str:
    if entry.kind == "choice":
        return next((pick(c.text, language) for c in entry.choices if c.id == value), str(value))
    if isinstance(value, list):
        return " / ".join(str(v) for v in value)  # pyright: ignore
    text = str(value)
    return text if not entry.unit or any(c.isalpha() for c in text) else f"{text} {entry.unit}"


def signer(ws: Workspace, stream: str, role: str, name: str, at: str) -> Person:
    """Who signed `stream` in this role, with the mark of that signature; empty where nobody did."""
    found = ws.catalogue.people.get(name)
    if found is None:
        return Person("", "", "", "")
    covered = f"fieldcal.signature/1|{role}|{name}|{stream}|{at}".encode()
    mark = hashlib.sha256(ws.signer.sign(covered)).hexdigest()[:16]
    return Person(found.name, found.register_no, local_time(at), mark)


def record_hash(stored: list[Stored]) -> str:
    """SHA-256 over the run's events in order: what the three signatures refer to."""
    digest = hashlib.sha256(b"fieldcal.record/1\0")
    for one in stored:
        digest.update(len(one.data).to_bytes(8, "big") + one.data)
    return digest.hexdigest()


def _plain(value: Any) -> str:
    return str(value)


def _in(unit: str) -> str:
    return f"/ {unit}" if unit else ""


def _clock(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(LOCAL).strftime("%m-%d %H:%M:%S")


def local_time(at: str) -> str:
    """Day and minute where the work is done; empty stays empty."""
    if not at:
        return ""
    return datetime.fromisoformat(at).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
