"""A driver goes from van to van as one file; what it is worth is decided by its bytes, each time."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fieldcal import paths
from fieldcal.devices import shipped
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.loader import DriverFailed
from fieldcal.devices.pack import BadPack, BadSignature, OlderPack, install, opened, pack, settle
from fieldcal.devices.seal import UnsignedDriver, holds, read_seal, standing
from fieldcal.devices.shipped import list_of
from fieldcal.driverkit.folder import SEAL, files_of, folder_hash

ROOT = Path(__file__).resolve().parents[2]
KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
PUBLIC, KID = KEY.public_key().public_bytes_raw(), "00112233aabbccdd"
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32).public_key().public_bytes_raw()


def trusted(key: str) -> bytes | None:
    return PUBLIC if key == KID else None


@pytest.fixture
def gauge(tmp_path: Path) -> Path:
    """A driver of one's own, outside any workspace."""
    folder = tmp_path / "mine" / "gauge_template"
    shutil.copytree(paths.resources() / "driver_template", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "drivers"


def signed(folder: Path) -> bytes:
    return pack(folder, KID, KEY.sign)[1]


def newer(folder: Path, version: str) -> None:
    file = folder / "driver.toml"
    lines = file.read_text("utf-8").splitlines()
    told = [f'version = "{version}"' if line.startswith("version") else line for line in lines]
    file.write_text("\n".join([*told, ""]), "utf-8")


def rezipped(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {entry.filename: file.read(entry) for entry in file.infolist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def test_the_list_of_shipped_drivers_is_current() -> None:
    real = paths.resources() / "drivers.sha256"
    assert real.read_text("ascii") == list_of(paths.shipped_drivers()), "python -m fieldcal.devices.shipped"


def test_every_shipped_driver_stands_as_shipped() -> None:
    entries = Catalog([paths.shipped_drivers()]).entries()
    assert entries
    assert {entry.standing.trust for entry in entries} == {"shipped"}


def test_a_copy_of_a_shipped_driver_elsewhere_is_not_shipped(tmp_path: Path) -> None:
    shutil.copytree(paths.shipped_drivers() / "nmea0183", tmp_path / "nmea0183")
    assert standing(tmp_path / "nmea0183").trust == "unsigned"


def test_a_shipped_driver_with_one_changed_byte_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(paths.shipped_drivers() / "nmea0183", tmp_path / "drivers" / "nmea0183")
    monkeypatch.setattr(paths, "shipped_drivers", lambda: tmp_path / "drivers")
    (tmp_path / "list").write_text(list_of(tmp_path / "drivers"), "ascii")
    monkeypatch.setattr(shipped, "listed", lambda: tmp_path / "list")
    folder = tmp_path / "drivers" / "nmea0183"
    assert standing(folder).trust == "shipped"
    flip(folder / "driver.py", 100)
    assert standing(folder).trust == "unsigned"


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def test_the_same_driver_is_the_same_file_to_the_byte(gauge: Path, tmp_path: Path) -> None:
    again = shutil.copytree(gauge, tmp_path / "again" / gauge.name)
    os.utime(again / "driver.py", (1, 1))
    assert signed(gauge) == signed(again)


def test_a_signed_pack_of_a_trusted_publisher_is_installed_as_signed(gauge: Path, place: Path) -> None:
    done = install(signed(gauge), place, trusted)
    assert (done.standing.trust, done.standing.publisher, done.replaced) == ("signed", KID, "")
    assert done.folder == place / "gauge_template"
    assert folder_hash(done.folder) == folder_hash(gauge)
    assert Catalog([place], trusted).load("gauge_template").trust == "signed"
    assert Catalog([place], trusted).describe("gauge_template").trust == "signed"


def test_trust_that_is_withdrawn_is_withdrawn_at_the_next_look(gauge: Path, place: Path) -> None:
    folder = install(signed(gauge), place, trusted).folder
    assert standing(folder, trusted).trust == "signed"
    assert (standing(folder).trust, standing(folder).why) == ("unsigned", "unknown-publisher")
    assert standing(folder, lambda _: OTHER).why == "bad-signature"


def test_unsigned_and_unknown_packs_are_installed_and_said_to_be_so(gauge: Path, place: Path) -> None:
    plain = install(pack(gauge)[1], place, trusted)
    assert (plain.standing.trust, plain.standing.why) == ("unsigned", "no-signature")
    foreign = install(signed(gauge), place)
    assert (foreign.standing.trust, foreign.standing.why) == ("unsigned", "unknown-publisher")


def test_a_signature_by_somebody_else_under_a_trusted_name_is_refused(gauge: Path, place: Path) -> None:
    with pytest.raises(BadSignature):
        install(signed(gauge), place, lambda _: OTHER)
    assert not place.exists()


def test_each_byte_of_every_file_counts(gauge: Path, place: Path) -> None:
    folder, source = install(signed(gauge), place, trusted).folder, random.Random(3)
    for file in [*files_of(folder), folder / SEAL]:
        whole = file.read_bytes()
        for at in {0, len(whole) - 1, *(source.randrange(len(whole)) for _ in range(12))}:
            flip(file, at)
            assert standing(folder, trusted).trust == "unsigned", f"{file.name} {at}"
            file.write_bytes(whole)
    assert standing(folder, trusted).trust == "signed"


@pytest.mark.parametrize("name", ["more.py", "maps/other.toml", "README.zh.md"])
def test_a_file_added_or_taken_away_ends_the_trust(gauge: Path, place: Path, name: str) -> None:
    folder = install(signed(gauge), place, trusted).folder
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("")
    assert standing(folder, trusted).why == "changed"
    (folder / name).unlink()
    (folder / "README.md").unlink()
    assert standing(folder, trusted).why == "changed"


def test_a_link_in_the_folder_ends_the_trust(gauge: Path, place: Path, tmp_path: Path) -> None:
    folder = install(signed(gauge), place, trusted).folder
    (folder / "driver.py").rename(tmp_path / "driver.py")
    (folder / "driver.py").symlink_to(tmp_path / "driver.py")
    assert standing(folder, trusted).trust == "unsigned"


def test_compiled_code_laid_beside_a_signed_driver_never_runs(gauge: Path, place: Path) -> None:
    """Python would take it for the compiled form of the file, whose hash still holds."""
    folder = install(signed(gauge), place, trusted).folder
    import importlib.util
    import py_compile

    good = (folder / "driver.py").read_bytes()
    times = (folder / "driver.py").stat()
    evil = b'raise RuntimeError("not what was signed")\n'.ljust(len(good), b"#")
    (folder / "driver.py").write_bytes(evil)
    os.utime(folder / "driver.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    cache = importlib.util.cache_from_source(str(folder / "driver.py"))
    py_compile.compile(str(folder / "driver.py"), cache, doraise=True)
    (folder / "driver.py").write_bytes(good)
    os.utime(folder / "driver.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(RuntimeError, match="not what was signed"):
        run_as_python_would(folder / "driver.py")
    assert standing(folder, trusted).trust == "signed"
    assert Catalog([place], trusted).load("gauge_template").trust == "signed"


def run_as_python_would(file: Path) -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("as_python_would", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.modules.pop("as_python_would", None)


def test_no_spoilt_byte_of_a_pack_is_ever_installed_as_something_else(gauge: Path, place: Path) -> None:
    data, truth = signed(gauge), folder_hash(gauge)
    source = random.Random(11)
    refused = 0
    for at in sorted(source.sample(range(len(data)), 400)):
        spoilt = bytearray(data)
        spoilt[at] ^= 1 << source.randrange(8)
        shutil.rmtree(place, ignore_errors=True)
        try:
            done = install(bytes(spoilt), place, trusted)
        except BadPack:
            refused += 1
            assert not place.exists() or not any(place.iterdir())
        else:
            assert folder_hash(done.folder) == truth
            assert done.standing == standing(done.folder, trusted)
    assert refused > 300


@pytest.mark.parametrize("size", [0, 1, 3, 4, 100, 1000])
def test_half_a_file_is_refused(gauge: Path, place: Path, size: int) -> None:
    with pytest.raises(BadPack):
        install(signed(gauge)[:size], place, trusted)


@pytest.mark.parametrize(
    "name",
    ["../evil.py", "/etc/evil.py", "gauge_template/../../evil.py", "C:/evil.py", "gauge_template\\..\\evil.py",
     "gauge_template/con.py", "gauge_template/a b.py", "gauge_template/.hidden", "gauge_template/x.", "other/driver.py",
     "gauge_template/a/b/c/d/e.py", "gauge_template/ünicode.py", "gauge_template/DRIVER.PY"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(gauge: Path, place: Path, tmp_path: Path, name: str) -> None:
    bad = rezipped(signed(gauge), lambda parts: parts.update({name: b"x = 1\n"}))
    with pytest.raises(BadPack):
        install(bad, place, trusted)
    assert not place.exists()
    assert not list(tmp_path.rglob("evil*"))


def test_a_bomb_a_link_and_a_giant_are_refused(gauge: Path, place: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("gauge_template/driver.py", b"\0" * 50_000_000)
    link = zipfile.ZipInfo("gauge_template/driver.py")
    link.external_attr = 0o120777 << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as file:
        file.writestr(link, "/etc/passwd")
    giant = rezipped(signed(gauge), lambda parts: parts.update({"gauge_template/big.bin": b"\0" * 3_000_000}))
    for bad in (out.getvalue(), linked.getvalue(), giant):
        with pytest.raises(BadPack):
            install(bad, place, trusted)
    assert not place.exists()


@pytest.mark.parametrize("line", ['version = "9.9.9"', 'id = "other"', "api = 2", "format = 2"])
def test_a_seal_that_says_something_else_than_the_manifest_is_refused(gauge: Path, place: Path, line: str) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name, lines = f"gauge_template/{SEAL}", parts[f"gauge_template/{SEAL}"].decode().splitlines()
        told = [line if old.partition(" ")[0] == line.partition(" ")[0] else old for old in lines]
        parts[name] = "\n".join(told).encode()

    with pytest.raises(BadPack):
        install(rezipped(pack(gauge)[1], change), place, trusted)


def test_no_two_seals_have_the_same_signed_text() -> None:
    """A line end in a field would let one text stand for two drivers."""
    bad = 'format = 1\nid = "a_b\\n1.0.0"\nversion = "1.0.0"\napi = 1\n[files]\n'
    with pytest.raises(BadPack):
        read_seal(bad.encode())
    assert not holds(b"", "", b"")


def test_a_newer_version_replaces_and_an_older_one_is_refused(gauge: Path, place: Path) -> None:
    install(signed(gauge), place, trusted)
    old = signed(gauge)
    newer(gauge, "1.10.0")
    (gauge / "README.md").write_text("new", "utf-8")
    done = install(signed(gauge), place, trusted)
    assert done.replaced == opened(old)[0].version
    assert (done.folder / "README.md").read_text("utf-8") == "new"
    with pytest.raises(OlderPack):
        install(old, place, trusted)
    assert standing(done.folder, trusted).trust == "signed"
    assert [path.name for path in place.iterdir()] == ["gauge_template"]


def test_what_a_power_cut_left_is_settled_at_the_next_installation(gauge: Path, place: Path) -> None:
    folder = install(signed(gauge), place, trusted).folder
    folder.rename(place / ".gauge_template.old")
    half = place / ".gauge_template.new"
    half.mkdir()
    (half / "driver.toml").write_text("half")
    assert Catalog([place]).entries() == []
    settle(place)
    assert standing(folder, trusted).trust == "signed"
    assert [path.name for path in place.iterdir()] == ["gauge_template"]


def test_a_folder_cannot_take_the_name_of_an_earlier_one_unnoticed(gauge: Path, tmp_path: Path) -> None:
    shutil.copytree(gauge, tmp_path / "own" / gauge.name)
    entry = Catalog([gauge.parent, tmp_path / "own"]).entries()[0]
    assert (entry.folder, entry.hidden) == (gauge, [tmp_path / "own" / gauge.name])


@pytest.mark.parametrize("name", ["con.txt", "a b.txt", "größe.txt"])
def test_a_folder_with_a_name_no_pack_takes_is_not_packed(gauge: Path, name: str) -> None:
    (gauge / name).write_text("x")
    with pytest.raises(BadPack):
        pack(gauge)


def test_a_catalogue_of_what_may_run_neither_lists_nor_loads_the_rest(gauge: Path, place: Path) -> None:
    install(signed(gauge), place, trusted)
    (place / "gauge_template" / "README.md").write_text("changed", "utf-8")
    everything = Catalog([paths.shipped_drivers(), place], trusted)
    allowed = everything.runnable(lambda trust: trust != "unsigned")
    assert "gauge_template" in [entry.folder.name for entry in everything.entries()]
    assert "gauge_template" not in [entry.folder.name for entry in allowed.entries()]
    assert everything.load("gauge_template").trust == "unsigned"
    for ask in (allowed.load, allowed.describe):
        with pytest.raises(UnsignedDriver):
            ask("gauge_template")
    assert everything.decoder("gauge-template") is not None
    assert allowed.decoder("gauge-template") is None


def test_a_catalogue_can_be_cut_to_some_drivers(gauge: Path, place: Path) -> None:
    install(signed(gauge), place, trusted)
    some = Catalog([paths.shipped_drivers(), place], trusted, only={"nmea0183"})
    assert [entry.folder.name for entry in some.entries()] == ["nmea0183"]
    with pytest.raises(DriverFailed):
        some.load("gauge_template")


KILLED = """
import shutil, sys
from pathlib import Path
from fieldcal.devices.pack import install
old, new, place = (Path(name) for name in sys.argv[1:])
print("on", flush=True)
while True:
    if (place / "gauge_template").exists():
        (place / "gauge_template").rename(place.parent / "gone")
        shutil.rmtree(place.parent / "gone")
    install(old.read_bytes(), place)
    install(new.read_bytes(), place)
"""


def test_a_program_killed_while_installing_leaves_a_whole_driver_or_none(gauge: Path, tmp_path: Path) -> None:
    """Whatever is found under its name is, to the byte, one of the two versions; the next installation settles all."""
    place = tmp_path / "workspace" / "drivers"
    files, hashes_of = [tmp_path / "old.fcpack", tmp_path / "new.fcpack"], set[str]()
    for file, version in zip(files, ("1.0.0", "1.1.0"), strict=True):
        newer(gauge, version)
        (gauge / "README.md").write_text(version * 5000, "utf-8")
        file.write_bytes(signed(gauge))
        hashes_of.add(folder_hash(gauge))
    source = random.Random(5)
    for _ in range(8):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, *map(str, [*files, place])], stdout=subprocess.PIPE, cwd=ROOT
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(source.uniform(0.05, 0.25))
        child.kill()
        child.communicate()
        for entry in Catalog([place], trusted).entries():
            assert folder_hash(entry.folder) in hashes_of
            assert entry.standing.trust == "signed"
        shutil.rmtree(place.parent / "gone", ignore_errors=True)
        assert install(files[1].read_bytes(), place, trusted).standing.trust == "signed"
        assert [path.name for path in place.iterdir()] == ["gauge_template"]
