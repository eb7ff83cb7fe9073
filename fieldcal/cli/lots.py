"""`fieldcal lots`: open a lot, draw its sample, see how far it is, judge it, write its paper."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, table, tell
from fieldcal.cli.packs import pin, write_new
from fieldcal.cli.place import workspace
from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput
from fieldcal.reporting import qr
from fieldcal.reporting.render import PaperRenderer
from fieldcal.services.certificates import Certificates
from fieldcal.services.identity import check_pin
from fieldcal.services.lots import Lots, Member, Plan
from fieldcal.services.runs import Runs
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store

Arguments = argparse.Namespace


def lots(arguments: Arguments) -> int:
    with _lots(arguments) as found:
        return ACTIONS[arguments.action](found, arguments)


@contextmanager
def _lots(arguments: Arguments) -> Iterator[Lots]:
    with Store.open(workspace(arguments)) as store:
        ws = Workspace(store.journal, store.blobs, store.signer, bootstrap.SystemClock(), bootstrap.library())
        if arguments.action not in ("list", "show", "judge", "paper"):  # judging asks for the PIN itself
            check_pin(ws.catalogue.person(arguments.person), pin())
            ws.put("sign-ins", ev.SignedIn(arguments.person), arguments.person)
        yield Lots(Certificates(Runs(ws), PaperRenderer(), qr, arguments.lang))


def opened(found: Lots, arguments: Arguments) -> int:
    from fieldcal.cli.tools import read
    from fieldcal.domain.lot import serials

    text = arguments.serials if arguments.file is None else _text(arguments.file, read(arguments.file))
    lot = found.open(
        arguments.id, arguments.kind, arguments.site, serials(text), arguments.person,
        plate=_plate(arguments.plate), plan=_plan(arguments),
    )  # fmt: skip
    return _told(found, lot, arguments)


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("cannot-read", field="FILE", value=path, accepted="UTF-8") from error


def _plate(given: list[str]) -> dict[str, Any]:
    pairs = [one.partition("=") for one in given]
    if wrong := next((name for name, sign, _ in pairs if not sign or not name), None):
        raise BadInput("usage", field="--plate", value=wrong, accepted="NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _plan(arguments: Arguments) -> Plan | None:
    given = (arguments.sample, arguments.accept, arguments.reject)
    if given == (None, None, None):
        return None
    if None in given:
        raise BadInput("usage", field="--sample --accept --reject", value=given, accepted="all three")
    return Plan(*given, arguments.basis)


def drawn(found: Lots, arguments: Arguments) -> int:
    found.draw(arguments.id, arguments.person, arguments.seed)
    return _told(found, arguments.id, arguments)


def replaced(found: Lots, arguments: Arguments) -> int:
    found.replace(arguments.id, arguments.serial, arguments.reason, arguments.person)
    return _told(found, arguments.id, arguments)


def abandoned(found: Lots, arguments: Arguments) -> int:
    found.abandon(arguments.id, arguments.reason, arguments.person)
    return _told(found, arguments.id, arguments)


def judged(found: Lots, arguments: Arguments) -> int:
    event = found.judge(arguments.id, arguments.person, pin())
    _told(found, arguments.id, arguments)
    return OK if event.verdict == "accepted" else DIFFERS


def printed(found: Lots, arguments: Arguments) -> int:
    write_new(arguments.out, found.paper(arguments.id))
    data = {"lot": arguments.id, "file": str(arguments.out)}
    tell(data, arguments.json, lambda: [str(arguments.out)])
    return OK


def shown(found: Lots, arguments: Arguments) -> int:
    return _told(found, arguments.id, arguments)


def listed(found: Lots, arguments: Arguments) -> int:
    known = [_brief(found, view.stream) for view in found.all()]
    rows = [[k["lot"], k["procedure"], k["state"], str(k["size"]), k["opened_at"]] for k in known]
    tell({"lots": known}, arguments.json, lambda: table(rows) if rows else ["no lots"])
    return OK


def _told(found: Lots, lot: str, arguments: Arguments) -> int:
    """Exit 1 for a recorded sample that seed and serial numbers do not give again."""
    data = _brief(found, lot) | _sample(found, lot)
    tell(data, arguments.json, lambda: _lines(data))
    return OK if data["reproduced"] else DIFFERS


def _brief(found: Lots, lot: str) -> dict[str, Any]:
    view = found.view(lot)
    one = view.lot
    return {
        "lot": lot, "state": view.state, "procedure": one.procedure, "sha256": one.sha256, "kind": one.kind,
        "site": one.site, "size": len(one.serials), "opened_by": view.opened_by, "opened_at": view.opened_at,
        "plan": {"sample": one.sample, "accept": one.accept, "reject": one.reject, "basis": one.basis},
    }  # fmt: skip


def _sample(found: Lots, lot: str) -> dict[str, Any]:
    view = found.view(lot)
    event = view.judged
    return {
        "method": view.drawn.method if view.drawn else "", "seed": view.drawn.seed if view.drawn else "",
        "drawn_by": view.drawn_by, "drawn_at": view.drawn_at, "reproduced": view.reproduced(),
        "sample": [_member(member) for member in found.members(view)],
        "replaced": [{"serial": r.serial, "successor": r.successor, "reason": r.reason} for r in view.replaced],
        "verdict": event.verdict if event else "", "failed": event.failed if event else None,
        "paper": view.paper.number if view.paper else "",
        "judged_by": view.judged_by, "judged_at": view.judged_at, "abandoned": view.abandoned,
    }  # fmt: skip


def _member(member: Member) -> dict[str, Any]:
    result = member.result
    return {
        "serial": member.serial, "instrument": member.instrument, "runs": {r.stream: r.state for r in member.runs},
        "number": result.number if result else "", "verdict": result.verdict if result else "",
    }  # fmt: skip


def _lines(data: dict[str, Any]) -> list[str]:
    plan = data["plan"]
    out = [
        f"{data['lot']}  {data['state']}  {data['procedure']} {data['kind']}, {data['size']} at {data['site']}",
        f"plan: {plan['sample']} tested, {plan['accept']} may fail, {plan['reject']} reject  {plan['basis']}".rstrip(),
    ]
    if data["seed"]:
        held = "given again by seed and lot" if data["reproduced"] else "NOT GIVEN by seed and lot"
        out.append(f"seed {data['seed']} ({data['method']}), {data['drawn_at']}, {data['drawn_by']}: {held}")
        out += table([[m["serial"], m["verdict"] or _state(m), m["number"], m["instrument"]] for m in data["sample"]])
    out += [f"{r['serial']} replaced by {r['successor']}: {r['reason']}" for r in data["replaced"]]
    if data["verdict"]:
        out.append(f"{data['verdict']}: {data['failed']} failed, {data['judged_at']}, {data['judged_by']}")
    return [*out, f"abandoned: {data['abandoned']}"] if data["abandoned"] else out


def _state(member: dict[str, Any]) -> str:
    return ", ".join(member["runs"].values()) or "waits"


ACTIONS: dict[str, Callable[[Lots, Arguments], int]] = {
    "open": opened, "draw": drawn, "show": shown, "judge": judged, "replace": replaced, "abandon": abandoned,
    "list": listed, "paper": printed,
}  # fmt: skip
