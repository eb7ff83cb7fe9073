"""Monte Carlo after JJF 1059.2 (JCGM 101) with numpy; what comes back is decimal text again (decisions/0008)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from fieldcal.analysis import formulas
from fieldcal.domain.errors import BadInput
from fieldcal.domain.expression import BadExpression
from fieldcal.domain.trials import Drawn, Simulated, Trials

FEWEST = 10_000
DIGITS = 9  # of a result; one of a million trials is sure of three or four
Draw = Callable[[np.random.Generator, Drawn, int], Any]


def _normal(source: np.random.Generator, drawn: Drawn, count: int) -> Any:
    return _placed(source.standard_normal(count), float(drawn.width), float(drawn.centre))


def _rect(source: np.random.Generator, drawn: Drawn, count: int) -> Any:
    return _placed(source.random(count), 2 * float(drawn.width), float(drawn.centre - drawn.width))


def _placed(sample: Any, factor: float, offset: float) -> Any:
    sample *= factor
    if offset:
        sample += offset
    return sample


def _triangular(source: np.random.Generator, drawn: Drawn, count: int) -> Any:
    return float(drawn.centre) + float(drawn.width) * (source.random(count) - source.random(count))


def _u_shaped(source: np.random.Generator, drawn: Drawn, count: int) -> Any:
    return float(drawn.centre) + float(drawn.width) * np.sin(2 * np.pi * source.random(count))


DRAWS: dict[str, Draw] = {"normal": _normal, "rect": _rect, "triangular": _triangular, "u_shaped": _u_shaped}


def simulate(task: Trials) -> Simulated:
    """Same task, same seed, same result. Raises BadInput `out-of-range`, BadExpression for a formula it can't take."""
    if task.count < FEWEST:
        raise BadInput("out-of-range", field="trials", value=task.count, accepted=f">= {FEWEST}")
    if not 0 < task.probability < 1:
        raise BadInput("out-of-range", field="probability", value=task.probability, accepted="between 0 and 1")
    source = np.random.Generator(np.random.SFC64(task.seed))
    values: dict[str, Any] = {k: v if isinstance(v, str) else float(v) for k, v in task.constants.items()}
    for drawn in task.inputs:
        values[drawn.name] = DRAWS[drawn.distribution](source, drawn, task.count)
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        for name, formula in task.steps:
            try:
                values[name] = formulas.run(formula, values)
            except FloatingPointError as error:
                raise BadExpression("not-computable", field=formula, value=error) from error
    return _summary(np.asarray(values[task.result], dtype=float), task)


def _summary(results: Any, task: Trials) -> Simulated:
    if results.ndim == 0:
        raise BadInput("no-spread", field=task.result, accepted="a result that its inputs have a part in")
    mean, u = results.mean(), results.std(ddof=1)
    low, high = _interval(results, float(task.probability))
    return Simulated(_text(mean), _text(u), _text(low), _text(high), task.count, task.seed)


def _interval(results: Any, probability: float) -> tuple[Any, Any]:
    """Probabilistically symmetric. Only its two places are put in order: sorting all costs more than the trials."""
    count = len(results)
    covered = int(probability * count + 0.5)
    low = (count - covered) // 2
    places = np.partition(results, [low, min(low + covered, count - 1)])
    return places[low], places[min(low + covered, count - 1)]


def _text(value: Any) -> Decimal:
    return Decimal(f"{float(value):.{DIGITS}g}")
