"""Appends readings for ever and acknowledges each on stdout; killed by the test, or stopped by a full disk."""

from __future__ import annotations

import sys
from pathlib import Path

from fieldcal.domain.events import ReadingTaken
from fieldcal.services.ports import Append, Blob
from fieldcal.storage.errors import StoreError
from fieldcal.storage.store import Store


def main(folder: Path, limit: int) -> None:
    store = Store.open(folder)
    if limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    version = len(store.journal.read("run/1"))
    while True:
        event = ReadingTaken("error", version, 1, "shown", "5.00", "kg", "wire", raw="x" * 200)
        blobs = [Blob(b"%d" % version, "text/plain")]
        try:
            store.journal.append(Append("run/1", version, [event], "li", "t", blobs, outbox=True))
        except StoreError as err:
            after = store.journal.head()[0]
            print(err.code, after, store.journal.verify().problems, flush=True)
            return
        version += 1
        print(version, flush=True)


main(Path(sys.argv[1]), int(sys.argv[2]))
