"""Units with exact factors: powers of ten to reckon in, and others that people type and gauges show.

What is typed in kgf/cm2 or psi is multiplied by its factor, which is exact arithmetic: differences, limits and ties
stay what they were in the typed unit, whatever the digits of the factor. A psi is no terminating decimal of a pascal;
its factor has 20 digits and is off by less than 4E-21 of itself. Beside megapascals that turns no comparison: lbf and
inch being exact, six digits in psi and eleven decimals of MPa that differ at all differ by 2E-20 of themselves at
least. Only what is shown is ever divided, so a procedure may show these units, but not reckon in them.
"""

from __future__ import annotations

from decimal import Context, Decimal, Inexact

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
_FACTORS: dict[str, tuple[str, Decimal]] = {  # unit -> a decimal unit, and how many of it
    "kgf/cm2": ("Pa", Decimal("98066.5")),  # 1 kgf = 9.80665 N
    "psi": ("Pa", Decimal("6894.7572931683613367")),  # 4.4482216152605 N over (0.0254 m)^2
}
_WIDE = Context(prec=100)  # nothing that is multiplied comes near
SHOWN = 8  # digits at least: a mark of 1 MPa is exact, and no 150 psi
_HOME = {unit: dimension for dimension, units in _TABLE.items() for unit in units}


def known(unit: str) -> bool:
    """Whether it can be typed and shown."""
    return unit in _HOME or unit in _FACTORS


def decimal(unit: str) -> bool:
    """Whether a procedure can reckon in it."""
    return unit in _HOME


def units() -> list[str]:
    """Those to reckon in."""
    return [unit for unit in _HOME if unit]


def convert(value: Decimal, unit: str, to: str, field: str = "") -> Decimal:
    """Exact into a decimal unit; into another one exact, else to the resolution of `value`, or finer.
    Raises BadInput `wrong-unit` when the two measure different things."""
    if unit == to:
        return value
    home, factor = _FACTORS.get(unit, (unit, None))
    end, divisor = _FACTORS.get(to, (to, None))
    if home not in _HOME or end not in _HOME or _HOME[home] != _HOME[end]:
        raise BadInput("wrong-unit", field=field, value=unit, accepted=_beside(end) or to)
    value = value if factor is None else _WIDE.multiply(value, factor)
    value = value.scaleb(_TABLE[_HOME[home]][home] - _TABLE[_HOME[end]][end], _WIDE)
    return plain(value if divisor is None else _divided(value, divisor))


def _beside(unit: str) -> str:
    """Every unit of what `unit` measures."""
    if unit not in _HOME:
        return ""
    others = [other for other, (home, _) in _FACTORS.items() if _HOME[home] == _HOME[unit]]
    return ", ".join([*_TABLE[_HOME[unit]], *others])


def _divided(value: Decimal, divisor: Decimal) -> Decimal:
    context = _WIDE.copy()
    context.clear_flags()
    quotient = context.divide(value, divisor)
    if not context.flags[Inexact]:
        return quotient
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    place = min(_WIDE.divide(Decimal(1).scaleb(exponent), divisor).adjusted(), quotient.adjusted() - SHOWN + 1)
    return quotient.quantize(Decimal(1).scaleb(place), context=_WIDE)


def plain(value: Decimal) -> Decimal:
    """The same number without a positive exponent: 1.5E+2 is 150."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return value.quantize(Decimal(1))
    return value
