"""The worked cases of a procedure: which files hold them, whether they match, and what they leave untried."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from fieldcal.domain.compiled import Compiled
from fieldcal.services.case_file import read_json
from fieldcal.services.case_procedure import TOPIC, Case, shaped

CASES = "cases"  # the folder beside the procedure files


def case_files(procedure: str, folder: Path) -> list[Path]:
    """`cases/<id>.json` and `cases/<id>-*.json` of the folder that holds the procedure's file."""
    found = [folder / CASES / f"{procedure}.json", *sorted((folder / CASES).glob(f"{procedure}-*.json"))]
    return [path for path in found if path.is_file()]


def generic_cases(compiled: Compiled, folder: Path) -> list[Case]:
    """Those of the topic "procedure". Raises BadInput `bad-cases-file`."""
    out: list[Case] = []
    for path in case_files(compiled.procedure.id, folder):
        table = cast("dict[str, Any]", read_json(path))
        if table.get("topic") == TOPIC:
            made = [shaped(i, case, table.get("procedure")) for i, case in enumerate(table.get("cases", []))]
            out += [case for case in made if case["procedure"] == compiled.procedure.id]
    return out
