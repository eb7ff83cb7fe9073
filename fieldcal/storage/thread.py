"""The one thread that owns the one connection; appends go before reads that wait."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple[Callable[[], Any], "Future[Any]"]


class StorageThread:
    """`call` blocks until done and raises what the job raised; after `stop` every call is refused."""

    def __init__(self, name: str = "storage") -> None:
        self._urgent: deque[Job] = deque()
        self._waiting: deque[Job] = deque()
        self._bell = threading.Semaphore(0)
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def call(self, job: Callable[[], T], *, urgent: bool = False) -> T:
        if threading.current_thread() is self._thread:
            return job()
        return self.submit(job, urgent=urgent).result()

    def submit(self, job: Callable[[], T], *, urgent: bool = False) -> Future[T]:
        """Raises RuntimeError after stop()."""
        done: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise RuntimeError("the store is closed")
            (self._urgent if urgent else self._waiting).append((job, done))
        self._bell.release()
        return done

    def stop(self, last: Callable[[], None] | None = None) -> None:
        """Finishes what was queued, then `last`, then ends the thread; calling it twice is harmless."""
        with self._gate:
            first, self._closed = not self._closed, True
            if first and last:
                self._waiting.append((last, Future()))
                self._bell.release()
        if first:
            self._bell.release()
        self._thread.join()

    def _work(self) -> None:
        while True:
            self._bell.acquire()
            queue = self._urgent or self._waiting
            if not queue:
                return  # the ring of stop(), after everything before it was done
            job, done = queue.popleft()
            if not done.set_running_or_notify_cancel():
                continue
            try:
                done.set_result(job())
            except BaseException as err:
                done.set_exception(err)
            del job, done  # a waiting thread must not keep the last result alive
