"""What was changed behind the program's back is found, and said with exit code 1."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

from tests.cli.conftest import Command


def change_a_body(workspace: Path, seq: int) -> None:
    """As somebody with a database tool and no scruples would: without the guards."""
    con = sqlite3.connect(workspace / "fieldcal.db")
    (guards,) = [con.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()]
    for name, _ in guards:
        con.execute(f'DROP TRIGGER "{name}"')
    (body,) = con.execute("SELECT body FROM event WHERE seq = ?", (seq,)).fetchone()
    flipped = bytearray(body)
    flipped[len(body) // 2] ^= 1
    con.execute("UPDATE event SET body = ? WHERE seq = ?", (bytes(flipped), seq))
    for _, sql in guards:
        con.execute(sql)
    con.commit()
    con.close()


def test_one_flipped_byte_of_a_record_is_found_and_its_place_named(fieldcal: Command, workspace: Path) -> None:
    assert fieldcal("journal", "verify", "--workspace", workspace).code == 0
    change_a_body(workspace, 100)
    told = fieldcal("journal", "verify", "--workspace", workspace, "--json")
    assert told.code == 1
    assert any("100" in problem for problem in told.data["problems"])
    assert "100" in fieldcal("journal", "verify", "--workspace", workspace).out
    assert fieldcal("doctor", "--workspace", workspace).code == 1
    assert fieldcal("backup", workspace / "copy.db", "--workspace", workspace).code == 2


def test_a_flipped_byte_of_a_bundle_is_found(fieldcal: Command, demo_out: Path, tmp_path: Path) -> None:
    assert fieldcal("bundle", "verify", demo_out / "bundle.fcb").code == 0
    data = bytearray((demo_out / "bundle.fcb").read_bytes())
    at = data.index(b"events.jsonl") + 5000
    data[at] ^= 1
    (tmp_path / "bad.fcb").write_bytes(data)
    told = fieldcal("bundle", "verify", tmp_path / "bad.fcb")
    assert told.code in (1, 2)
    assert "bad.fcb" in told.out + told.err or "payload" in told.out


def test_a_bundle_put_together_again_with_another_event_is_found(
    fieldcal: Command, demo_out: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(demo_out / "bundle.fcb") as old, zipfile.ZipFile(tmp_path / "new.fcb", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b'"seq":7', b'"seq":8', 1) if name == "events.jsonl" else data)
    told = fieldcal("bundle", "verify", tmp_path / "new.fcb", "--json")
    assert told.code == 1
    assert "payload" in told.data["problems"]


def test_a_paper_is_proven_by_file_and_by_text(fieldcal: Command, workspace: Path, paper: Path) -> None:
    from fieldcal.reporting.embedded import extract

    text = extract(paper.read_bytes())
    for way in ([paper], ["--qr", text]):
        told = fieldcal("certificate", "verify", *way, "--workspace", workspace, "--json")
        assert (told.code, told.data["status"]) == (0, "VALID")
        assert paper.name.removesuffix("-certificate.pdf") in told.data["fields"].values()


def test_a_changed_code_another_key_and_a_paper_without_one_are_told_apart(
    fieldcal: Command, workspace: Path, paper: Path, tmp_path: Path
) -> None:
    from reportlab.pdfgen.canvas import Canvas

    from fieldcal.reporting.embedded import extract

    text = extract(paper.read_bytes())
    changed = text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:]
    told = fieldcal("certificate", "verify", "--qr", changed, "--workspace", workspace)
    assert (told.code, told.out.split()[0]) == (1, "BAD_SIGNATURE")
    other = tmp_path / "other"
    assert fieldcal("demo", "--headless", "--out", tmp_path / "strange", "--seed", "2").code == 0
    other = tmp_path / "strange" / "workspace"
    told = fieldcal("certificate", "verify", "--qr", text, "--workspace", other)
    assert (told.code, told.out.split()[0]) == (1, "UNKNOWN_KEY")
    told = fieldcal("certificate", "verify", "--qr", "https://example.org/", "--workspace", workspace)
    assert (told.code, told.out.split()[0]) == (1, "MALFORMED")
    assert fieldcal("certificate", "verify", "--qr", "", "--workspace", workspace).code == 1
    blank = Canvas(str(tmp_path / "blank.pdf"))
    blank.drawString(100, 100, "nothing signed")
    blank.save()
    told = fieldcal("certificate", "verify", tmp_path / "blank.pdf", "--workspace", workspace, "--lang", "en")
    assert told.code == 2
    assert "No signed code" in told.err
    assert "blank.pdf" in told.err
