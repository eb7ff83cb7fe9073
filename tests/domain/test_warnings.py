"""A check that only informs never keeps an item open."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from fieldcal.domain.compiled import load
from fieldcal.domain.evaluate import Evaluator
from fieldcal.domain.rows import rows
from fieldcal.domain.verdict import Verdict

FILE = Path(__file__).parents[2] / "resources/procedures/jjg188-2017.toml"


def test_a_row_whose_every_check_only_warns_passes_with_the_warning_kept() -> None:
    compiled = load(FILE.read_bytes(), FILE.name)
    item = compiled.procedure.item("linearity")
    limits = {"level": Decimal(94), "level_2": Decimal(114), "linearity_limit": Decimal("1.1")}
    values = {"kind": "in_use", "report_step": Decimal("0.1"), **limits}
    cells = {0: {"reading_1": Decimal(94), "reading_2": Decimal("115.5")}}
    outcome = Evaluator(compiled, values).item(item, rows(compiled, item, values), cells)
    assert outcome.verdict is Verdict.PASS
    assert [judged.verdict for judged in outcome.rows[0].judged] == [Verdict.WARNING]
