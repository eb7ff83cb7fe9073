"""`fieldcal drivers list|pack|keygen|trust|install|developer`: drivers as files, and who answers for them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fieldcal import bootstrap, paths
from fieldcal.cli import publisher
from fieldcal.cli.output import DIFFERS, OK, code_of, table, tell
from fieldcal.cli.place import folder, workspace
from fieldcal.devices.catalog import Catalog, Entry
from fieldcal.devices.pack import SUFFIX, install, pack
from fieldcal.devices.seal import Standing, nobody
from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput
from fieldcal.services.catalogue import load
from fieldcal.services.trust import DriverTrust
from fieldcal.services.workspace import Workspace
from fieldcal.storage.errors import StoreError
from fieldcal.storage.schema import FILE
from fieldcal.storage.store import Store
from fieldcal.ui.i18n import message, text_in

Arguments = argparse.Namespace


# --- the file -------------------------------------------------------------------------------------


def packed(arguments: Arguments) -> int:
    """1 with the list of what the kit found, and then nothing is written."""
    from fieldcal.driverkit.conformance import check

    source: Path = arguments.dir.resolve()
    if not (source / "driver.toml").is_file():
        raise BadInput("cannot-read", field="DIR", value=arguments.dir, accepted="a folder with driver.toml")
    if problems := check(source):
        tell({"driver": str(source), "problems": problems}, arguments.json, lambda: [*problems, "not packed"])
        return DIFFERS
    signer = publisher.read(arguments.key) if arguments.key else None
    seal, data = pack(source, signer.kid.hex(), signer.sign) if signer else pack(source)
    out = _out(arguments.out or Path(), f"{seal.id}-{seal.version}{SUFFIX}")
    write_new(out, data)
    told = {"file": str(out), "id": seal.id, "version": seal.version, "publisher": seal.publisher}
    by = seal.publisher or word("no-signature", arguments)
    tell(told | {"bytes": len(data)}, arguments.json, lambda: [f"{out}  {by}"])
    return OK


def _out(place: Path, name: str) -> Path:
    return place / name if place.is_dir() else place


def write_new(out: Path, data: bytes) -> None:
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise BadInput("already-there", field="--out", value=out, accepted="a new file") from None
    except OSError as error:
        raise BadInput(
            "cannot-write", field="--out", value=f"{out} ({error.strerror})", accepted="a new file"
        ) from error


def keygen(arguments: Arguments) -> int:
    made = publisher.create(arguments.file, arguments.name)
    public = arguments.file.with_name(arguments.file.name + publisher.PUBLIC)
    told = {"key": made.kid.hex(), "public": made.public_key.hex(), "file": str(arguments.file), "share": str(public)}
    tell(told, arguments.json, lambda: [f"{made.kid.hex()}  {made.public_key.hex()}", str(public)])
    return OK


def installed(arguments: Arguments) -> int:
    """Also what nobody trusted signed, which is told; whether it may run is decided when it is to run."""
    from fieldcal.cli.tools import read

    data, place = read(arguments.file), folder(arguments)
    name = _shipped_name(data)
    if name:
        raise BadInput("driver-shipped", field="FILE", value=name, accepted="a driver of another name")
    trusted = _trusted(place)
    done = install(data, place / "drivers", trusted)
    lines = [f"{done.seal.id} {done.seal.version}  {done.folder}", _said(done.standing, arguments)]
    if done.standing.trust == "unsigned":
        lines.append(message("unsigned-driver", arguments.lang))
    told = {"id": done.seal.id, "version": done.seal.version, "folder": str(done.folder), "replaced": done.replaced}
    tell(told | _data(done.standing), arguments.json, lambda: lines)
    return OK


def _shipped_name(data: bytes) -> str:
    from fieldcal.devices.pack import opened

    name = opened(data)[0].id
    return name if (paths.shipped_drivers() / name).is_dir() else ""


# --- who answers for it -----------------------------------------------------------------------------


def listed(arguments: Arguments) -> int:
    """Works while the window has the workspace open; then its list of publishers cannot be read, which is told."""
    place, notes = folder(arguments), list[str]()
    try:
        trusted = _trusted(place)
    except StoreError as error:
        trusted, notes = nobody, [f"{code_of(error)}: {message(code_of(error), arguments.lang)}"]
    entries = Catalog([paths.shipped_drivers(), place / "drivers"], trusted).entries()
    found = [_entry(entry) for entry in entries]
    rows = [[e.folder.name, d["version"], word(e.standing.trust, arguments), _what(e)]
            for e, d in zip(entries, found, strict=True)]  # fmt: skip
    notes += [f"{hidden}: {word('hidden', arguments)}" for entry in entries for hidden in entry.hidden]
    doubtful = [e for e in entries if e.standing.why not in ("", "no-pack")]
    notes += [f"{e.folder.name}: {_said(e.standing, arguments)}" for e in doubtful]
    tell({"drivers": found, "notes": notes}, arguments.json, lambda: [*table(rows), *notes])
    return DIFFERS if any(d["problems"] for d in found) else OK


def _entry(entry: Entry) -> dict[str, Any]:
    manifest = entry.manifest
    return {
        "id": entry.folder.name, "version": manifest.version if manifest else "", "problems": list(entry.problems),
        "capabilities": list(manifest.capabilities) if manifest else [], "folder": str(entry.folder),
        "hidden": [str(hidden) for hidden in entry.hidden], **_data(entry.standing),
    }  # fmt: skip


def _what(entry: Entry) -> str:
    return " ".join(entry.manifest.capabilities if entry.manifest else []) or "; ".join(entry.problems)


def trust(arguments: Arguments) -> int:
    with _open(arguments) as (drivers, store):
        if arguments.id:
            kid, public, name = publisher.public(arguments.id)
            known = drivers.ws.catalogue.publishers.get(kid)
            name = arguments.name or (known.name if known else name)
            drivers.put(ev.PublisherPut(kid, name, public.hex(), not arguments.withdraw), _actor(drivers, arguments))
            store.journal.sign_head()
        found = list(drivers.ws.catalogue.publishers.values())
    data = [{"key": one.kid, "name": one.name, "public": one.public_key, "active": one.active} for one in found]
    state = {True: word("trusted", arguments), False: word("withdrawn", arguments)}
    rows = [[one.kid, state[one.active], one.name] for one in found]
    tell({"publishers": data}, arguments.json, lambda: table(rows) or [word("nobody", arguments)])
    return OK


def developer(arguments: Arguments) -> int:
    if arguments.id not in (None, "on", "off"):
        raise BadInput("bad-choice", field="ACTION", value=arguments.id, accepted="on, off")
    with _open(arguments) as (drivers, store):
        if arguments.id:
            drivers.switch(arguments.id == "on", arguments.reason, _actor(drivers, arguments))
            store.journal.sign_head()
        on, last = drivers.developer, drivers.ws.catalogue.developer
    reason = last.reason if last else ""
    line = text_in(arguments.lang, "shell.developer_bar") if on else word("developer-off", arguments)
    tell({"on": on, "reason": reason}, arguments.json, lambda: [line, *([reason] if on else [])])
    return OK


@contextmanager
def _open(arguments: Arguments) -> Iterator[tuple[DriverTrust, Store]]:
    with Store.open(workspace(arguments)) as store:
        clock = bootstrap.SystemClock()
        yield DriverTrust(Workspace(store.journal, store.blobs, store.signer, clock, bootstrap.library())), store


def _actor(drivers: DriverTrust, arguments: Arguments) -> str:
    return drivers.authority(arguments.person, pin() if arguments.person else "")


def pin() -> str:
    """Never an argument: those stand in the list of processes and in the history of the shell."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("PIN: ")
    return sys.stdin.readline().strip()


def _trusted(place: Path) -> Callable[[str], bytes | None]:
    """Nobody without a workspace; else its publishers, read once."""
    if not (place / FILE).is_file():
        return nobody
    with Store.open(place) as store:
        return load(store.journal).publisher_key


def _data(standing: Standing) -> dict[str, Any]:
    return {"trust": standing.trust, "why": standing.why, "publisher": standing.publisher}


def word(key: str, arguments: Arguments) -> str:
    return text_in(arguments.lang, f"trust.{key}")


def _said(standing: Standing, arguments: Arguments) -> str:
    parts = [word(standing.trust, arguments), word(standing.why, arguments) if standing.why else "", standing.publisher]
    return "  ".join(part for part in parts if part)


ACTIONS: dict[str, Callable[[Arguments], int]] = {
    "list": listed, "pack": packed, "keygen": keygen, "trust": trust, "install": installed, "developer": developer,
}  # fmt: skip
