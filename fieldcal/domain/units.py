"""Units with exact factors; a conversion multiplies by a power of ten and keeps the resolution."""

from __future__ import annotations

from decimal import Decimal

from fieldcal.domain.errors import BadInput

_TABLE: dict[str, dict[str, int]] = {  # dimension -> unit -> power of ten of its base unit
    "mass": {"mg": -3, "g": 0, "kg": 3, "t": 6},
    "volume": {"mL": -3, "L": 0, "m3": 3},
    "length": {"mm": -3, "m": 0, "km": 3},
    "time": {"s": 0, "ms": -3},
    "temperature": {"°C": 0},
    "fraction": {"%": 0},
    "flow": {"L/min": 0},
    "money": {"CNY": 0},
    "price_mass": {"CNY/kg": 0},
    "price_volume": {"CNY/L": 0},
    "expansion": {"1/°C": 0},
    "neck": {"mL/mm": 0},
    "pressure": {"Pa": 0, "hPa": 2, "mbar": 2, "kPa": 3, "bar": 5, "MPa": 6},
    "density": {"kg/m3": 0},
    "acceleration": {"m/s2": 0},
    "flow_hour": {"L/h": 0, "m3/h": 3},
    "power_of_lens": {"1/m": 0},
    "power_of_prism": {"cm/m": 0},
    "angle": {"°": 0},
    "speed": {"km/h": 0},
    "frequency": {"Hz": 0, "kHz": 3, "MHz": 6, "GHz": 9},
    "revolutions": {"r": 0},
    "revolutions_length": {"r/km": 0},
    "revolutions_time": {"r/min": 0},
    "concentration": {"µg/L": -6, "mg/L": -3, "g/L": 0},
    "pressure_mmhg": {"mmHg": 0},
    "pressure_rate": {"kPa/min": 0},
    "pressure_rate_mmhg": {"mmHg/min": 0},
    "pressure_speed": {"kPa/s": 0},
    "pressure_speed_mmhg": {"mmHg/s": 0},
    "minutes": {"min": 0},
    "explosive_limit": {"%LEL": 0},
    "amount_fraction": {"umol/mol": 0},
    "mass_concentration": {"mg/m3": 0},
    "level": {"dB": 0},
    "resistance": {"Ω": 0, "kΩ": 3, "MΩ": 6},
    "current": {"mA": -3, "A": 0},
    "speed_of_gas": {"m/s": 0},
    "energy": {"Wh": -3, "kWh": 0},
    "power": {"W": 0, "kW": 3},
    "voltage": {"mV": -3, "V": 0, "kV": 3},
    "pulses": {"imp": 0},
    "pulse_constant": {"imp/kWh": 0},
    "price_energy": {"CNY/kWh": 0},
    "clock_rate": {"s/d": 0},
    "flow_mass": {"kg/min": 0},
    "volume_in3": {"in3": 0},
    "volume_gal": {"gal": 0},
    "flow_gal": {"gal/min": 0},
    "money_usd": {"USD": 0},
    "price_usd": {"USD/gal": 0},
    "number": {"": 0},
}
_HOME = {unit: dimension for dimension, units in _TABLE.items() for unit in units}


def known(unit: str) -> bool:
    return unit in _HOME


def units() -> list[str]:
    return [unit for unit in _HOME if unit]


def convert(value: Decimal, unit: str, to: str, field: str = "") -> Decimal:
    """Exact; raises BadInput `wrong-unit` when the two measure different things."""
    if unit == to:
        return value
    if unit not in _HOME or to not in _HOME or _HOME[unit] != _HOME[to]:
        accepted = ", ".join(_TABLE[_HOME[to]]) if to in _HOME else to
        raise BadInput("wrong-unit", field=field, value=unit, accepted=accepted)
    shift = _TABLE[_HOME[unit]][unit] - _TABLE[_HOME[to]][to]
    return plain(value.scaleb(shift))


def plain(value: Decimal) -> Decimal:
    """The same number without a positive exponent: 1.5E+2 is 150."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return value.quantize(Decimal(1))
    return value
