"""Verbs that look, check, export and restore."""

from __future__ import annotations

import argparse
import dataclasses
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, tell
from fieldcal.cli.place import folder, workspace
from fieldcal.domain.errors import BadInput

Arguments = argparse.Namespace


def cases(arguments: Arguments) -> int:
    from fieldcal.reporting import qr
    from fieldcal.services.cases import run_cases

    decoders = bootstrap.decoders(folder(arguments))
    report = run_cases(arguments.file, bootstrap.library(), qr, decoders, bootstrap.simulate)
    data = report.as_dict()
    tell(data, arguments.json, lambda: case_lines(data))
    return OK if data["matched"] == data["total"] else DIFFERS


def case_lines(data: dict[str, Any]) -> list[str]:
    """One line a case, whatever its texts hold."""
    out: list[str] = []
    for case in data["cases"]:
        told = "; ".join(f"{d['key']}: expected {d['expected']}, got {d['got']}" for d in case["differences"])
        left = f"  (not compared: {', '.join(case['not_compared'])})" if case["not_compared"] else ""
        out.append(" ".join(f"{case['id']}  {'match' if case['match'] else told}{left}".splitlines()))
    return [*out, f"{data['matched']} of {data['total']} match"]


def procedures(arguments: Arguments) -> int:
    from fieldcal.cli.procedures import procedures as run

    return run(arguments)


def bench(arguments: Arguments) -> int:
    from fieldcal.cli.bench import bench as run

    return run(arguments)


def transcripts(arguments: Arguments) -> int:
    from fieldcal.cli.transcripts import transcripts as run

    return run(arguments)


def drivers(arguments: Arguments) -> int:
    if arguments.action == "check":
        return conforms(arguments)
    if arguments.action == "find":
        from fieldcal.cli.find import found_on

        return found_on(arguments)
    if arguments.action == "new":
        from fieldcal.cli.newdriver import new

        return new(arguments)
    if arguments.action == "record":
        from fieldcal.cli.record import record

        return record(arguments)
    from fieldcal.cli.packs import ACTIONS

    return ACTIONS[arguments.action](arguments)


def conforms(arguments: Arguments) -> int:
    from fieldcal.driverkit.conformance import RULES, examine

    if not (arguments.dir / "driver.toml").is_file():
        raise BadInput("cannot-read", field="DIR", value=arguments.dir, accepted="a folder with driver.toml")
    found = examine(arguments.dir)
    problems = [problem for under in found.values() for problem in under]
    rules = [{"rule": rule, "passed": not found[rule], "problems": found[rule]} for rule in RULES]
    lines = [
        line
        for rule, text in RULES.items()
        for line in [f"{'FAIL' if found[rule] else 'pass'}  {rule}: {text}", *(f"      {one}" for one in found[rule])]
    ]
    end = f"{len(problems)} problems" if problems else "in order"
    told = {"driver": str(arguments.dir), "rules": rules, "problems": problems}
    tell(told, arguments.json, lambda: [*lines, end])
    return DIFFERS if problems else OK


def lots(arguments: Arguments) -> int:
    from fieldcal.cli.lots import lots as run

    return run(arguments)


def journal(arguments: Arguments) -> int:
    from fieldcal.storage.store import Store

    with Store.open(workspace(arguments)) as store:
        if arguments.action == "rebuild":
            found = {name: {"rows": rows, "identical": same} for name, (rows, same) in store.rebuild().items()}
            words = {True: "identical", False: "DIFFERENT"}
            lines = [f"{k}: {v['rows']} rows, {words[bool(v['identical'])]}" for k, v in found.items()]
            tell({"tables": found}, arguments.json, lambda: lines)
            return OK if all(v["identical"] for v in found.values()) else DIFFERS
        report = store.journal.verify()
    line = f"{report.events} events, head {report.head[:16]}, {report.signed_heads} signed heads"
    tell(dataclasses.asdict(report), arguments.json, lambda: [line, *(report.problems or ["in order"])])
    return DIFFERS if report.problems else OK


def certificate(arguments: Arguments) -> int:
    from fieldcal.reporting import qr
    from fieldcal.services.catalogue import load
    from fieldcal.services.workspace import LOCAL
    from fieldcal.storage.store import Store

    if (arguments.file is None) == (arguments.qr is None):
        raise BadInput("usage", field="FILE.pdf or --qr", accepted="one of the two")
    text = arguments.qr if arguments.file is None else signed_text(arguments.file)
    with Store.open(workspace(arguments)) as store:
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
    found = qr.verify(text, keys, datetime.now(UTC).astimezone(LOCAL).date(), gone)
    fields = {str(k): v.hex() if isinstance(v, bytes) else v for k, v in found.fields.items()}
    data = {"status": found.status, "fields": fields}
    tell(data, arguments.json, lambda: [found.status, *[f"  {k}: {v}" for k, v in fields.items()]])
    return OK if found.status == "VALID" else DIFFERS


def signed_text(path: Path) -> str:
    from fieldcal.reporting import embedded

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would tell of a broken file in lines of its own
    try:
        return embedded.extract(read(path))
    except embedded.NotOurs as error:
        raise BadInput(error.code, field="FILE", value=path, accepted="a paper of fieldcal") from error


def bundle(arguments: Arguments) -> int:
    from fieldcal.services import delivery

    if arguments.action == "verify":
        read(arguments.file)
        info = delivery.verify(arguments.file, bootstrap.signature_holds)
    else:
        services = bootstrap.open_workspace(workspace(arguments))
        try:
            info = services.delivery.export(arguments.file, "system")
        finally:
            services.close()
    line = f"{info.records} records, {info.events} events, {info.blobs} files, head {info.head[:16]}"
    tell(delivery.summary(info), arguments.json, lambda: [line, *(info.problems or ("in order",))])
    return DIFFERS if info.problems else OK


def backup(arguments: Arguments) -> int:
    from fieldcal.storage.store import Store

    if not arguments.file.resolve().parent.is_dir():
        raise BadInput("cannot-write", field="FILE", value=arguments.file, accepted="a new file")
    if arguments.file.exists():
        raise BadInput("already-there", field="FILE", value=arguments.file, accepted="a new file")
    with Store.open(workspace(arguments)) as store:
        report = store.backup(arguments.file)
    data = dataclasses.asdict(report) | {"file": str(arguments.file)}
    tell(data, arguments.json, lambda: [f"{report.events} events in {arguments.file}"])
    return OK


def restore(arguments: Arguments) -> int:
    from fieldcal.storage.errors import AlreadyThere
    from fieldcal.storage.store import restore as put_back

    place = folder(arguments)
    read(arguments.file)
    try:
        report = put_back(arguments.file, place, replace=arguments.replace)
    except AlreadyThere as error:
        accepted = "--replace to put the copy in its place"
        raise BadInput(error.code, field="--workspace", value=place, accepted=accepted) from error
    tell(dataclasses.asdict(report), arguments.json, lambda: [f"{report.events} events restored to {place}"])
    return OK


def reevaluate(arguments: Arguments) -> int:
    from fieldcal.cli.reevaluate import reevaluated

    return reevaluated(arguments)


def doctor(arguments: Arguments) -> int:
    from fieldcal.cli.doctor import doctor as run

    return run(arguments)


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        value = f"{path} ({error.strerror})"
        raise BadInput("cannot-read", field="FILE", value=value, accepted="a readable file") from error


def coverage(arguments: Arguments) -> int:
    from fieldcal.cli.coverage import coverage as run

    return run(arguments)


def standards(arguments: Arguments) -> int:
    from fieldcal.cli.standards import standards as run

    return run(arguments)


VERBS: dict[str, Callable[[Arguments], int]] = {
    "bench": bench, "cases": cases, "procedures": procedures, "drivers": drivers, "transcripts": transcripts,
    "journal": journal, "lots": lots, "standards": standards, "certificate": certificate, "bundle": bundle,
    "backup": backup, "restore": restore, "reevaluate": reevaluate, "coverage": coverage, "doctor": doctor,
}  # fmt: skip
