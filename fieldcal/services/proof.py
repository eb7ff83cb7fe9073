"""The worked cases of a procedure: which files hold them, whether they match, and what they leave untried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from fieldcal.domain.compiled import Compiled
from fieldcal.services.case_file import read_json
from fieldcal.services.case_procedure import TOPIC, Case, shaped
from fieldcal.services.case_types import CaseResult, QrCodec
from fieldcal.services.cases import run_cases
from fieldcal.services.coverage import Coverage, coverage, watched
from fieldcal.services.procedures import Library

CASES = "cases"  # the folder beside the procedure files


def case_files(procedure: str, folder: Path) -> list[Path]:
    """`cases/<id>.json` and `cases/<id>-*.json` of the folder that holds the procedure's file; not those of another
    procedure whose id begins the same."""
    found = [folder / CASES / f"{procedure}.json", *sorted((folder / CASES).glob(f"{procedure}-*.json"))]
    others = [path.stem for path in folder.glob(f"{procedure}-*.toml")]
    theirs = [path for path in found for name in others if path.stem == name or path.stem.startswith(f"{name}-")]
    return [path for path in found if path.is_file() and path not in theirs]


def generic_cases(compiled: Compiled, folder: Path) -> list[Case]:
    """Those of the topic "procedure". Raises BadInput `bad-cases-file`."""
    out: list[Case] = []
    for path in case_files(compiled.procedure.id, folder):
        table = cast("dict[str, Any]", read_json(path))
        if table.get("topic") == TOPIC:
            made = [shaped(i, case, table.get("procedure")) for i, case in enumerate(table.get("cases", []))]
            out += [case for case in made if case["procedure"] == compiled.procedure.id]
    return out


@dataclass(frozen=True)
class Proof:
    procedure: str
    files: list[str]
    cases: list[CaseResult]
    coverage: Coverage

    @property
    def holds(self) -> bool:
        """Every case matches, and there is one."""
        return bool(self.cases) and all(case.match for case in self.cases)

    def as_dict(self) -> dict[str, Any]:
        differing = [case.id for case in self.cases if not case.match]
        told = {"procedure": self.procedure, "files": self.files, "matched": len(self.cases) - len(differing)}
        return told | {"total": len(self.cases), "differing": differing} | self.coverage.as_dict()


def proofs(folders: Sequence[Path], qr: QrCodec | None, only: str = "") -> list[Proof]:
    """Runs the cases that lie beside each procedure file. Raises BadProcedure for a name that is not there, BadInput
    for a file of cases that can't be read."""
    library = Library(folders, watched)
    wanted = [library.get(only)] if only else library.all()
    out: list[Proof] = []
    for compiled in wanted:
        name = compiled.procedure.id
        files = [path for folder in folders for path in case_files(name, folder)]
        cases = [case for path in files for case in run_cases(path, library, qr).cases]
        out.append(Proof(name, [path.name for path in files], cases, coverage(compiled)))
    return out
