"""Verbs that look, check, export and restore."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from fieldcal import __version__, bootstrap, paths
from fieldcal.cli.output import DIFFERS, OK, UNUSABLE, table, tell
from fieldcal.domain.errors import BadInput
from fieldcal.domain.procedure import Procedure

Arguments = argparse.Namespace


def folder(arguments: Arguments) -> Path:
    return arguments.workspace or paths.default_workspace()


def cases(arguments: Arguments) -> int:
    from fieldcal.reporting import qr
    from fieldcal.services.cases import run_cases

    report = run_cases(arguments.file, bootstrap.library(), qr)
    data = report.as_dict()
    tell(data, arguments.json, lambda: case_lines(data))
    return OK if data["matched"] == data["total"] else DIFFERS


def case_lines(data: dict[str, Any]) -> list[str]:
    out: list[str] = []
    for case in data["cases"]:
        told = "; ".join(f"{d['key']}: expected {d['expected']}, got {d['got']}" for d in case["differences"])
        out.append(f"{case['id']}  {'match' if case['match'] else told}")
        if case["not_compared"]:
            out[-1] += f"  (not compared: {', '.join(case['not_compared'])})"
    return [*out, f"{data['matched']} of {data['total']} match"]


def procedures(arguments: Arguments) -> int:
    library = bootstrap.library()
    match arguments.action:
        case "list":
            found = [c.procedure for c in library.all()]
            data = {
                "procedures": [brief(p, arguments.lang) for p in found],
                "errors": [str(e) for e in library.errors.values()],
            }
            tell(
                data,
                arguments.json,
                lambda: table([[p["id"], p["regulation"], str(p["revision"]), p["title"]] for p in data["procedures"]]),
            )
            return DIFFERS if library.errors else OK
        case "show":
            procedure = library.get(arguments.id).procedure
            data = brief(procedure, arguments.lang) | values_of(procedure)
            tell(data, arguments.json, lambda: show_lines(procedure, arguments.lang))
            return OK
        case "check":
            from fieldcal.domain.compiled import load

            compiled = load(read(arguments.file), arguments.file.name)
            data = brief(compiled.procedure, arguments.lang) | {"sha256": compiled.sha256}
            tell(
                data,
                arguments.json,
                lambda: [f"{data['id']} revision {data['revision']}: in order, {compiled.sha256[:16]}"],
            )
            return OK
        case _:
            return test_procedures(arguments)


def test_procedures(arguments: Arguments) -> int:
    """Runs the worked cases shipped with the procedures."""
    from fieldcal.reporting import qr
    from fieldcal.services.cases import run_cases

    library = bootstrap.library()
    wanted = [library.get(arguments.id)] if arguments.id else library.all()
    results: list[dict[str, Any]] = []
    for compiled in wanted:
        for path in sorted((paths.resources() / "procedures" / "cases").glob(f"{compiled.procedure.id}*.json")):
            found = run_cases(path, library, qr).as_dict()
            results.append(
                {
                    "procedure": compiled.procedure.id,
                    "file": path.name,
                    "matched": found["matched"],
                    "total": found["total"],
                }
            )
    bad = any(r["matched"] != r["total"] for r in results)
    tell(
        {"results": results},
        arguments.json,
        lambda: [f"{r['procedure']}  {r['file']}: {r['matched']} of {r['total']} match" for r in results],
    )
    return DIFFERS if bad or not results else OK


def brief(p: Procedure, language: str) -> dict[str, Any]:
    return {
        "id": p.id,
        "revision": p.revision,
        "regulation": p.regulation,
        "title": p.title.zh if language == "zh" else p.title.en,
    }


def values_of(p: Procedure) -> dict[str, Any]:
    return {
        "sources": {name: {"clause": s.clause, "grade": s.grade, "text": s.text} for name, s in p.sources.items()},
        "items": [{"id": i.id, "kinds": list(i.kinds), "when": i.when} for i in p.items],
    }


def show_lines(p: Procedure, language: str) -> list[str]:
    items = [[i.id, i.title.zh if language == "zh" else i.title.en, ",".join(i.kinds)] for i in p.items]
    sources = [[name, s.grade, s.clause] for name, s in p.sources.items()]
    return [f"{p.regulation}  {p.title.zh if language == 'zh' else p.title.en}", "", *table(items), "", *table(sources)]


def drivers(arguments: Arguments) -> int:
    if arguments.action == "check":
        from fieldcal.driverkit.conformance import check

        problems = check(arguments.file)
        tell({"driver": str(arguments.file), "problems": problems}, arguments.json, lambda: problems or ["in order"])
        return DIFFERS if problems else OK
    entries = bootstrap.catalog(folder(arguments)).entries()
    data = {"drivers": [{
        "id": e.folder.name, "version": e.manifest.version if e.manifest else "", "problems": list(e.problems),
        "capabilities": list(e.manifest.capabilities) if e.manifest else [], "folder": str(e.folder),
    } for e in entries]}  # fmt: skip
    tell(
        data,
        arguments.json,
        lambda: table(
            [[d["id"], d["version"], " ".join(d["capabilities"]) or "; ".join(d["problems"])] for d in data["drivers"]]
        ),
    )
    return DIFFERS if any(d["problems"] for d in data["drivers"]) else OK


def journal(arguments: Arguments) -> int:
    from fieldcal.storage.store import Store

    with Store.open(folder(arguments)) as store:
        if arguments.action == "rebuild":
            found = {name: {"rows": rows, "identical": same} for name, (rows, same) in store.rebuild().items()}
            tell(
                {"tables": found},
                arguments.json,
                lambda: [
                    f"{k}: {v['rows']} rows, {'identical' if v['identical'] else 'DIFFERENT'}" for k, v in found.items()
                ],
            )
            return OK if all(v["identical"] for v in found.values()) else DIFFERS
        report = store.journal.verify()
    data = dataclasses.asdict(report)
    tell(
        data,
        arguments.json,
        lambda: [
            f"{report.events} events, head {report.head[:16]}, {report.signed_heads} signed heads",
            *(report.problems or ["in order"]),
        ],
    )
    return DIFFERS if report.problems else OK


def certificate(arguments: Arguments) -> int:
    from fieldcal.reporting import embedded, qr
    from fieldcal.services.catalogue import load
    from fieldcal.storage.store import Store

    if (arguments.file is None) == (arguments.qr is None):
        raise BadInput("empty", field="FILE.pdf or --qr", accepted="one of the two")
    text = arguments.qr or embedded.extract(read(arguments.file))
    with Store.open(folder(arguments)) as store:
        catalogue = load(store.journal)
        gone = {row["number"] for row in store.journal.rows("certificate_index") if row["status"] != "valid"}
    keys = [
        qr.Key(
            bytes.fromhex(k.kid),
            bytes.fromhex(k.public_key),
            date.fromisoformat(k.valid_from),
            date.fromisoformat(k.valid_to),
        )
        for k in catalogue.keys
    ]
    found = qr.verify(text, keys, date.today(), gone)
    fields = {str(k): v.hex() if isinstance(v, bytes) else v for k, v in found.fields.items()}
    data = {"status": found.status, "fields": fields}
    tell(data, arguments.json, lambda: [found.status, *[f"  {k}: {v}" for k, v in fields.items()]])
    return OK if found.status == "VALID" else DIFFERS


def bundle(arguments: Arguments) -> int:
    from fieldcal.services import delivery

    if arguments.action == "verify":
        info = delivery.verify(arguments.file, bootstrap.signature_holds)
    else:
        services = bootstrap.open_workspace(folder(arguments))
        try:
            info = services.delivery.export(arguments.file, "system")
        finally:
            services.close()
    data = delivery.summary(info)
    tell(
        data,
        arguments.json,
        lambda: [
            f"{info.records} records, {info.events} events, {info.blobs} files, head {info.head[:16]}",
            *(info.problems or ("in order",)),
        ],
    )
    return DIFFERS if info.problems else OK


def backup(arguments: Arguments) -> int:
    from fieldcal.storage.store import Store

    with Store.open(folder(arguments)) as store:
        report = store.backup(arguments.file)
    tell(
        dataclasses.asdict(report) | {"file": str(arguments.file)},
        arguments.json,
        lambda: [f"{report.events} events in {arguments.file}"],
    )
    return OK


def restore(arguments: Arguments) -> int:
    from fieldcal.storage.store import restore as put_back

    report = put_back(arguments.file, folder(arguments), replace=arguments.replace)
    tell(
        dataclasses.asdict(report), arguments.json, lambda: [f"{report.events} events restored to {folder(arguments)}"]
    )
    return OK


def doctor(arguments: Arguments) -> int:
    data = examination(folder(arguments))
    tell(data, arguments.json, lambda: [f"{k}: {v}" for k, v in data.items()])
    return OK if not data["problems"] else DIFFERS


def examination(place: Path) -> dict[str, Any]:
    import sqlite3
    from importlib.metadata import PackageNotFoundError, version

    from fieldcal.devices.serial_link import list_ports
    from fieldcal.storage.store import Store

    def number(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "bundled"

    names = ["PySide6-Essentials", "pyserial", "sqlite-utils", "reportlab", "numpy", "cryptography", "msgspec"]
    library, problems = bootstrap.library(), [str(error) for error in bootstrap.library().errors.values()]
    data: dict[str, Any] = {
        "fieldcal": __version__, "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version,
        "packages": {name: number(name) for name in names},
        "procedures": {c.procedure.id: c.sha256 for c in library.all()},
        "drivers": [e.folder.name for e in bootstrap.catalog(place).entries()],
        "fonts": sorted(path.name for path in (paths.resources() / "fonts").glob("*.ttf")),
        "ports": [str(port) for port in list_ports()], "workspace": str(place), "settings": {},
    }  # fmt: skip
    if (place / "fieldcal.db").exists():
        with Store.open(place) as store:
            data["settings"] = store.settings()
            problems += store.journal.verify().problems
    return data | {"problems": problems}


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("cannot-read", field="FILE", value=path, accepted=error.strerror or "a readable file") from error


VERBS: dict[str, Callable[[Arguments], int]] = {
    "cases": cases, "procedures": procedures, "drivers": drivers, "journal": journal, "certificate": certificate,
    "bundle": bundle, "backup": backup, "restore": restore, "doctor": doctor,
}  # fmt: skip
__all__ = ["UNUSABLE", "VERBS"]
