"""From an author's folder to a laboratory's workspace: packed, signed, trusted, installed, withdrawn."""

from __future__ import annotations

import io
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from fieldcal import bootstrap, paths
from fieldcal.driverkit.folder import folder_hash
from fieldcal.services.catalogue import load
from fieldcal.services.clock import DemoClock
from fieldcal.storage.store import Store
from fieldcal.ui import i18n
from tests.cli.conftest import Command


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Without the bench: no instrument is needed here; without an administrator, who would have to be asked."""
    folder = tmp_path / "workspace"
    bootstrap.make_demo(folder, DemoClock(1, jump=True))
    change(folder, "admin", active=False)
    return folder


@pytest.fixture
def gauge(tmp_path: Path) -> Path:
    folder = tmp_path / "author" / "gauge_template"
    shutil.copytree(paths.resources() / "driver_template", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def key(fieldcal: Command, tmp_path: Path) -> Path:
    assert fieldcal("drivers", "keygen", tmp_path / "maker.key", "--name", "测试 Maker").code == 0
    return tmp_path / "maker.key"


def listed(fieldcal: Command, workspace: Path) -> dict[str, dict[str, str]]:
    found = fieldcal("drivers", "list", "--workspace", workspace, "--json").data["drivers"]
    return {one["id"]: one for one in found}


def test_a_publishers_key_is_private_and_told_once(fieldcal: Command, tmp_path: Path) -> None:
    made = fieldcal("drivers", "keygen", tmp_path / "k", "--name", "Maker", "--json")
    assert (made.code, len(made.data["key"]), len(made.data["public"])) == (0, 16, 64)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    assert (tmp_path / "k.pub").read_text("utf-8") == f"{made.data['public']} Maker\n"
    before = (tmp_path / "k").read_bytes()
    assert fieldcal("drivers", "keygen", tmp_path / "k", "--name", "Other").code == 2
    assert (tmp_path / "k").read_bytes() == before


def test_a_signed_pack_goes_the_whole_way(fieldcal: Command, gauge: Path, key: Path, workspace: Path) -> None:
    done = fieldcal("drivers", "pack", gauge, "--out", gauge.parent, "--key", key, "--json")
    file = gauge.parent / "gauge_template-0.1.0.fcpack"
    assert (done.code, done.data["file"]) == (0, str(file))
    early = fieldcal("drivers", "install", file, "--workspace", workspace, "--json")
    assert (early.code, early.data["trust"], early.data["why"]) == (0, "unsigned", "unknown-publisher")
    assert listed(fieldcal, workspace)["gauge_template"]["trust"] == "unsigned"

    trusted = fieldcal("drivers", "trust", f"{key}.pub", "--workspace", workspace, "--json")
    assert trusted.data["publishers"][0] | {"public": ""} == {
        "key": done.data["publisher"], "name": "测试 Maker", "active": True, "public": ""}  # fmt: skip
    assert listed(fieldcal, workspace)["gauge_template"]["trust"] == "signed"
    assert listed(fieldcal, workspace)["mt_sics"]["trust"] == "shipped"
    with Store.open(workspace) as store:
        assert load(store.journal).publishers[done.data["publisher"]].name == "测试 Maker"
    assert fieldcal("journal", "verify", "--workspace", workspace).code == 0

    again = fieldcal("drivers", "install", file, "--workspace", workspace, "--lang", "zh")
    assert "已签名" in again.out
    assert folder_hash(workspace / "drivers" / "gauge_template") == folder_hash(gauge)
    fieldcal("drivers", "trust", f"{key}.pub", "--withdraw", "--workspace", workspace)
    assert listed(fieldcal, workspace)["gauge_template"]["trust"] == "unsigned"


def test_a_changed_byte_after_installation_is_told_in_the_list(
    fieldcal: Command, gauge: Path, key: Path, workspace: Path
) -> None:
    fieldcal("drivers", "pack", gauge, "--out", gauge.parent, "--key", key)
    fieldcal("drivers", "trust", f"{key}.pub", "--workspace", workspace)
    fieldcal("drivers", "install", gauge.parent / "gauge_template-0.1.0.fcpack", "--workspace", workspace)
    changed = workspace / "drivers" / "gauge_template" / "driver.py"
    changed.write_bytes(changed.read_bytes() + b"\n")
    said = fieldcal("drivers", "list", "--workspace", workspace, "--lang", "en")
    assert "gauge_template: unsigned  changed since it was signed or shipped" in said.out


def test_an_unsigned_pack_is_installed_and_said_to_run_in_developer_mode_alone(
    fieldcal: Command, gauge: Path, tmp_path: Path
) -> None:
    out = tmp_path / "some.fcpack"
    assert fieldcal("drivers", "pack", gauge, "--out", out).code == 0
    for language, words in (("en", "developer mode alone"), ("zh", "只能在开发模式下运行")):
        said = fieldcal("drivers", "install", out, "--workspace", tmp_path / language, "--lang", language)
        assert (said.code, words in said.out) == (0, True)
    assert fieldcal("drivers", "pack", gauge, "--out", out).code == 2


def test_a_driver_that_does_not_pass_the_kit_is_not_packed(fieldcal: Command, gauge: Path, tmp_path: Path) -> None:
    (gauge / "driver.py").write_text("import os\n" + (gauge / "driver.py").read_text("utf-8"), "utf-8")
    done = fieldcal("drivers", "pack", gauge, "--out", tmp_path / "x.fcpack")
    assert done.code == 1
    assert "imports os" in done.out
    assert not (tmp_path / "x.fcpack").exists()


def test_a_pack_cannot_take_the_name_of_a_shipped_driver(fieldcal: Command, tmp_path: Path) -> None:
    place = paths.shipped_drivers() / "nmea0183"
    assert fieldcal("drivers", "pack", place, "--out", tmp_path / "n.fcpack").code == 0
    said = fieldcal("drivers", "install", tmp_path / "n.fcpack", "--workspace", tmp_path / "w")
    assert (said.code, "driver-shipped" in said.err) == (2, True)
    assert not (tmp_path / "w").exists()


def test_a_folder_with_the_name_of_a_shipped_driver_is_told_and_not_used(fieldcal: Command, tmp_path: Path) -> None:
    own = tmp_path / "drivers" / "nmea0183"
    shutil.copytree(paths.shipped_drivers() / "nmea0183", own)
    said = fieldcal("drivers", "list", "--workspace", tmp_path, "--lang", "en")
    assert f"{own}: not used" in said.out
    assert listed(fieldcal, tmp_path)["nmea0183"]["trust"] == "shipped"


@pytest.mark.parametrize("content", [b"", b"PK", b"not a pack at all", b"\0" * 5000])
def test_what_is_no_pack_is_refused(fieldcal: Command, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.fcpack").write_bytes(content)
    said = fieldcal("drivers", "install", tmp_path / "x.fcpack", "--workspace", tmp_path / "w")
    assert (said.code, "bad-pack" in said.err) == (2, True)


@pytest.mark.parametrize("text", ["nothing here", "00" * 31, "zz" * 32, "/no/such/file"])
def test_what_is_no_key_is_refused(fieldcal: Command, gauge: Path, workspace: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad").write_text(text)
    for words in (["drivers", "trust", text], ["drivers", "trust", tmp_path / "bad"]):
        said = fieldcal(*words, "--name", "x", "--workspace", workspace)
        assert (said.code, "bad-key-file" in said.err) == (2, True)
    said = fieldcal("drivers", "pack", gauge, "--out", tmp_path / "y", "--key", tmp_path / "bad")
    assert (said.code, "bad-key-file" in said.err) == (2, True)
    assert not (tmp_path / "y").exists()


def test_developer_mode_wants_a_reason_and_stands_in_the_journal(fieldcal: Command, workspace: Path) -> None:
    mode = ("drivers", "developer", "--workspace", workspace, "--lang", "en")
    assert fieldcal(*mode, "--json").data == {"on": False, "reason": ""}
    assert fieldcal(*mode, "on").code == 2
    done = fieldcal(*mode, "on", "--reason", "new scale")
    assert (done.code, i18n.text_in("en", "shell.developer_bar") in done.out) == (0, True)
    assert fieldcal(*mode, "--json").data == {"on": True, "reason": "new scale"}
    fieldcal(*mode, "off")
    assert fieldcal(*mode, "--json").data["on"] is False
    assert fieldcal("journal", "verify", "--workspace", workspace).code == 0
    assert fieldcal(*mode, "maybe").code == 2


def test_an_administrator_proves_himself_by_the_pin_on_standard_input(
    fieldcal: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(workspace, "check", roles=["checker", "admin"])
    mode = ("drivers", "developer", "on", "--reason", "x", "--workspace", workspace)
    for words, pin, code in (((), "", 3), (("--person", "tech"), "1111\n", 3), (("--person", "check"), "9999\n", 3),
                             (("--person", "check"), "2222\n", 0)):  # fmt: skip
        monkeypatch.setattr(sys, "stdin", io.StringIO(pin))
        assert fieldcal(*mode, *words).code == code
    with Store.open(workspace) as store:
        assert store.journal.read("drivers")[-1].actor == "check"


def change(workspace: Path, who: str, **changes: Any) -> None:
    import msgspec

    from fieldcal.services.ports import Append

    with Store.open(workspace) as store:
        person = msgspec.structs.replace(load(store.journal).people[who], **changes)
        version = len(store.journal.read(f"person:{who}"))
        store.journal.append(Append(f"person:{who}", version, [person], "system", "2026-11-23T08:00:00.000+00:00"))


def test_the_list_is_told_while_a_window_has_the_workspace(fieldcal: Command, workspace: Path) -> None:
    with Store.open(workspace):
        said = fieldcal("drivers", "list", "--workspace", workspace)
    assert said.code == 0
    assert "in-use" in said.out
