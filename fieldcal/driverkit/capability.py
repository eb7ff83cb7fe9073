"""One Protocol per capability; its name in a manifest is the method's name with hyphens."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol, cast, runtime_checkable

from fieldcal.driverkit.driver import Identity, Reading


@runtime_checkable
class Identify(Protocol):
    def identify(self) -> Identity: ...


@runtime_checkable
class MeasureMass(Protocol):
    def measure_mass(self, *, settle: float) -> Reading:
        """Wait up to `settle` seconds for a stable weight; never returns an unstable one."""
        ...


@runtime_checkable
class LiveMass(Protocol):
    def live_mass(self) -> Reading:
        """The weight at this moment, stable or not."""
        ...


@runtime_checkable
class MeasureEnvironment(Protocol):
    def measure_environment(self) -> dict[str, Reading]:
        """`temperature` in °C, `humidity` in %, and `pressure` in hPa where there is a sensor."""
        ...


@runtime_checkable
class MeasureTemperature(Protocol):
    def measure_temperature(self, channel: str) -> Reading: ...


@runtime_checkable
class MeasurePressure(Protocol):
    def measure_pressure(self, channel: str) -> Reading: ...


@runtime_checkable
class MeasureElectrical(Protocol):
    def measure_electrical(self, channel: str) -> Reading:
        """Voltage, current, resistance, frequency or power, as the channel names it."""
        ...


@runtime_checkable
class MeasureEnergy(Protocol):
    def measure_energy(self, channel: str) -> Reading:
        """A register of a meter: energy, power, voltage or current of the meter's own measurement."""
        ...


@runtime_checkable
class MeasureVolume(Protocol):
    def measure_volume(self, channel: str) -> Reading:
        """Flow or totalised volume or mass of a flow meter."""
        ...


@runtime_checkable
class Position(Protocol):
    def position(self) -> dict[str, str]:
        """`lat` and `lon` as signed degrees with six decimals, `time` in UTC, `status` ok or void."""
        ...


@runtime_checkable
class ReadCode(Protocol):
    def read_code(self, *, settle: float) -> str:
        """The next code that is scanned within `settle` seconds."""
        ...


@runtime_checkable
class PrintLabel(Protocol):
    def print_label(self, lines: list[str], code: str) -> None:
        """One label with text lines and a QR code."""
        ...


@runtime_checkable
class Zero(Protocol):
    def zero(self) -> None: ...


@runtime_checkable
class Tare(Protocol):
    def tare(self) -> None: ...


CHANNELLED = frozenset(
    {"measure-temperature", "measure-pressure", "measure-electrical", "measure-energy", "measure-volume"}
)
CAPABILITIES: dict[str, type] = {
    "identify": Identify,
    "measure-mass": MeasureMass,
    "live-mass": LiveMass,
    "measure-environment": MeasureEnvironment,
    "measure-temperature": MeasureTemperature,
    "measure-pressure": MeasurePressure,
    "measure-electrical": MeasureElectrical,
    "measure-energy": MeasureEnergy,
    "measure-volume": MeasureVolume,
    "position": Position,
    "read-code": ReadCode,
    "print-label": PrintLabel,
    "zero": Zero,
    "tare": Tare,
}


def method_name(capability: str) -> str:
    return capability.replace("-", "_")


def signature_problem(driver_class: type, capability: str) -> str | None:
    """isinstance on a Protocol only compares names, so the parameters are compared here."""
    name = method_name(capability)
    found: Callable[..., Any] | None = getattr(driver_class, name, None)
    if not callable(found):
        return f"{capability}: no method {name}"
    wanted = _parameters(getattr(CAPABILITIES[capability], name))
    if _parameters(found) != wanted:
        return f"{capability}: {name} takes {_parameters(found)}, not {wanted}"
    return None


def result_problem(capability: str, result: object) -> str | None:
    """Why `result` is not what this capability promises; None if it is."""
    if capability == "identify":
        return None if isinstance(result, Identity) else f"identify gave {type(result).__name__}"
    if capability == "measure-environment":
        return _environment_problem(result)
    if capability == "position":
        return _position_problem(result)
    if capability == "read-code":
        return None if isinstance(result, str) and result else f"read-code gave {result!r}"
    if capability in ("zero", "tare", "print-label"):
        return None if result is None else f"{capability} gave {type(result).__name__}"
    return _reading_problem(result, must_be_stable=capability == "measure-mass")


def _parameters(function: Callable[..., Any]) -> list[tuple[str, str]]:
    return [(p.name, p.kind.description) for p in inspect.signature(function).parameters.values()]


def _environment_problem(result: object) -> str | None:
    if not isinstance(result, dict):
        return f"measure-environment gave {type(result).__name__}"
    readings = cast("dict[object, object]", result)
    if extra := set(readings) - {"temperature", "humidity", "pressure"}:
        return f"measure-environment gave unknown keys {sorted(map(str, extra))}"
    if missing := {"temperature", "humidity"} - set(readings):
        return f"measure-environment gave no {sorted(missing)}"
    return next(filter(None, map(_reading_problem, readings.values())), None)


def _position_problem(result: object) -> str | None:
    if not isinstance(result, dict):
        return f"position gave {type(result).__name__}"
    told = cast("dict[object, object]", result)
    missing = {"lat", "lon", "time", "status"} - set(told)
    return f"position gave no {sorted(missing)}" if missing else None


def _reading_problem(result: object, *, must_be_stable: bool = False) -> str | None:
    if not isinstance(result, Reading):
        return f"{type(result).__name__} instead of a Reading"
    value = cast("object", result.value)
    if not isinstance(value, Decimal) or not value.is_finite():
        return f"value {value!r} is no finite Decimal"
    if not result.unit:
        return "a reading without unit"
    return "an unstable reading" if must_be_stable and not result.stable else None
