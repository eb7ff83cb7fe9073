"""The table of faults: that it is complete, and a part of it again over real pseudo-terminals."""

import os

import pytest

from fieldcal.devices.loader import load
from fieldcal.driverkit.verdict import REQUIRED, wrong
from tests.drivers import fault_matrix
from tests.drivers.fault_matrix import DRIVERS, ROOT, SLEEP, cells, columns, faults_of

PAGE = (ROOT / "docs" / "faults.md").read_text("utf-8")
TABLE = [line for line in PAGE.split("\n## ")[0].split("\n") if line.startswith("| ")]
SOME = ["mt_sics", "modbus_generic", "toledo_continuous"]
QUICK = ["cut", "wrong-baud", "overflow", "late-answer", "early", "echo", "nan", "unit", "comma", "stale", SLEEP]


def test_the_table_has_every_driver_and_every_fault_of_the_code():
    heads = TABLE[0].strip("| ").split(" | ")[1:]
    rows = {row.strip("| ").split(" | ")[0]: row.strip("| ").split(" | ")[1:] for row in TABLE[1:]}
    assert heads == columns()
    for folder in DRIVERS:
        faults = faults_of(load(folder))
        told = {head for head, cell in zip(heads, rows[folder.name], strict=True) if cell != fault_matrix.NOT_THERE}
        assert told == faults & set(heads), folder.name
        for fault in faults - set(heads) - {"drift", "unstable"}:
            assert f"{fault} " in PAGE.split("## Other faults")[1], (folder.name, fault)


def test_no_cell_of_the_table_is_a_wrong_value():
    heads = TABLE[0].strip("| ").split(" | ")[1:]
    for row in TABLE[1:]:
        name, *texts = row.strip("| ").split(" | ")
        for fault, text in zip(heads, texts, strict=True):
            assert not wrong(fault, "measure", text), (name, fault)


def test_what_is_required_stands_under_the_table_for_every_fault():
    assert all(f"| {fault} | " in PAGE for fault in REQUIRED)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
@pytest.mark.parametrize("fault", QUICK)
@pytest.mark.parametrize("driver", SOME)
def test_a_fault_at_a_pseudo_terminal_comes_to_what_the_table_says(driver, fault):
    found = list(cells(ROOT / "drivers" / driver, {fault}))
    assert [cell.problem for cell in found if cell.problem] == []
    row = next(line for line in TABLE if line.startswith(f"| {driver} |")).strip("| ").split(" | ")
    said = row[columns().index(fault) + 1]
    assert (found[0].text if found else fault_matrix.NOT_THERE) == said
