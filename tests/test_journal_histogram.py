"""Histograms, and what is counted with them: the same whether values come at once or in pieces."""

import numpy
import pytest

from tickfold.journal.histogram import Histogram
from tickfold.journal.report import _Silences

PERCENTS = (0, 1, 5, 50, 99, 99.9, 100)


def exact(values, percent):
    return int(numpy.percentile(values, percent, method="inverted_cdf"))


@pytest.mark.parametrize("spread", [300, 10**6, 10**12, 2**62])
def test_percentiles_are_never_too_low_and_at_most_a_128th_too_high(spread):
    rng = numpy.random.default_rng(5)
    values = rng.integers(-spread, spread, 20_000)
    histogram = Histogram()
    for piece in numpy.array_split(values, 13):
        histogram.add(piece)
    found = histogram.percentiles(PERCENTS)
    assert histogram.count() == 20_000
    assert found[100] == values.max()
    for percent in PERCENTS:
        wanted = exact(values, percent)
        assert wanted <= found[percent] <= wanted + abs(wanted) // 128 + 1


def test_small_values_and_lone_ones_are_exact():
    histogram = Histogram()
    values = numpy.array([*range(256), 10**9, 10**15, -(10**9)])
    histogram.add(values)
    for percent in PERCENTS:
        assert histogram.percentiles((percent,)) == {percent: exact(values, percent)}


def test_groups():
    histogram = Histogram()
    histogram.add(numpy.array([5, 7, 9]), numpy.array([2, 0, 2]))
    histogram.add(numpy.array([1_000_000]), 1)
    assert [histogram.count(group) for group in range(4)] == [1, 1, 2, 0]
    assert histogram.percentiles((50, 100), 2) == {50: 5, 100: 9}
    assert histogram.percentiles((50,), 3) == {}
    assert histogram.percentiles((50, 100)) == {50: 7, 100: 1_000_000}


def test_what_it_takes_does_not_grow_with_its_values():
    histogram = Histogram()
    rng = numpy.random.default_rng(6)
    for _ in range(30):
        histogram.add(rng.integers(1_000, 1_000_000_000, 10_000))
    assert len(histogram._keys) <= 128 * 20


def test_powers():
    histogram = Histogram()
    histogram.add(numpy.array([1, 2, 3, 4, 5, 130, 1000]))
    assert histogram.powers() == [(1, 1), (2, 1), (4, 2), (8, 1), (256, 1), (1024, 1)]
    histogram.add(numpy.array([0, -1, -3, -4, -1000]))
    assert histogram.exponents(1, -1) == {0: 1, 2: 2, 10: 1}
    assert histogram.exponents(2, -1) == {0: 1, 4: 2, 20: 1}
    assert histogram.exponents(4)[10] == 1  # 5, which is less than 2 ** 2.5
    assert len(histogram.powers()) == 6
    assert Histogram().powers() == []


def test_silences_in_pieces_are_those_of_the_whole():
    rng = numpy.random.default_rng(7)
    times = numpy.cumsum(rng.integers(1, 1000, 5000))
    symbols = rng.integers(1, 40, 5000).astype(numpy.uint32)
    whole, pieces = _Silences(), _Silences()
    whole.add(symbols, times)
    for at in range(0, 5000, 7):
        pieces.add(symbols[at : at + 7], times[at : at + 7])
    ended = int(times[-1]) + 100
    assert whole.longest(ended) == pieces.longest(ended)
    for symbol, longest, since, records in whole.longest(ended):
        mine = numpy.append(times[symbols == symbol], ended)
        gaps = numpy.diff(mine)
        assert (longest, since, records) == (gaps.max(), mine[gaps.argmax()], len(mine) - 1)
