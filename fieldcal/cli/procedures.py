"""`fieldcal procedures`: what the regulation files say, what is wrong in one, whether their worked cases hold."""

from __future__ import annotations

import argparse
from typing import Any

from fieldcal import bootstrap
from fieldcal.cli.output import DIFFERS, OK, table, tell
from fieldcal.cli.place import folder
from fieldcal.domain.procedure import Procedure, Text

Arguments = argparse.Namespace


def procedures(arguments: Arguments) -> int:
    from fieldcal.cli import budgets, procedures_author, procedures_table

    return {
        "list": listed, "show": shown, "check": checked, "test": tested, "new": procedures_author.new,
        "simulate": procedures_author.simulate, "preview": procedures_author.preview,
        "table": procedures_table.generated,
        "budget": budgets.budget,
    }[arguments.action](arguments)  # fmt: skip


def listed(arguments: Arguments) -> int:
    library, language = bootstrap.library(folder(arguments)), arguments.lang
    found = [brief(c.procedure, language) for c in library.all()]
    errors = [str(error) for error in library.errors.values()]
    rows = [[p["id"], p["regulation"], str(p["revision"]), p["title"]] for p in found]
    tell({"procedures": found, "errors": errors}, arguments.json, lambda: [*table(rows), *errors])
    return DIFFERS if errors else OK


def shown(arguments: Arguments) -> int:
    procedure = bootstrap.library(folder(arguments)).get(arguments.id).procedure
    data = brief(procedure, arguments.lang) | values_of(procedure)
    tell(data, arguments.json, lambda: show_lines(procedure, arguments.lang))
    return OK


def checked(arguments: Arguments) -> int:
    """Every mistake of the file at once, one line each."""
    from fieldcal.cli.tools import read
    from fieldcal.domain.compiled import load
    from fieldcal.domain.faults import faults

    data, name = read(arguments.file), str(arguments.file)
    found = faults(data, name)
    if found and any(fault.key for fault in found):  # else no key of it is a procedure's: `load` says so in one line
        told = [{"file": f.file, "line": f.line, "key": f.key, "code": f.code, "value": f.value,
                 "accepted": f.accepted} for f in found]  # fmt: skip
        tell({"faults": told}, arguments.json, lambda: [*map(str, found)])
        return DIFFERS
    compiled = load(data, name)
    told = brief(compiled.procedure, arguments.lang) | {"sha256": compiled.sha256, "faults": []}
    line = f"{told['id']} revision {told['revision']}: in order, {compiled.sha256[:16]}"
    tell(told, arguments.json, lambda: [line])
    return OK


def tested(arguments: Arguments) -> int:
    """Runs the worked cases shipped with the procedures; one without a case is no proof and counts as a problem."""
    from fieldcal.reporting import qr
    from fieldcal.services.proof import proofs

    found = proofs(bootstrap.procedure_folders(folder(arguments)), qr, arguments.id or "")
    told = [proof.as_dict() for proof in found]
    tell({"results": told}, arguments.json, lambda: [line for proof in told for line in proof_lines(proof)])
    return OK if all(proof.holds for proof in found) else DIFFERS


def proof_lines(proof: dict[str, Any]) -> list[str]:
    clauses, branches = proof["clauses_untried"], proof["branches_untried"]
    head = (
        f"{proof['procedure']}: {proof['matched']} of {proof['total']} match; "
        f"clauses {proof['clauses'] - len(clauses)}/{proof['clauses']}, "
        f"branches {proof['branches'] - len(branches)}/{proof['branches']}"
    )
    out = [head, *(f"  differs: {name}" for name in proof["differing"])]
    out += [f"  clause untried: {name}" for name in clauses]
    return out + [f"  branch untried: {name}" for name in branches]


def said(text: Text, language: str) -> str:
    return text.zh if language == "zh" else text.en


def brief(p: Procedure, language: str) -> dict[str, Any]:
    return {"id": p.id, "revision": p.revision, "regulation": p.regulation, "title": said(p.title, language)}


def values_of(p: Procedure) -> dict[str, Any]:
    return {
        "sources": {name: {"clause": s.clause, "grade": s.grade, "text": s.text} for name, s in p.sources.items()},
        "items": [{"id": i.id, "kinds": list(i.kinds), "when": i.when} for i in p.items],
    }


def show_lines(p: Procedure, language: str) -> list[str]:
    items = [[i.id, said(i.title, language), ",".join(i.kinds)] for i in p.items]
    sources = [[name, s.grade, s.clause] for name, s in p.sources.items()]
    return [f"{p.regulation}  {said(p.title, language)}", "", *table(items), "", *table(sources)]
