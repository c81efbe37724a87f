"""Interleaved rounds (A B C, B C A, C A B …) and what may be said of their figures.

Contestants of one round meet the same machine: the same neighbours, the same clock, the same warmth. So beside the
ratio of two medians stands the median of the ratios taken round by round, which forgives slow rounds altogether.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

#: Runs once and returns its cost, in any unit: less is better.
Measure = Callable[[int], float]


def interleave(contestants: Mapping[str, Measure], rounds: int, warm_up: int = 1) -> dict[str, list[float]]:
    """The figures of each contestant, one a round. The garbage collector is off for all of them."""
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
    """A contestant's line: median and quartiles of its figures, and how much less they are than the base's."""

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
