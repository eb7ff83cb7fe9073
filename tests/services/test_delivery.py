"""Bundles on a stick, read back and forged."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from fieldcal.bootstrap import signature_holds
from fieldcal.domain.errors import BadInput
from fieldcal.services.clock import DemoClock
from fieldcal.services.delivery import verify
from fieldcal.storage.store import Store, restore
from tests.services.workspace import APPROVE, Desk, make_desk


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one certificate in its outbox, closed."""
    folder = tmp_path_factory.mktemp("issued") / "workspace"
    desk = make_desk(folder)
    desk.certificates.approve(desk.checked(), *APPROVE)
    desk.store.close()
    return folder


@pytest.fixture
def desk(issued: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(issued, tmp_path / "workspace")
    made = Desk(tmp_path / "workspace", DemoClock(1, jump=True), Store.open(tmp_path / "workspace"))
    yield made
    made.store.close()


def forged(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = path.with_name("forged.fcb")
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


def test_a_bundle_verifies_and_counts_its_records(desk: Desk, tmp_path: Path) -> None:
    desk.delivery.export(tmp_path / "stick.fcb", "tech")
    info = verify(tmp_path / "stick.fcb", signature_holds, {desk.ws.signer.public_key.hex()})
    assert info.problems == ()
    assert info.records == 1
    assert desk.delivery.pending() == 0


def test_a_bundle_verifies_after_backup_and_restore(desk: Desk, tmp_path: Path) -> None:
    desk.store.backup(tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "back")
    back = Desk(tmp_path / "back", DemoClock(1, jump=True), Store.open(tmp_path / "back"))
    try:
        assert [epoch for _, epoch in back.store.journal.epochs()] == [1, 2]
        back.certificates.approve(back.checked("stall-03"), *APPROVE)
        back.delivery.export(tmp_path / "stick.fcb", "tech")
        info = verify(tmp_path / "stick.fcb", signature_holds)
        assert info.problems == ()
        assert info.records == 2
    finally:
        back.store.close()


def test_epochs_that_are_not_those_of_the_chain_are_found(desk: Desk, tmp_path: Path) -> None:
    desk.delivery.export(tmp_path / "stick.fcb", "tech")

    def change(parts: dict[str, bytes]) -> None:
        manifest = msgspec.json.decode(parts["manifest.json"])
        manifest["epochs"] = [[1, 1], [20, 2]]
        parts["manifest.json"] = msgspec.json.encode(manifest)

    found = verify(forged(tmp_path / "stick.fcb", change), signature_holds).problems
    assert "signature" in found
    assert "chain at 20" in found


def test_a_photo_or_paper_that_is_missing_is_named(desk: Desk, tmp_path: Path) -> None:
    desk.delivery.export(tmp_path / "stick.fcb", "tech")
    gone: list[str] = []

    def change(parts: dict[str, bytes]) -> None:
        gone.append(next(name for name in parts if name.startswith("blobs/")))
        del parts[gone[0]]

    found = verify(forged(tmp_path / "stick.fcb", change), signature_holds).problems
    assert found == (f"blob {gone[0][6:18]}",)


def test_a_changed_event_is_named_by_its_number(desk: Desk, tmp_path: Path) -> None:
    desk.delivery.export(tmp_path / "stick.fcb", "tech")

    def change(parts: dict[str, bytes]) -> None:
        lines = [msgspec.json.decode(line) for line in parts["events.jsonl"].splitlines()]
        lines[40]["body"], lines[41]["body"] = lines[41]["body"], lines[40]["body"]
        parts["events.jsonl"] = b"\n".join(msgspec.json.encode(line) for line in lines)

    found = verify(forged(tmp_path / "stick.fcb", change), signature_holds).problems
    assert "payload" in found
    assert "chain at 41" in found


def test_another_key_is_not_trusted(desk: Desk, tmp_path: Path) -> None:
    desk.delivery.export(tmp_path / "stick.fcb", "tech")
    assert verify(tmp_path / "stick.fcb", signature_holds, {"00" * 32}).problems == ("unknown-key",)


@pytest.mark.parametrize(
    ("field", "value"),
    [("public_key", "no hex"), ("previous", "zz"), ("epochs", [[1, -1]]), ("format", "other/1"), ("first", "one")],
)
def test_a_manifest_of_nonsense_is_refused_as_no_bundle(desk: Desk, tmp_path: Path, field: str, value: object) -> None:
    desk.delivery.export(tmp_path / "stick.fcb", "tech")

    def change(parts: dict[str, bytes]) -> None:
        manifest = msgspec.json.decode(parts["manifest.json"])
        manifest[field] = value
        parts["manifest.json"] = msgspec.json.encode(manifest)

    with pytest.raises(BadInput) as refused:
        verify(forged(tmp_path / "stick.fcb", change), signature_holds)
    assert refused.value.code == "bad-bundle"


def test_nothing_waiting_is_said(desk: Desk, tmp_path: Path) -> None:
    desk.delivery.export(tmp_path / "stick.fcb", "tech")
    with pytest.raises(BadInput) as refused:
        desk.delivery.export(tmp_path / "again.fcb", "tech")
    assert refused.value.code == "nothing-to-deliver"
    assert not (tmp_path / "again.fcb").exists()


def test_a_stick_that_cannot_be_written_leaves_the_outbox_as_it_was(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        desk.delivery.export(tmp_path / "absent" / "stick.fcb", "tech")
    assert refused.value.code == "cannot-write"
    assert desk.delivery.pending() == 1
