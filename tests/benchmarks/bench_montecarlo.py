"""Monte Carlo of a dispenser's budget, 1 000 000 trials; the aim is 1 s. `python -m tests.benchmarks.bench_montecarlo`.

The ratio is to the same draws, formula and quantiles written out in numpy by hand.
"""

from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from fieldcal.analysis.montecarlo import simulate
from fieldcal.domain.trials import trials_of
from tests.domain.test_budget import flow

TIMES = 7
ROOT = Path(__file__).parents[2]


def bare(count: int = 1_000_000) -> tuple[float, float, float]:
    source = np.random.Generator(np.random.SFC64(1))

    def rect(middle: float, half: float):
        return source.uniform(middle - half, middle + half, count)

    v_j = 20 + source.normal(0, 0.0034163, count) + rect(0, 0.005)
    v_b = source.normal(19.986, 0.005, count) + rect(0, 0.001)
    t_j, t_b = rect(24, 0.2), rect(23.5, 0.2)
    v_bt = v_b * (1 + rect(0.0012, 0.00012) * (t_j - t_b) + rect(50e-6, 5e-6) * (t_b - 20))
    error = (v_j - v_bt) / v_bt * 100
    low, high = np.quantile(error, [0.025, 0.975])
    return float(error.std(ddof=1)), float(low), float(high)


def run() -> tuple[float, float]:
    """Seconds of ours and of bare numpy, timed in turns."""
    compiled, worked = flow()
    task = trials_of(compiled, worked)
    simulate(task)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES):
        for found, work in zip(times, (lambda: simulate(task), bare), strict=True):
            start = perf_counter()
            work()
            found.append(perf_counter() - start)
    return median(times[0]), median(times[1])


def main() -> None:
    ours, floor = run()
    print(f"1 000 000 trials, 8 inputs: {ours:.3f} s, bare numpy {floor:.3f} s, ratio {ours / floor:.2f}")


if __name__ == "__main__":
    main()
