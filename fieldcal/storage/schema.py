"""Tables, guards and the fingerprint that says they are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the check before the window reads the constants alone
    import sqlite3

FILE = "fieldcal.db"
APPLICATION_ID = 0x46434C31  # "FCL1"
MAJOR, MINOR = 1, 0
VERSION = MAJOR * 1000 + MINOR

GUARDED = ("blob", "device_key", "epoch", "event", "head", "receipt")
PROJECTIONS = ("run_summary", "certificate_index", "site", "instrument_due")
READABLE = (*PROJECTIONS, "outbox")

TABLES = (
    """CREATE TABLE event(seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INT NOT NULL,
    type TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL,
    UNIQUE(stream, version)) STRICT""",
    """CREATE TABLE epoch(number INTEGER PRIMARY KEY, first_seq INT NOT NULL, device TEXT NOT NULL,
    reason TEXT NOT NULL) STRICT""",
    """CREATE TABLE head(seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, key_id TEXT NOT NULL,
    signature BLOB NOT NULL, signed_at TEXT NOT NULL) STRICT""",
    "CREATE TABLE device_key(key_id TEXT PRIMARY KEY NOT NULL, public_key BLOB NOT NULL) STRICT",
    """CREATE TABLE receipt(seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, server_key TEXT NOT NULL,
    signature BLOB NOT NULL, received_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE blob(sha256 BLOB PRIMARY KEY NOT NULL, media TEXT NOT NULL, size INT NOT NULL,
    bytes BLOB NOT NULL) STRICT""",
    """CREATE TABLE outbox(event_seq INTEGER PRIMARY KEY REFERENCES event, attempts INT NOT NULL,
    next_at TEXT, error TEXT NOT NULL, delivered TEXT NOT NULL) STRICT""",
    """CREATE TABLE run_summary(stream TEXT PRIMARY KEY NOT NULL, instrument TEXT NOT NULL,
    procedure TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, verdict TEXT NOT NULL,
    technician TEXT NOT NULL, updated TEXT NOT NULL, number TEXT NOT NULL) STRICT""",
    """CREATE TABLE certificate_index(number TEXT PRIMARY KEY NOT NULL, stream TEXT NOT NULL,
    document TEXT NOT NULL, issued TEXT NOT NULL, valid_to TEXT NOT NULL, status TEXT NOT NULL,
    serial TEXT NOT NULL, client TEXT NOT NULL) STRICT""",
    """CREATE TABLE site(id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    client TEXT NOT NULL) STRICT""",
    """CREATE TABLE instrument_due(id TEXT PRIMARY KEY NOT NULL, site TEXT NOT NULL, place TEXT NOT NULL,
    procedure TEXT NOT NULL, serial TEXT NOT NULL, valid_to TEXT NOT NULL, last_result TEXT NOT NULL,
    run TEXT NOT NULL) STRICT""",
    "CREATE INDEX certificate_stream ON certificate_index(stream)",
)
FINGERPRINT = "cdcbe4799e2775ee20c3a7702459579e0b94ab2b651d59500b93b270fad8a832"


def guards() -> list[str]:
    """Statements that (re)create the guard triggers: what is written once is never changed."""
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in GUARDED
        for verb in ("update", "delete")
    ]


def fingerprint(con: sqlite3.Connection) -> str:
    """SHA-256 over the definitions of the guarded tables, their indexes and their triggers."""
    import hashlib

    marks = ",".join("?" * len(GUARDED))
    rows = con.execute(
        f"SELECT type, name, sql FROM sqlite_schema WHERE tbl_name IN ({marks}) AND sql IS NOT NULL "
        "ORDER BY type, name",
        GUARDED,
    )
    digest = hashlib.sha256()
    for row in rows:
        digest.update("\0".join(row).encode() + b"\n")
    return digest.hexdigest()
