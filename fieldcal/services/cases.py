"""Worked cases run through the procedures: what was computed is compared with what the case expects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from fieldcal.domain.errors import DomainError
from fieldcal.domain.quantity import trim
from fieldcal.domain.rounding import half_even
from fieldcal.domain.trials import Simulator
from fieldcal.services import (
    case_dispensers,
    case_frames,
    case_general,
    case_other,
    case_procedure,
    case_uncertainty,
    case_weighing,
)
from fieldcal.services.case_file import bad as _bad
from fieldcal.services.case_file import read_json, spelt_out
from fieldcal.services.case_frames import Decoders, no_decoders
from fieldcal.services.case_types import CaseResult, Difference, Near, QrCodec, Unsupported
from fieldcal.services.procedures import Library

Case = dict[str, Any]
Adapter = Callable[[Case, Library], dict[str, Any]]
TOPICS: dict[str, Adapter] = {
    "weighing": case_weighing.evaluate,
    "dispensers": case_dispensers.evaluate,
    "other_kinds": case_other.evaluate,
    "rounding": case_general.rounding,
    "validity": case_general.validity,
    case_procedure.TOPIC: case_procedure.evaluate,
}
NEVER_COMPARED = {"trap", "arithmetic", "note"}
NUMERIC = {
    "weighing",
    "dispensers",
    "other_kinds",
    "rounding",
    "validity",
    case_uncertainty.TOPIC,
}  # no code: its hex may look like 1e5
SHAPE = {"id": (str, "text"), "item": (str, "text"), "given": (dict, "an object"), "expect": (dict, "an object")}
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
SIX_PLACES, MUCH = Decimal("0.000001"), Decimal(10) ** 40


@dataclass(frozen=True)
class Report:
    cases: list[CaseResult]

    @property
    def matched(self) -> int:
        return sum(case.match for case in self.cases)

    @property
    def total(self) -> int:
        return len(self.cases)

    def as_dict(self) -> dict[str, Any]:
        return {
            "matched": self.matched,
            "total": self.total,
            "cases": [
                {
                    "id": case.id,
                    "match": case.match,
                    "differences": [
                        {"key": d.key, "expected": plain(d.expected), "got": plain(d.got)} for d in case.differences
                    ],
                    "not_compared": case.not_compared,
                }
                for case in self.cases
            ],
        }


def plain(value: Any) -> Any:
    """Decimals as text, so that a report can be written as JSON."""
    if isinstance(value, Near):
        value = value.value
    if isinstance(value, Decimal):
        return trim(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list):
        return [plain(inner) for inner in cast("list[Any]", value)]
    return value


def run_cases(
    source: Path | bytes,
    library: Library,
    qr: QrCodec | None = None,
    decoders: Decoders | None = None,
    simulate: Simulator | None = None,
) -> Report:
    """Raises BadInput `bad-cases-file` naming what is wrong with the file; a bad case only differs."""
    topic, cases = _read(source)
    if topic == case_frames.TOPIC:
        return Report([_frame(case, decoders or no_decoders) for case in cases])
    return Report([_run(topic, case, library, qr, simulate) for case in cases])


def _read(source: Path | bytes) -> tuple[str, list[Case]]:
    table = read_json(source)
    if not isinstance(table, dict):
        raise _bad("file", type(table).__name__, '{"topic": …, "cases": […]}')
    top = cast("dict[str, Any]", table)
    if not isinstance(top.get("topic"), str):
        raise _bad("topic", top.get("topic"), "text")
    cases: Any = top.get("cases")
    if not isinstance(cases, list) or not cases:
        raise _bad("cases", type(cast("object", cases)).__name__, "a list with at least one case")
    if top["topic"] == case_frames.TOPIC:
        return top["topic"], [case_frames.checked(place, case) for place, case in enumerate(cast("list[Any]", cases))]
    if top["topic"] == case_procedure.TOPIC:
        whose = top.get("procedure")
        return top["topic"], [case_procedure.shaped(i, case, whose) for i, case in enumerate(cast("list[Any]", cases))]
    if top["topic"] in NUMERIC:
        cases = spelt_out(cases)
    return top["topic"], [_case(place, case) for place, case in enumerate(cast("list[Any]", cases))]


def _case(place: int, case: Any) -> Case:
    if not isinstance(case, dict):
        raise _bad(f"cases[{place}]", type(case).__name__, "an object")
    found = cast("Case", case)
    for key, (kind, accepted) in SHAPE.items():
        if not isinstance(found.get(key), kind):
            raise _bad(f"cases[{place}].{key}", found.get(key, ""), accepted)
    if "verdict" not in found["expect"]:
        raise _bad(f"cases[{place}].expect.verdict", "", "a verdict")
    return {"kind": "first", "instrument": {}, "regulation": "", **found}


def _run(topic: str, case: Case, library: Library, qr: QrCodec | None, simulate: Simulator | None) -> CaseResult:
    result = CaseResult(case["id"])
    try:
        computed = _evaluate(topic, case, library, qr, simulate)
    except Unsupported as error:
        computed = {"verdict": f"unsupported: {error.value}"}
    except DomainError as error:
        computed = {"verdict": f"error: {error}"}
    except KeyError as error:
        computed = {"verdict": f"error: missing {error}"}
    except Exception as error:
        # The file is someone's; a field of the wrong shape spoils its own case only, whatever it breaks.
        computed = {"verdict": f"error: {type(error).__name__} {error}"}
    compare(case["expect"], computed, "", result)
    return result


def _frame(case: Case, decoders: Decoders) -> CaseResult:
    result = CaseResult(case["id"])
    try:
        got = case_frames.decode(case, decoders)
    except Unsupported as error:
        got = {"kind": f"unsupported: {error.value}"}
    except Exception as error:  # a decoder is a driver's code, the case somebody's
        got = {"kind": f"error: {type(error).__name__} {error}"}
    case_frames.compare(case["decoded"], got, result)
    return result


def _evaluate(
    topic: str, case: Case, library: Library, qr: QrCodec | None, simulate: Simulator | None
) -> dict[str, Any]:
    if topic == "qr_payload":
        if qr is None:
            raise Unsupported(field="topic", value="qr_payload without a codec")
        return case_general.qr_payload(case, qr)
    if topic == case_uncertainty.TOPIC:
        return case_uncertainty.evaluate(case, library, simulate)
    if topic not in TOPICS:
        raise Unsupported(
            field="topic", value=topic, accepted=", ".join([*TOPICS, "qr_payload", case_uncertainty.TOPIC])
        )
    return TOPICS[topic](case, library)


def compare(expected: Any, got: Any, key: str, result: CaseResult) -> None:
    """By value, recursively; what was not computed is listed, never counted as a match of the verdict."""
    if isinstance(expected, dict) and isinstance(got, dict):
        wanted, found = cast("dict[str, Any]", expected), cast("dict[str, Any]", got)
        for name, value in wanted.items():
            place = f"{key}.{name}" if key else name
            if name in NEVER_COMPARED or (name not in found and name != "verdict"):
                result.not_compared.append(place)
            else:
                compare(value, found.get(name), place, result)
    elif isinstance(expected, list) and isinstance(got, list):
        left, right = cast("list[Any]", expected), cast("list[Any]", got)
        if len(left) != len(right):
            result.differences.append(Difference(key, left, right))
            return
        for place, (value, other) in enumerate(zip(left, right, strict=True)):
            compare(value, other, f"{key}[{place}]", result)
    elif not _same(expected, _to_places(expected, got) if key.endswith("_approx") else got):
        result.differences.append(Difference(key, expected, got))


def _to_places(expected: Any, got: Any) -> Any:
    """A key that ends in `_approx` gives its value to the digits shown (half to even)."""
    text = str(expected).strip()
    if isinstance(got, Decimal) and _DECIMAL.fullmatch(text) and abs(got) < MUCH:
        return half_even(got, Decimal(1).scaleb(-len(text.partition(".")[2])))
    return got


def _same(expected: Any, got: Any) -> bool:
    if expected is None or got is None:
        return expected is got
    if isinstance(got, Near):
        text = str(expected).strip()
        return bool(_DECIMAL.fullmatch(text)) and got.holds(Decimal(text))
    if isinstance(got, bool):
        got = "yes" if got else "no"
    if isinstance(expected, bool):
        expected = "yes" if expected else "no"
    text, other = str(expected).strip(), trim(got) if isinstance(got, Decimal) else str(got).strip()
    if _DECIMAL.fullmatch(text) and _DECIMAL.fullmatch(other):
        exact = got if isinstance(got, Decimal) else Decimal(other)
        six = len(text.partition(".")[2]) == 6
        return (half_even(exact, SIX_PLACES) if six and abs(exact) < MUCH else exact) == Decimal(text)
    return " ".join(text.split()) == " ".join(other.split())
