"""What people state for the uncertainty budget of a run, beside the record: neither verdict nor paper hang on it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.events_budget import PREFIX, BudgetStated
from fieldcal.domain.plate import quantity_text
from fieldcal.domain.procedure import Budget, Given
from fieldcal.domain.quantity import number, quantity, show
from fieldcal.domain.units import convert
from fieldcal.services.identity import APPROVER, CHECKER, TECHNICIAN
from fieldcal.services.local import LOCAL
from fieldcal.services.runs import Runs
from fieldcal.services.uncertainty import Typed

WHO = (TECHNICIAN, CHECKER, APPROVER)


class BudgetValues:
    """The only writer of the streams `budget:<run>`; a later statement takes the place of an earlier one."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.ws = runs, runs.ws

    def of(self, run: str) -> dict[str, Typed]:
        """By name, what counts now."""
        found: dict[str, Typed] = {}
        for stored in self.ws.journal.read(PREFIX + run):
            if isinstance(event := stored.event, BudgetStated):
                found.pop(event.name, None)
                if event.value:
                    person = self.ws.catalogue.people.get(stored.actor)
                    at = datetime.fromisoformat(stored.at).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
                    kept = quantity(event.value, event.unit, event.name)
                    found[event.name] = Typed(kept, person.name if person else stored.actor, at)
        return found

    def require(self, actor: str) -> None:
        """Raises NotAllowed `wrong-role` for who neither measures nor signs, BadInput `unknown-person`."""
        person = self.ws.catalogue.person(actor)
        if not person.active or not set(WHO) & set(person.roles):
            raise NotAllowed("wrong-role", field=person.name, value=", ".join(person.roles), accepted=", ".join(WHO))

    def state(self, run: str, budget: str, name: str, text: str, actor: str) -> None:
        """`text`: a number in the unit of the value, or with another unit of its kind; "" takes back. What counts
        already is not written again. Raises NotAllowed as `require`; BadInput `unknown-name`, `not-a-number`,
        `wrong-unit`, `out-of-range` below zero."""
        self.require(actor)
        entry = self._given(run, budget, name)
        event = BudgetStated(name, "", entry.unit)
        if text.strip():
            digits, unit = quantity_text(text, name, entry.unit)
            event = BudgetStated(name, show(number(digits, name)), unit or entry.unit)
            typed = convert(Decimal(event.value), event.unit, entry.unit, name)
            if typed < 0:
                raise BadInput("out-of-range", field=name, value=text.strip(), accepted=">= 0")
        before = self.of(run).get(name)
        if (str(before.quantity) if before else "") != f"{event.value} {event.unit}".strip() * bool(event.value):
            self.ws.put(PREFIX + run, event, actor)

    def _given(self, run: str, budget: str, name: str) -> Given:
        listed: list[Budget] = self.runs.compiled(run).procedure.budget
        entries = {entry.id: entry for one in listed if one.id == budget for entry in one.given}
        if name not in entries:
            raise BadInput("unknown-name", field=name, value=budget, accepted=", ".join(entries))
        return entries[name]
