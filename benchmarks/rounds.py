"""Interleaved rounds (A B C, B C A, C A B …) and the statistics of their results.

The contestants of one round run under the same conditions (other programs, clock rate). So besides the ratio of two
medians there is the median of the ratios of each round, which a slow round does not change.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

#: Runs once and returns its cost, in any unit: less is better.
Measure = Callable[[int], float]


def interleave(contestants: Mapping[str, Measure], rounds: int, warm_up: int = 1) -> dict[str, list[float]]:
    """Returns the results of each contestant, one for each round. The garbage collector is off."""
    names = list(contestants)
    figures: dict[str, list[float]] = {name: [] for name in names}
    enabled = gc.isenabled()
    try:
        for number in range(-warm_up, rounds):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                gc.collect(0)
                gc.disable()
                figure = contestants[name](number)
                if enabled:
                    gc.enable()
                if number >= 0:
                    figures[name].append(figure)
    finally:
        if enabled:
            gc.enable()
    return figures


@dataclass(frozen=True)
class Row:
    """A contestant's line: median and quartiles of its costs, and by what factor they are below the base's."""

    name: str
    median: float
    low: float
    high: float
    ratio: float  # of the medians
    paired: float  # median of the ratios of each round


def rows(figures: Mapping[str, list[float]], base: str) -> list[Row]:
    """One line a contestant. `ratio` and `paired` are base divided by contestant: 2 means half the cost."""
    reference = figures[base]
    lines = []
    for name, values in figures.items():
        low, _, high = quantiles(values, n=4) if len(values) > 1 else values * 3
        paired = median(b / v for b, v in zip(reference, values, strict=True))
        lines.append(Row(name, median(values), low, high, median(reference) / median(values), paired))
    return lines
