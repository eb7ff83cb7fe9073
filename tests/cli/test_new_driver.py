"""A driver of one's own begins with one that works."""

import json

import pytest

from fieldcal.driverkit.conformance import check


def test_the_new_driver_passes_the_kit_and_decodes_its_frames(fieldcal, tmp_path):
    done = fieldcal("--workspace", tmp_path, "drivers", "new", "my_gauge")
    assert done.code == 0
    folder = tmp_path / "drivers" / "my_gauge"
    assert check(folder) == []
    case = {"id": "1", "protocol": "my-gauge", "hex": b"PV=   101.325 kPa\r\n".hex(),
            "decoded": {"kind": "reading", "value": "101.325", "unit": "kPa", "status": "ok"}}  # fmt: skip
    file = tmp_path / "frames.json"
    file.write_text(json.dumps({"topic": "protocols", "cases": [case]}), "utf-8")
    assert fieldcal("--workspace", tmp_path, "cases", file).code == 0


def test_it_stands_in_the_list_of_drivers(fieldcal, tmp_path):
    fieldcal("--workspace", tmp_path, "drivers", "new", "my_gauge")
    listed = fieldcal("--workspace", tmp_path, "drivers", "list", "--json")
    assert "my_gauge" in listed.out


@pytest.mark.parametrize("name", ["My Gauge", "1st", "../up", "x"])
def test_a_bad_name_is_refused_and_nothing_is_written(fieldcal, tmp_path, name):
    done = fieldcal("--workspace", tmp_path, "drivers", "new", name)
    assert done.code == 2
    assert name in done.err
    assert not (tmp_path / "drivers").exists()


def test_a_driver_that_is_there_is_never_written_over(fieldcal, tmp_path):
    fieldcal("--workspace", tmp_path, "drivers", "new", "my_gauge")
    own = tmp_path / "drivers" / "my_gauge" / "driver.py"
    own.write_text("# mine", "utf-8")
    assert fieldcal("--workspace", tmp_path, "drivers", "new", "my_gauge").code == 2
    assert own.read_text("utf-8") == "# mine"
