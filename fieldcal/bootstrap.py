"""Composition root: the only place that names concrete classes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldcal import paths
from fieldcal.devices.apart import ReplayerApart
from fieldcal.devices.bench import Bench, is_simulated
from fieldcal.devices.catalog import Catalog
from fieldcal.devices.doctor_desk import DoctorDesk
from fieldcal.devices.gateway import Gateway
from fieldcal.domain import events as ev
from fieldcal.domain.compiled import Compiled
from fieldcal.domain.errors import BadInput
from fieldcal.domain.trials import Simulated, Trials
from fieldcal.driverkit import Decoder, DeviceError
from fieldcal.services import demo
from fieldcal.services.app import Services
from fieldcal.services.bindings import SYSTEM, Bindings
from fieldcal.services.catalogue import load
from fieldcal.services.certificates import Certificates
from fieldcal.services.clock import DemoClock, SystemClock
from fieldcal.services.delivery import Delivery
from fieldcal.services.editions import Editions
from fieldcal.services.procedures import Library
from fieldcal.services.runs import Runs
from fieldcal.services.trust import DriverTrust
from fieldcal.services.workspace import Workspace
from fieldcal.storage.store import Store

if TYPE_CHECKING:
    from fieldcal.services.adoption import Adoptions
    from fieldcal.services.preview import Previews, Stage

DEVICE = "L03"
DEMO_SPEED = 20
THERMO, THERMOMETER = "modbus_generic/thermo_hygrometer", "modbus_generic/thermometer_2ch"
SIMULATED = {  # what plays a role of this capability when a procedure is simulated
    "measure-environment": THERMO, "measure-temperature": THERMOMETER, "measure-pressure": "wika_mensor/cpg2500",
    "measure-mass": "mt_sics",
}  # fmt: skip
ROLES = {"scale": "mt_sics", "environment": THERMO, "thermometer": THERMOMETER}


@dataclass
class SimulatedBench:
    """The demo's instruments on real serial links; `pan` and `probes` are its hands."""

    bench: Bench
    gateway: Gateway
    scale: Any
    climate: Any
    probes: Any
    others: dict[str, Any] = field(default_factory=dict[str, Any])  # by driver, for procedures that are simulated

    def place(self, grams: Decimal) -> None:
        self.scale.place(grams)

    def close(self) -> None:
        self.gateway.close()
        self.bench.close()


def library(workspace: Path | None = None) -> Library:
    return Library(procedure_folders(workspace))


def procedure_folders(workspace: Path | None = None) -> list[Path]:
    """The shipped procedures, then a laboratory's own beside its workspace, which win."""
    own = [workspace / "procedures"] if workspace and (workspace / "procedures").is_dir() else []
    return [paths.resources() / "procedures", *own]


def catalog(folder: Path | None = None, ws: Workspace | None = None) -> Catalog:
    """Shipped drivers first; then those dropped into the workspace, as far as it lets them run."""
    places = [paths.shipped_drivers(), *([folder / "drivers"] if folder else [])]
    if ws is None:
        return Catalog(places)
    trust = DriverTrust(ws)
    return Catalog(places, trust.trusted).runnable(trust.runs)


def decoders(folder: Path | None = None) -> Callable[[str], Decoder | None]:
    """By the name of a protocol, what the drivers at hand make of its frames; each is imported once."""
    return cache(catalog(folder).decoder)


def simulate(task: Trials) -> Simulated:
    """Monte Carlo; numpy costs a tenth of a second to load, so it is not before somebody asks for trials."""
    try:
        from fieldcal.analysis.montecarlo import simulate as run
    except ModuleNotFoundError as error:
        raise BadInput("no-numpy", field="trials", value=error.name, accepted="fieldcal with its libraries") from error
    return run(task)


def simulated_bench(drivers: Catalog, clock: Callable[[], float] | None = None, seed: int = 1) -> SimulatedBench:
    """Every simulator served over a pseudo-terminal, or TCP where there are none."""
    bench, gateway = Bench(), Gateway(drivers)
    timing: dict[str, Any] = {"clock": clock} if clock else {}
    slope = Decimal(6 + seed % 7) / 100_000  # a good scale is never perfect
    scale = drivers.load("mt_sics").simulator(seed=seed, error=lambda load: load * slope, **timing)
    climate = drivers.load(THERMO).simulator(seed=seed, **timing)
    probes = drivers.load(THERMOMETER).simulator(seed=seed, **timing)
    on_it = {"scale": scale, "environment": climate, "thermometer": probes}
    ports = [(role, ROLES[role], bench.attach(role, simulator)) for role, simulator in on_it.items()]
    with ThreadPoolExecutor(len(ports)) as at_once:
        list(at_once.map(lambda one: gateway.bind(*one), ports))
    return SimulatedBench(bench, gateway, scale, climate, probes)


def simulators_for(services: Services, compiled: Compiled) -> dict[str, Any]:
    """On the demo's bench, bound to the procedure's roles: those that a shipped simulator can play. Roles without one,
    and channels and units that it has not, are left to typing."""
    from fieldcal.services.simulate import reads

    stand, gateway = services.bench, services.bench.gateway
    for state in list(gateway.state()):
        gateway.unbind(state.role)
    found: dict[str, Any] = {}
    columns = [column for item in compiled.procedure.items for column in item.columns]
    for role, wanted in compiled.procedure.roles.items():
        driver = SIMULATED.get(wanted.capability)
        if driver is None:
            continue
        simulator = stand.others.get(driver)
        if simulator is None:
            clock = {"clock": services.ws.clock.mono}
            simulator = stand.others[driver] = catalog(services.folder).load(driver).simulator(**clock)
            stand.bench.attach(driver.replace("/", "-"), simulator)
        if any(reads(simulator, column) for column in columns if column.role == role):
            gateway.bind(role, driver, stand.bench.port(driver.replace("/", "-")))
            found[role] = simulator
    return found


def binder(runs: Runs, gateway: Gateway) -> Callable[[str, str], None]:
    """Journals which device serves which role of a run; roles without one are entered by hand."""

    def bind(run: str, actor: str) -> None:
        view = runs.view(run)
        for role in runs.compiled(run).procedure.roles:
            state = next((s for s in gateway.state() if s.role == role and s.linked), None)
            if state is None or view.state in ("review", "signed", "checked", "certified"):
                continue
            binding = gateway.binding(role)
            bound = ev.DeviceBound(
                role, binding.driver_id, binding.driver_hash, binding.port, binding.instrument.serial,
                state.simulated, binding.version, binding.trust, dict(binding.settings),
            )  # fmt: skip
            if view.devices.get(role) != bound:
                runs.bind(run, bound, actor)

    return bind


def opened(store: Store, clock: SystemClock, folder: Path) -> Workspace:
    return Workspace(store.journal, store.blobs, store.signer, clock, library(folder))


def compose(
    store: Store, folder: Path, ws: Workspace, gateway: Gateway, on_close: Callable[[], None], language: str = "zh"
) -> Services:
    from fieldcal.reporting import qr
    from fieldcal.reporting.render import PaperRenderer

    runs = Runs(ws)
    certificates = Certificates(runs, PaperRenderer(), qr, language)
    delivery = Delivery(ws, store.device)

    closing = ExitStack()  # last in, first out; every step runs even if another fails, and only once
    for step in (store.close, store.journal.sign_head, on_close):
        closing.callback(step)
    bindings = Bindings(ws, gateway, is_simulated)
    desk = DoctorDesk(
        gateway.catalog, folder, bindings.bind, bindings.unbind, bindings.remembered, problems=lambda: bindings.problems
    )
    services = Services(
        ws, runs, certificates, delivery, gateway, folder, binder(runs, gateway),
        ws.catalogue.demo, demo.PINS if ws.catalogue.demo else {}, None, closing.close,
        replayer=ReplayerApart(gateway.catalog), doctor=desk,
        adopting=lambda: adoptions(ws, folder), previewing=lambda: previews(folder, ws), simulate=simulate,
    )  # fmt: skip
    bindings.actor = lambda: services.person.id if services.person else SYSTEM
    bindings.restore()
    return services


def adoptions(ws: Workspace, folder: Path) -> Adoptions:
    from fieldcal.reporting import qr
    from fieldcal.services.adoption import Adoptions

    return Adoptions(ws, procedure_folders(folder), qr)


def previews(folder: Path | None, ws: Workspace | None = None) -> Previews:
    """The files at hand and, with a workspace, the revisions it adopted that differ from them."""
    from fieldcal.services.preview import Previews

    def adopted() -> list[Compiled]:
        if ws is None:
            return []
        kept = [[c, *(file for _, file in Editions(ws).adopted(c.procedure.id))] for c in ws.library.all()]
        return [found[-1] for found in kept if found[-1] is not found[0]]

    return Previews(lambda: procedure_folders(folder), adopted, preview_stage)


def preview_stage() -> Stage:
    """A demo workspace in a folder that goes with it; its waiting times pass at once."""
    from tempfile import TemporaryDirectory

    from fieldcal.services.preview import Stage

    home, clock = TemporaryDirectory(prefix="fieldcal-", ignore_cleanup_errors=True), DemoClock(1, jump=True)
    services = open_demo(Path(home.name) / "preview", clock=clock, link_clock=clock.mono)
    return Stage(services, simulators_for, home.cleanup)


def make_demo(folder: Path, clock: SystemClock, seed: int = 1) -> None:
    """A demo workspace on disk; raises a StoreError when there is one already."""
    store = Store.create(folder, DEVICE, seed=f"fieldcal demo {seed}".encode())
    try:
        ws = opened(store, clock, folder)
        if not ws.library.all():
            raise BadInput("no-procedures", field="resources", value=paths.resources(), accepted="procedures/*.toml")
        demo.fill(ws, DEVICE, getattr(clock, "speed", 1))
    finally:
        store.close()


def open_demo(
    folder: Path,
    *,
    clock: DemoClock | None = None,
    seed: int = 1,
    link_clock: Callable[[], float] | None = None,
    tell: Callable[[str], None] = lambda _step: None,
) -> Services:
    """Opens (and if need be makes) and checks the demo workspace, with the simulated bench linked.

    `tell` hears each step: open, check, devices.
    """
    clock = clock or DemoClock(DEMO_SPEED)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "fieldcal.db").exists():
        make_demo(folder, clock, seed)
    store = checked(folder, tell)
    try:
        require_demo(store, folder)
        tell("devices")
        ws = opened(store, clock, folder)
        bench = simulated_bench(catalog(folder, ws), link_clock, seed)
    except (DeviceError, BadInput):
        store.close()
        raise
    services = compose(store, folder, ws, bench.gateway, bench.close)
    services.bench = bench
    services.runs.recover()
    return services


def require_demo(store: Store, folder: Path) -> None:
    """Raises BadInput: the demo's fast clock and simulated bench must not write into a laboratory's record."""
    if not load(store.journal).demo:
        raise BadInput("not-a-demo", field="--workspace", value=folder, accepted="a demo workspace or an empty folder")


def open_workspace(folder: Path, language: str = "zh", tell: Callable[[str], None] = lambda _step: None) -> Services:
    """A workspace of a laboratory, with the drivers found beside it. Raises a StoreError."""
    store = checked(folder, tell)
    ws = opened(store, SystemClock(), folder)
    gateway = Gateway(catalog(folder, ws))
    services = compose(store, folder, ws, gateway, gateway.close, language)
    services.runs.recover()
    return services


def checked(folder: Path, tell: Callable[[str], None]) -> Store:
    """The open store, its links and signed heads recomputed. Raises a StoreError."""
    tell("open")
    store = Store.open(folder)
    try:
        tell("check")
        store.check_links()
    except BaseException:
        store.close()
        raise
    return store


def is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def signature_holds(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Ed25519; False for anything that doesn't hold."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
