"""The hands of the simulated bench: a scale whose pan we load, a nozzle that delivers into a measure."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

Names = dict[str, Any]
Capture = Callable[[], Decimal]
NEAR_Q1, NEAR_Q2 = Decimal("0.95"), Decimal("0.40")  # of Qmax


class Pan(Protocol):
    def place(self, grams: Decimal) -> None: ...


class ScaleHands:
    """Places weights and works the flash point: 0.1 d pieces until the indication steps up by one."""

    def __init__(self, pan: Pan, price: Decimal = Decimal("12.50")) -> None:
        self.pan, self.price = pan, price
        self._load, self._shown = Decimal(0), Decimal(0)

    def before(self, item: str, column: str, names: Names) -> None:
        if column not in ("delta_load", "added_small", "added_extra"):
            self._load = self._gross(item, column, names)
            self.pan.place(self._load)

    def _gross(self, item: str, column: str, names: Names) -> Decimal:
        load = Decimal(names.get("load", names.get("net_load", 0)))
        if item == "tare_weighing":
            load += Decimal(names.get("tare_load", 0))
        d = names.get("d_used", names.get("d", Decimal(0)))
        match column:
            case "indication_after_removal":
                return load - d
            case "indication_2" if item == "discrimination":
                return load + Decimal("1.4") * d
            case "indicated_weight":
                return names.get("repeat", Decimal(1)) * 1000
            case _:
                return load

    def value(self, item: str, column: str, names: Names, capture: Capture) -> Decimal | str | None:
        match column:
            case "delta_load":
                return self._flash_point(names, capture)
            case "unit_price":
                return self.price
            case "shown_total":
                return (names["indicated_weight"] * names["unit_price"]).quantize(Decimal("0.01"))
            case "second_kind":
                return "digital"
            case _:
                return None

    def _flash_point(self, names: Names, capture: Capture) -> Decimal:
        d, added = names["d_used"], Decimal(0)
        shown: Decimal = names["net_indication"] if "net_indication" in names else names["indication"]
        for pieces in range(1, 11):
            added = pieces * d / 10
            self.pan.place(self._load + added)
            if capture() > shown:
                break
        self.pan.place(self._load)
        return added


class Probes(Protocol):
    def set(self, name: str, value: Decimal) -> None: ...


class NozzleHands:
    """Delivers a run into a 100 L measure: the dispenser shows `error` per mille more than it gives."""

    def __init__(self, probes: Probes, seed: int, permille: Decimal = Decimal("0.4")) -> None:
        self.probes, self.permille, self._random = probes, permille, random.Random(seed)

    def before(self, item: str, column: str, names: Names) -> None:
        if column in ("t_j", "t_b"):
            self.probes.set(column, Decimal("18.40") + Decimal(self._random.randrange(0, 8)) / 20)

    def value(self, item: str, column: str, names: Names, capture: Capture) -> Decimal | str | None:
        volume = names["mmq_v_n"] if item == "mmq" else names["v_n"]
        match column:
            case "preset":
                return "no" if names["repeat"] == 2 else "yes"
            case "v_j" | "volume":
                return volume + Decimal(self._random.randrange(0, 3)) / 100
            case "h":
                return self._neck(item, names)
            case "amount":
                shown = names.get("v_j", names.get("volume"))
                return (shown * names["unit_price"]).quantize(Decimal("0.01"))
            case "t_fill":
                return volume * 60 / (names["qmax"] * (NEAR_Q1 if names["point"] == 1 else NEAR_Q2))
            case _:
                return None

    def _neck(self, item: str, names: Names) -> Decimal:
        """The neck reading h that belongs to what was really delivered, at the temperature of the measure."""
        own = "mmq_" if item == "mmq" else ""
        k = 1 + names["beta_fuel"] * (names["t_j"] - names["t_b"]) + names["beta_measure"] * (names["t_b"] - 20)
        volume = names["v_j"] / (1 + self.permille / 1000) / k
        millilitres = (volume - names[f"{own}v_n"]) * 1000
        return (names[f"{own}h_0"] + millilitres / names[f"{own}d"]).quantize(Decimal("0.1"))
