"""`fieldcal procedures table`: what is shipped and how well it is proven, as a table for the document."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from fieldcal import bootstrap
from fieldcal.cli.output import OK, tell
from fieldcal.domain.procedure import Procedure
from fieldcal.services.proof import Proof, proofs

BEGIN, END = "<!-- procedures table: begin -->", "<!-- procedures table: end -->"
HEAD = ["regulation", "id", "kinds", "items", "cases", "clauses reached", "branches reached", "A", "B", "C", "X"]


def lines() -> list[str]:
    """Of the shipped procedures, in Markdown."""
    from fieldcal.reporting import qr

    library = bootstrap.library()
    found = proofs(bootstrap.procedure_folders(), qr)
    rows = [_row(library.get(proof.procedure).procedure, proof) for proof in found]
    return [_line(HEAD), _line(["---"] * len(HEAD)), *(_line(row) for row in sorted(rows))]


def generated(arguments: argparse.Namespace) -> int:
    """Prints the table; with FILE it is put there between its two marks."""
    made = lines()
    if arguments.file:
        put(arguments.file, made)
    tell({"lines": made}, arguments.json, lambda: [str(arguments.file)] if arguments.file else made)
    return OK


def put(file: Path, made: list[str]) -> None:
    text = file.read_text("utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    file.write_text("\n".join([before + BEGIN, *made, END + after]), "utf-8")


def standing(file: Path) -> list[str]:
    """The table as it stands in the document."""
    return file.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip("\n").split("\n")


def _row(p: Procedure, proof: Proof) -> list[str]:
    grades = Counter(source.grade for source in p.sources.values())
    c = proof.coverage
    return [
        p.regulation, p.id, ", ".join(p.kinds), str(len(p.items)), str(len(proof.cases)),
        f"{len(c.clauses) - len(c.untried)} of {len(c.clauses)}",
        f"{len(c.branches) - len(c.unreached)} of {len(c.branches)}",
        *(str(grades[grade]) for grade in "ABCX"),
    ]  # fmt: skip


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
