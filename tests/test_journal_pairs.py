"""Pairing quotes of two feeds: against the plainest way to do it."""

from itertools import pairwise
from random import Random

import numpy
import pytest

from tickfold.journal.pairs import END, Match, Prices, Waiting, lone, nearest

Quotes = list[tuple[int, float]]  # time and bid, one symbol


def prices(quotes: Quotes) -> Prices:
    ones = numpy.ones(len(quotes))
    time = numpy.array([time for time, _ in quotes], dtype=numpy.int64)
    return Prices(ones.astype(numpy.int64), numpy.array([bid for _, bid in quotes], dtype=float), ones, time)


def in_steps(waiting: Waiting, feeds: tuple[Quotes, Quotes], step: int) -> set[tuple[int, int]]:
    """(time of the first feed, lead) of each pair; both feeds are read in steps of so much time."""
    found: list[Match] = []
    end = max(quote[0] for feed in feeds for quote in feed) + 1
    for begin in range(0, end, step):
        for second, feed in enumerate(feeds):
            waiting.add(prices([quote for quote in feed if begin <= quote[0] < begin + step]), second)
        found.append(waiting.match(begin + step))
    found.append(waiting.match(END))
    assert len(waiting) == 0
    pairs = [pair for match in found for pair in zip(match.time.tolist(), match.lead.tolist(), strict=True)]
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


def chains(feeds: tuple[Quotes, Quotes], lag: int) -> list[list[tuple[int, int]]]:
    """Of each price its quotes in the order of their times without the lag: (time, feed)."""
    found: dict[float, list[tuple[int, int]]] = {}
    for second, feed in enumerate(feeds):
        for time, bid in feed:
            found.setdefault(bid, []).append((time - lag * second, second))
    return [sorted(chain) for chain in found.values()]


def plainly(feeds: tuple[Quotes, Quotes], within: int, lag: int) -> set[tuple[int, int]]:
    """Takes the nearest neighbours again and again."""
    found = set()
    for chain in chains(feeds, lag):
        possible = []
        for place, (one, then) in enumerate(pairwise(chain)):
            gap = then[0] - one[0]
            lead = lag - gap if one[1] else lag + gap
            if one[1] != then[1] and abs(lead) <= within:
                possible.append((gap, place, (then if one[1] else one)[0], lead))
        used: set[int] = set()
        for _, place, time, lead in sorted(possible):
            if not {place, place + 1} & used:
                used |= {place, place + 1}
                found.add((time, lead))
    return found


def lone_plainly(feeds: tuple[Quotes, Quotes], within: int) -> set[tuple[int, int]]:
    found = set()
    for chain in chains(feeds, 0):
        near = [False, *(then[0] - one[0] <= 2 * within for one, then in pairwise(chain)), False]
        for place, (one, then) in enumerate(pairwise(chain)):
            gap = then[0] - one[0]
            if one[1] != then[1] and gap <= within and not near[place] and not near[place + 2]:
                found.add(((then if one[1] else one)[0], -gap if one[1] else gap))
    return found


def random_feeds(seed: int, span: int) -> tuple[Quotes, Quotes]:
    rng = Random(seed)
    said = sorted(rng.sample(range(span), 300))
    first = [(time, float(rng.randrange(6))) for time in said]
    second = sorted({max(0, time + rng.randrange(-10, 40)): bid for time, bid in first if rng.random() < 0.8}.items())
    return first, second


@pytest.mark.parametrize("span", [600, 3_000, 30_000])
@pytest.mark.parametrize("pieces", [1, 10, 150])
def test_the_nearest_are_paired_however_they_come(pieces, span):
    step = span // pieces + 1
    for seed in range(3):
        feeds = random_feeds(seed, span)
        for within, lag in ((50, 0), (50, 12), (50, -9), (20, 20)):
            found = in_steps(Waiting(nearest, within, lag), feeds, step)
            assert found == plainly(feeds, within, lag)
        assert in_steps(Waiting(lone, 50), feeds, step) == lone_plainly(feeds, 50)


def test_what_waits_does_not_grow_with_what_has_come():
    """Prices that flip, one feed misses each tenth of them, and prices that never come back."""
    for decides in (nearest, lone):
        waiting, most = Waiting(decides, 100, 5), 0
        for begin in range(0, 200_000, 1_000):
            times = range(begin, begin + 1_000, 4)
            waiting.add(prices([(time, float(time % 8 or time)) for time in times]), 0)
            waiting.add(prices([(time + 5, float(time % 8 or time)) for time in times if time % 40]), 1)
            waiting.match(begin + 1_000)
            most = max(most, len(waiting))
        assert most < 120


def test_too_many_that_wait_are_given_up_the_oldest_first(monkeypatch):
    monkeypatch.setattr("tickfold.journal.pairs.MOST", 100)
    waiting = Waiting(nearest, 1_000_000)
    waiting.add(prices([(time, float(time)) for time in range(1_000)]), 0)
    waiting.match(1_000)
    assert (waiting.given_up, len(waiting)) == (900, 100)
    waiting.add(prices([(1_000 + time, float(time)) for time in range(1_000)]), 1)
    found = waiting.match(END)
    assert sorted(found.time.tolist()) == list(range(900, 1_000))
    assert set(found.lead.tolist()) == {1_000}
