"""The hands of the simulated bench: a scale whose pan we load, a nozzle that delivers into a measure."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

Names = dict[str, Any]
Capture = Callable[[], Decimal]


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
        d, shown = names["d_used"], names.get("indication", names.get("net_indication"))
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
        volume = Decimal(5) if item == "mmq" else Decimal(100)
        match column:
            case "v_j":
                return volume + Decimal(self._random.randrange(0, 3)) / 100
            case "h":
                return self._neck(names, volume)
            case "amount" | "shown_amount" | "displayed_amount":
                return (self._volume(names, volume) * names["unit_price"]).quantize(Decimal("0.01"))
            case "t_fill":
                flow = names.get("flow", names.get("q", Decimal(50)))
                return volume * 60 / flow if isinstance(flow, Decimal) and flow else Decimal(60)
            case _:
                return None

    def _volume(self, names: Names, volume: Decimal) -> Decimal:
        return names.get("v_j", names.get("displayed_volume", volume))

    def _neck(self, names: Names, volume: Decimal) -> Decimal:
        """The reading h that belongs to what was really delivered."""
        given = self._volume(names, volume) * (1 - self.permille / 1000)
        millilitres = (given - names["v_n"]) * 1000
        return (names["h_0"] + millilitres / names["d_neck"]).quantize(Decimal("0.1"))
