"""Runs work off the GUI thread and delivers its outcome on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Done = Callable[[Any], None]
Failed = Callable[[Exception], None]
Run = Callable[[Callable[[], Any], Done, Failed], None]


def inline(work: Callable[[], Any], ok: Done, bad: Failed) -> None:
    """A `Run` that works at once on the calling thread: for tests and for the command line."""
    try:
        outcome = work()
    except Exception as error:
        bad(error)
    else:
        ok(outcome)


class Runner(QObject):
    """Lives on the GUI thread. One worker, so jobs of one kind never overlap."""

    _done = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def __call__(self, work: Callable[[], Any], ok: Done, bad: Failed) -> None:
        self._workers().submit(work).add_done_callback(lambda future: self._done.emit(future, ok, bad))

    def _workers(self) -> ThreadPoolExecutor:
        if self._pool is None:  # the first job comes after the first page
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fieldcal-job")
        return self._pool

    @Slot(object, object, object)
    def _deliver(self, future: Future[Any], ok: Done, bad: Failed) -> None:
        if self._closed or future.cancelled():  # whoever asked may be gone already
            return
        error = future.exception()
        if error is None:
            ok(future.result())
        elif isinstance(error, Exception):
            bad(error)
        else:
            raise error

    def close(self) -> None:
        """Called once, before the QApplication ends; waits, so no thread outlives its objects. What it still
        brings reaches nobody."""
        self._closed = True
        self._workers().shutdown(wait=True, cancel_futures=True)
