"""A technician without hands: walks one run through the same services, drivers and serial lines as a person.

Used by the headless demo and by tests. What the body of a technician does (placing weights, filling a measure)
is asked of a `Hands` object; every value still comes through the wire or is typed like a person types it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal, Protocol

from fieldcal.domain.judge import ItemState, Judgement, Position
from fieldcal.domain.plate import shown_unit
from fieldcal.domain.procedure import Column
from fieldcal.domain.quantity import show
from fieldcal.domain.units import convert
from fieldcal.domain.verdict import Verdict
from fieldcal.services.app import Services
from fieldcal.services.capture import Capture, Live

Names = dict[str, Any]
Answer = Literal["pass", "fail"]
Told = Callable[[str], None]


class Hands(Protocol):
    """The bench as a person sees it. Masses in grams, volumes in litres, temperatures in °C."""

    def before(self, item: str, column: str, names: Names) -> None:
        """Bring the instrument into the state in which `column` is read."""
        ...

    def value(self, item: str, column: str, names: Names, capture: Callable[[], Decimal]) -> Decimal | str | None:
        """What a person would type; None: leave it to the procedure's own default."""
        ...


class Walker:
    def __init__(self, services: Services, hands: Hands, actor: str, told: Told = lambda _: None) -> None:
        self.s, self.hands, self.actor, self.told = services, hands, actor, told

    def start(self, instrument: str, kind: str, name: str, extra: Names | None = None) -> str:
        run = self.s.runs.open(instrument, kind, self.actor, name)
        if extra:
            self.s.runs.give(run, extra, self.actor)
        self.s.bind(run, self.actor)
        self.s.runs.prepare(run, self.actor)
        return run

    def finish(self, run: str, pin: str, stop_after_failure: bool = True) -> Judgement:
        """Fills cell after cell until nothing is due, then signs."""
        judged = self.s.runs.judgement(run)
        item = ""
        while judged.position is not None:
            if judged.position.item != item:
                item = judged.position.item
                self.s.keep_transcripts(run, self.actor)
            if stop_after_failure and self._failed(judged):
                self._give_up(run, judged)
            else:
                self.step(run, judged.position)
            judged = self.s.runs.judgement(run)
        self.s.keep_transcripts(run, self.actor)
        self.s.runs.complete(run, self.actor)
        self.s.certificates.sign(run, self.actor, pin)
        return judged

    def _failed(self, judged: Judgement) -> bool:
        due = judged.position
        return any(
            s.verdict is Verdict.FAIL and due is not None and s.item.id != due.item for s in judged.items.values()
        )

    def _give_up(self, run: str, judged: Judgement) -> None:
        """An instrument that failed needs no further items, but each one left out has its reason."""
        for state in judged.items.values():
            if not state.settled and state.item.kind == "table":
                self.s.runs.skip(run, state.item.id, "not-done", "前项不合格，终止检定", self.actor)
        judged = self.s.runs.judgement(run)
        while judged.position is not None and judged.position.question:
            self.step(run, judged.position)
            judged = self.s.runs.judgement(run)

    def step(self, run: str, at: Position) -> None:
        state = self.s.runs.judgement(run).items[at.item]
        if at.question:
            self._answer(run, state, at)
            return
        column = next(c for c in state.item.columns if c.id == at.column)
        assert state.outcome is not None
        names = state.outcome.rows[at.row].values
        self.hands.before(at.item, at.column, names)
        if column.source == "timed":
            self._wait(run, at, names)
        elif column.source == "measured" and (capture := self._capture(run, column)):
            self.take(run, at, capture.wait())
        else:
            self._type(run, at, column, names)
        self.told(f"{at.item}:{at.row}:{at.column}")

    def take(self, run: str, at: Position, live: Live) -> None:
        """A stable reading into its cell."""
        item = self.s.runs.compiled(run).procedure.item(at.item)
        column = next(column for column in item.columns if column.id == at.column)
        bound = self.s.runs.view(run).devices.get(column.role)
        self.s.runs.take(
            run, at, live.text, live.unit, self.actor, source="wire", raw=live.raw, spread=show(live.spread),
            elapsed=f"{live.elapsed:.2f}", device=bound.driver if bound else "", proof=live.proof,
        )  # fmt: skip

    def _capture(self, run: str, column: Column) -> Capture | None:
        return self.s.capture(run, column.role, column.channel, column.unit)

    def _answer(self, run: str, state: ItemState, at: Position) -> None:
        question = next(q for q in state.questions if q.id == at.question)
        if question.photo == "required":
            self.s.runs.add_evidence(run, at.item, at.question, PIXEL, "image/png", question.text.en, self.actor)
        answer, note = self.says(at)
        self.s.runs.answer(run, at.item, at.question, answer, self.actor, note)
        self.told(f"{at.item}:{at.question}")

    def says(self, at: Position) -> tuple[Answer, str]:
        """The answer to this question, and what was seen where it is bad."""
        return "pass", ""

    def _wait(self, run: str, at: Position, names: Names) -> None:
        self.s.runs.start_timer(run, at, self.actor)
        found = self.s.runs.timer(run, at)
        assert found is not None
        wanted = self.hands.value(at.item, at.column, names, lambda: Decimal(0))
        self.s.ws.clock.sleep(float(max(found[1], wanted if isinstance(wanted, Decimal) else Decimal(0))) + 0.2)
        self.s.runs.stop_timer(run, at, self.actor)

    def _type(self, run: str, at: Position, column: Column, names: Names) -> None:
        compiled = self.s.runs.compiled(run)

        def again() -> Decimal:
            capture = self.s.capture(run, "scale")
            assert capture is not None
            live = capture.wait()
            return convert(live.value, live.unit, "g")

        value = self.hands.value(at.item, at.column, names, again)
        if value is None:
            value = compiled.expr(column.initial)(names)
        if isinstance(value, str):
            self.s.runs.take(run, at, value, "", self.actor)
            return
        unit = shown_unit(compiled, column.unit, column.show, names)
        self.s.runs.take(run, at, show(convert(value, column.unit, unit)), unit, self.actor)


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
