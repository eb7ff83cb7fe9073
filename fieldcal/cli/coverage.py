"""`fieldcal coverage`: how much of what must be verified is verified, and which kinds can be verified here."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from fieldcal import bootstrap, paths
from fieldcal.cli.output import OK, table, tell
from fieldcal.cli.place import workspace
from fieldcal.domain.compulsory import Judged, Rate, judge, rate
from fieldcal.domain.errors import BadInput
from fieldcal.services.catalogue import load
from fieldcal.services.compulsory import Edition, Found, register, survey
from fieldcal.services.workspace import LOCAL
from fieldcal.storage.store import Store

ASSUMED = "every instrument counts as in use and its use as compulsory: the workspace holds neither"


SHIPPED = "catalogue_2020_42.json"


class Register(msgspec.Struct, forbid_unknown_fields=True):
    instruments: list[dict[str, Any]]


def coverage(arguments: argparse.Namespace) -> int:
    today = datetime.now(UTC).astimezone(LOCAL).date()
    if arguments.register:
        return _of_register(arguments, today)
    with Store.open(workspace(arguments)) as store:
        found = survey(load(store.journal), store.journal.rows("instrument_due"), bootstrap.library(), today, edition())
    data = _told(found, arguments.lang) | {"today": today.isoformat()}
    tell(data, arguments.json, lambda: _lines(data))
    return OK


def edition() -> Edition:
    return msgspec.json.decode((paths.resources() / "compulsory" / SHIPPED).read_bytes(), type=Edition)


def _of_register(arguments: argparse.Namespace, today: date) -> int:
    found = [judge(line, today) for line in register(_lines_of(arguments.register), edition().rotation)]
    data = {**_rate(rate(one.state for one in found)), "today": today.isoformat(), "lines": [_state(x) for x in found]}
    rows = [[str(place), one.state.value, one.reason] for place, one in enumerate(found, 1)]
    tell(data, arguments.json, lambda: [_sentence("instruments verified", data), *table(rows)])
    return OK


def _lines_of(path: Path) -> list[dict[str, Any]]:
    from fieldcal.cli.tools import read

    try:
        return msgspec.json.decode(read(path), type=Register).instruments
    except msgspec.DecodeError as error:
        raise BadInput("cannot-read", field="--register", value=error, accepted="JSON in UTF-8") from error


def _state(judged: Judged) -> dict[str, str]:
    return {"state": str(judged.state), "reason": judged.reason}


def _told(found: Found, language: str) -> dict[str, Any]:
    edition = found.edition
    return {
        "catalogue": {
            "edition": edition.edition, "official": bool(edition.confirmed_by), "note": edition.note,
            "first_level_entries": edition.official_first_level,
        },
        "assumed": ASSUMED,
        "instruments": {
            **_rate(found.verified),
            "lines": [
                {"id": line.instrument, "serial": line.serial, "valid_to": line.valid_to, "entries": line.entries,
                 **_state(line.judged),}
                for line in found.instruments
            ],
        },
        "kinds": {
            **_rate(found.capability),
            "lines": [
                {"id": line.entry.id, "name": line.entry.name[language], "grade": line.entry.grade,
                 **_state(line.judged),}
                for line in found.kinds
            ],
        },
    }  # fmt: skip


def _rate(found: Rate) -> dict[str, Any]:
    percents = {"percent": found.percent, "least": found.least, "most": found.most}
    told = {name: None if value is None else str(value) for name, value in percents.items()}
    return {
        "valid": found.valid, "counted": found.counted, "unknown": found.unknown, "excluded": found.excluded, **told,
    }  # fmt: skip


def _lines(data: dict[str, Any]) -> list[str]:
    own, kinds, catalogue = data["instruments"], data["kinds"], data["catalogue"]
    rows = [
        [x["id"], ",".join(x["entries"]) or "-", x["valid_to"] or "-", x["state"], x["reason"]] for x in own["lines"]
    ]
    entries = [[x["id"], x["state"], x["reason"], x["grade"], x["name"]] for x in kinds["lines"]]
    return [
        _sentence("instruments verified", own), f"  {data['assumed']}", *table(rows), "",
        _sentence("kinds with standards at hand", kinds),
        f"  {catalogue['edition']}: {'confirmed' if catalogue['official'] else catalogue['note']}", *table(entries),
    ]  # fmt: skip


def _sentence(title: str, found: dict[str, Any]) -> str:
    share = f"{found['percent']} %" if found["percent"] is not None else "no rate"
    told = f"{title}: {share} ({found['valid']} of {found['counted']}), {found['excluded']} left out"
    if not found["unknown"]:
        return told
    return f"{told}, {found['unknown']} unknown (with them {found['least']} to {found['most']} %)"
