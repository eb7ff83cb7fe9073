"""One thread per port: it opens, identifies, runs jobs, reconnects, and can be given up as stuck."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import Any

from fieldcal.devices.errors import DriverFailed, OtherInstrument, Stuck
from fieldcal.devices.link import StreamLink
from fieldcal.devices.loader import Loaded, guarded
from fieldcal.driverkit import Cancelled, DeviceError, DeviceFault, Disconnected, Driver, Identity
from fieldcal.driverkit.capability import method_name, result_problem


@dataclass(frozen=True)
class _Job:
    capability: str
    args: dict[str, Any]
    future: Future[Any]


class DeviceSession:
    TEND, GRACE = 0.3, 3.0  # s: between two looks at the port, from a cancel to being stuck

    def __init__(
        self,
        open_link: Callable[[], StreamLink],
        loaded: Loaded,
        expected: Identity | None = None,
        changed: Callable[[DeviceSession], None] = lambda _session: None,
    ) -> None:
        """`expected`: no other instrument will do. `changed` is called after whatever may have changed our state."""
        self._open_link, self._loaded, self._changed = open_link, loaded, changed
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._running: _Job | None = None
        self._link: StreamLink | None = None
        self._driver: Driver | None = None
        self._over = False
        self._slept = False
        self.identity = expected
        self.found: Identity | None = None  # who answers in its place
        self.error = ""
        self._thread = Thread(target=self._serve, daemon=True, name="device-session")
        self._thread.start()

    @property
    def linked(self) -> bool:
        return self._link is not None and not self._over

    @property
    def capabilities(self) -> frozenset[str]:
        driver = self._driver
        return driver.capabilities if driver else frozenset(self._loaded.manifest.capabilities)

    @property
    def channels(self) -> tuple[str, ...]:
        return self._driver.channels if self._driver else ()

    def submit(self, capability: str, **args: Any) -> Future[Any]:
        """A Future of what the driver's method returns; it fails with a DeviceError and nothing else."""
        future: Future[Any] = Future()
        if self._over:
            future.set_exception(Stuck(self.error) if self.error == Stuck.code else Cancelled("closed"))
        elif capability not in self.capabilities:
            future.set_exception(DeviceFault("not-capable", capability))
        else:
            self._jobs.put(_Job(capability, args, future))
        return future

    def cancel(self) -> None:
        """Stop the running call; if its thread is not back in three seconds the session is stuck."""
        job, link = self._running, self._link
        if job is None:
            return
        if link:
            link.cancel()
        watchdog = Timer(self.GRACE, self._judge, [job])
        watchdog.daemon = True
        watchdog.start()

    def forget(self) -> None:
        """The computer slept: the running call ends, the port is opened and the instrument identified anew."""
        self._slept = True
        if link := self._link:
            link.cancel()

    def close(self) -> None:
        self._over = True
        self._jobs.put(None)
        if link := self._link:
            link.cancel()
        self._thread.join(self.GRACE)
        self._fail_all(Stuck("closed while running") if self._thread.is_alive() else Cancelled("closed"))

    def _judge(self, job: _Job) -> None:
        if self._running is job:
            self._over, self.error = True, Stuck.code
            self._fail_all(Stuck(job.capability))
            self._changed(self)

    def _fail_all(self, error: DeviceError) -> None:
        if job := self._running:
            _settle(job, error=error)
        while True:
            try:
                waiting = self._jobs.get_nowait()
            except Empty:
                return
            if waiting is None:
                self._jobs.put(None)  # it was for the thread
                return
            _settle(waiting, error=error)

    def _serve(self) -> None:
        while not self._over:
            try:
                job = self._jobs.get(timeout=self.TEND)
            except Empty:
                self._tend()
                self._changed(self)
                continue
            if job and job.future.set_running_or_notify_cancel():
                self._running = job
                self._do(job)
                self._running = None
        self._drop()

    def _do(self, job: _Job) -> None:
        try:
            self._wake()
            result = self._call(self._connected(), job)
        except DeviceError as error:
            self._mind(error)
            self._changed(self)
            _settle(job, error=error)
        else:
            self.error = ""
            self._changed(self)
            _settle(job, result)

    def _call(self, driver: Driver, job: _Job) -> Any:
        result = guarded(lambda: getattr(driver, method_name(job.capability))(**job.args))
        if problem := result_problem(job.capability, result):
            raise DriverFailed(problem)
        return result

    def _connected(self) -> Driver:
        if self._link and self._driver:
            return self._driver
        link = guarded(self._open_link)
        self._link = link
        try:
            driver = self._loaded.driver(link)
            identity = self._call(driver, _Job("identify", {}, Future()))
            if self.identity is not None and self.identity != identity:
                self.found = identity
                raise OtherInstrument(self.identity, identity)
        except DeviceError:
            self._drop()
            raise
        self._driver, self.identity, self.found = driver, identity, None
        return driver

    def _mind(self, error: DeviceError) -> None:
        if self._over and self.error == Stuck.code:
            return
        self.error = error.code
        if isinstance(error, (Disconnected, Cancelled)):
            self._drop()
        elif self._link:
            self._link.distrust()

    def _tend(self) -> None:
        """See whether the cable was pulled, or is back with the same instrument on it."""
        try:
            self._wake()
            if self._link:
                self._link.check()
            elif self.identity:
                self._connected()
                self.error = ""
        except DeviceError as error:
            self._mind(error)

    def _wake(self) -> None:
        if self._slept:
            self._slept = False
            self._drop()

    def _drop(self) -> None:
        link, self._link = self._link, None
        try:
            if link:
                link.close()
        except DeviceError:
            pass  # it is gone anyway


def _settle(job: _Job, result: Any = None, error: DeviceError | None = None) -> None:
    try:
        if error:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)
    except InvalidStateError:
        pass  # given up or cancelled meanwhile
