"""Lots as texts: the list of them, the sample of one with its runs, what is known of it; no widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldcal.domain.fold import RunView
from fieldcal.domain.lot import LotView, name_of, ranges
from fieldcal.domain.lot_rule import verdict
from fieldcal.domain.procedure import Text
from fieldcal.domain.run import ABORTED, OPEN, VOIDED
from fieldcal.domain.verdict import Verdict
from fieldcal.services.identity import APPROVER, TECHNICIAN
from fieldcal.services.local import local_day
from fieldcal.services.lots import Lots, Member
from fieldcal.services.paper import local_time
from fieldcal.ui.i18n import t
from fieldcal.ui.models.run_show import say
from fieldcal.ui.widgets.rows import ListRow

if TYPE_CHECKING:
    from fieldcal.services.app import Services

SHAPE = {"open": "pending", "drawn": "current", "accepted": "pass", "rejected": "fail", "abandoned": "skipped"}
ENDS = (ABORTED, VOIDED)
SHORT = 60  # characters of the serial numbers of a lot


@dataclass(frozen=True)
class Sight:
    """One lot as the journal has it now. `voided`: papers that the verdict stands on and that were voided since."""

    view: LotView
    members: list[Member]
    regulation: str
    instrument: Text | None
    site: str
    voided: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Regulation and instrument, in the language of the screen."""
        return f"{self.regulation}  {say(self.instrument)}".strip()

    @property
    def state(self) -> str:
        return self.view.judged.verdict if self.view.judged else self.view.state

    @property
    def ready(self) -> int:
        return sum(member.result is not None for member in self.members)

    @property
    def failed(self) -> int:
        results = [member.result for member in self.members if member.result]
        return sum(result.verdict == Verdict.FAIL for result in results)

    @property
    def complete(self) -> bool:
        return bool(self.members) and self.ready == len(self.members)


def of(services: Services) -> Lots:
    return Lots(services.certificates)


def load(services: Services) -> list[Sight]:
    """The newest first."""
    lots = of(services)
    return [_sight(services, lots, view) for view in reversed(lots.all())]


def look(services: Services, lot: str) -> Sight:
    lots = of(services)
    return _sight(services, lots, lots.view(lot))


def _sight(services: Services, lots: Lots, view: LotView) -> Sight:
    lot = view.lot
    site = services.ws.catalogue.sites.get(lot.site)
    library = services.ws.library
    known = library.get(lot.procedure).procedure if lot.procedure in library else None
    results = view.judged.results if view.judged else []
    voided = tuple(one.number for one in results if services.runs.view(one.run).state == VOIDED)
    place = site.name if site else lot.site
    if known is None:
        return Sight(view, lots.members(view), lot.procedure, None, place, voided)
    return Sight(view, lots.members(view), known.regulation, known.instrument, place, voided)


def may(services: Services, role: str) -> bool:
    return services.person is not None and role in services.person.roles


def may_work(services: Services) -> bool:
    return may(services, TECHNICIAN)


def may_judge(services: Services) -> bool:
    return may(services, APPROVER)


# --- the list ----------------------------------------------------------------------------------------


def row(sight: Sight) -> ListRow:
    view = sight.view
    day = local_day(view.opened_at).isoformat()
    second = " · ".join((sight.title, sight.site, t(f"site.{view.lot.kind}"), day))
    title = f"{name_of(view.stream)}   {t('lots.size', count=len(view.lot.serials))}"
    return ListRow(view.stream, title, second, progress(sight), SHAPE[sight.state], t(f"lots.state_{sight.state}"))


def progress(sight: Sight) -> str:
    if sight.state != "drawn":
        return ""
    return t("lots.progress", ready=sight.ready, total=len(sight.members))


# --- the sample --------------------------------------------------------------------------------------


def member_row(sight: Sight, member: Member) -> ListRow:
    """The papers of a lot that was judged are those of the verdict."""
    view = sight.view
    result = next((one for one in view.judged.results if one.serial == member.serial), None) if view.judged else None
    result = result or member.result
    if result is not None:
        kind = "pass" if result.verdict == Verdict.PASS else "fail"
        struck = t("lots.struck", count=result.struck) if result.struck else ""
        second = " · ".join(part for part in (result.number, struck, _replaces(sight, member)) if part)
        gone = result.number in sight.voided
        shape, word = ("warn", t("lots.voided")) if gone else (kind, t(f"verdict.{kind}"))
        return ListRow(member.serial, member.serial, second, kind=shape, word=word)
    kind, word = run_state(view, member)
    return ListRow(member.serial, member.serial, _replaces(sight, member) or t("lots.no_paper"), kind=kind, word=word)


def _replaces(sight: Sight, member: Member) -> str:
    found = next((one for one in sight.view.replaced if one.successor == member.serial), None)
    return t("lots.replaces", serial=found.serial, reason=found.reason) if found else ""


def run_state(view: LotView, member: Member) -> tuple[str, str]:
    """Of one that has no paper yet, or a run that does not count."""
    going = [run for run in member.runs if run.state not in ENDS]
    if any((run.sha256, run.kind) != (view.lot.sha256, view.lot.kind) for run in going):
        return "warn", t("lots.wrong_run")
    if not going:
        return "pending", t("site.never")
    if any(run.state in OPEN for run in going):
        return "current", t("site.in_hand")
    return "warn", t("site.in_review")


def open_run(member: Member) -> RunView | None:
    """The run to go on with."""
    return next((run for run in reversed(member.runs) if run.state in OPEN), None)


def startable(member: Member) -> bool:
    """Nothing of it is under way or signed."""
    return all(run.state in ENDS for run in member.runs)


def replaceable(member: Member) -> bool:
    return not any(run.readings or run.answers for run in member.runs)


# --- what is known -----------------------------------------------------------------------------------


def lines(sight: Sight, people: dict[str, str]) -> list[tuple[str, str]]:
    """(label, value) of a lot, as far as it has come; `people`: names by id."""
    view, lot = sight.view, sight.view.lot
    found = [
        ("procedure", sight.title), ("site", sight.site), ("kind", t(f"site.{lot.kind}")),
        ("serials", f"{t('lots.size', count=len(lot.serials))}　{short(lot.serials)}"),
        ("plan", plan_text(lot.sample, lot.accept, lot.reject)), ("basis", lot.basis or t("lots.of_file")),
        ("opened", _by(people, view.opened_by, view.opened_at)),
    ]  # fmt: skip
    if view.drawn:
        held = t("lots.reproduced" if view.reproduced() else "lots.not_reproduced")
        found += [
            ("drawn", _by(people, view.drawn_by, view.drawn_at)), ("seed", view.drawn.seed),
            ("method", f"{view.drawn.method}　{held}"),
        ]  # fmt: skip
    found += [("replaced", f"{one.serial} → {one.successor}: {one.reason}") for one in view.replaced]
    if view.judged:
        found.append(("judged", _by(people, view.judged_by, view.judged_at)))
    if view.abandoned:
        found.append(("abandoned", view.abandoned))
    return [(t(f"lots.line_{key}"), value) for key, value in found]


def plan_text(sample: int, accept: int, reject: int) -> str:
    return f"n = {sample}, Ac = {accept}, Re = {reject}"


def short(serials: list[str]) -> str:
    """Numbers and ranges, cut where they are many."""
    text = ", ".join(ranges(serials))
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _by(people: dict[str, str], person: str, at: str) -> str:
    return f"{people.get(person, person)}　{local_time(at)}"


def outlook(sight: Sight) -> str:
    """What the approver would sign."""
    plan = sight.view.plan
    word = t(f"lots.state_{verdict(plan, sight.failed)}")
    return t("lots.judge_text", sample=plan.sample, failed=sight.failed, accept=plan.accept, verdict=word)


def told(sight: Sight) -> str:
    """How far it has come, in the line beside its number."""
    if sight.voided:
        return t("lots.voided_since", numbers=", ".join(sight.voided))
    if not sight.view.drawn or sight.view.abandoned:
        return sight.title
    return f"{progress(sight) or sight.title}　{t('lots.failed', count=sight.failed)}"
