"""Counts of values in buckets, so that percentiles of any number of values take little memory."""

from collections.abc import Iterable
from typing import Any, Final

import numpy

PARTS: Final = 128  # buckets from one power of two to the next
SPAN: Final = 1 << 15  # more than there are buckets on both sides of 0
MIDDLE: Final = SPAN // 2


class Histogram:
    """Of whole numbers from -2^63 to 2^63, of one group or of several.

    A bucket is narrower than a 128th of what is in it, and knows its greatest value: a percentile is never too low, and
    by less than a 128th too high; exact where its bucket has one value, and from 0 to 255. It takes 24 bytes for each
    bucket of each group that has a value: for times between 1 µs and 1 s at most 61 kB.
    """

    def __init__(self) -> None:
        self._keys = numpy.empty(0, dtype=numpy.int64)  # group × SPAN + bucket, sorted
        self._counts = numpy.empty(0, dtype=numpy.int64)
        self._highest = numpy.empty(0, dtype=numpy.int64)

    def add(self, values: Any, groups: Any = 0) -> None:
        """Counts an array of integers; `groups` is the number of their group from 0 on, or an array with that of each.

        Takes some ms a million values; many at once are cheaper than one by one.
        """
        if not len(values):
            return
        highest = numpy.concatenate((self._highest, numpy.asarray(values, dtype=numpy.int64)))
        keys = numpy.concatenate((self._keys, groups * SPAN + MIDDLE + _buckets(highest[len(self._keys) :])))
        counts = numpy.concatenate((self._counts, numpy.ones(len(values), dtype=numpy.int64)))
        order = numpy.lexsort((highest, keys))
        keys = keys[order]
        first = numpy.flatnonzero(numpy.concatenate(([True], keys[1:] != keys[:-1])))
        self._keys, self._counts = keys[first], numpy.add.reduceat(counts[order], first)
        self._highest = highest[order][numpy.append(first[1:], len(keys)) - 1]

    def count(self, group: int | None = None) -> int:
        """How many values there are, of a group or of all."""
        return int(self._counts[self._of(group)].sum())

    def percentiles(self, percents: Iterable[float], group: int | None = None) -> dict[float, int]:
        """{percent: the value that so many percent do not exceed}, of a group or of all; {} without values."""
        counts, highest = self._counts[self._of(group)], self._highest[self._of(group)]
        if not len(counts):
            return {}
        if group is None:
            order = numpy.argsort(highest, kind="stable")
            counts, highest = counts[order], highest[order]
        below = numpy.cumsum(counts)
        wanted = {percent: max(1, int(numpy.ceil(below[-1] * percent / 100))) for percent in percents}
        return {percent: int(highest[numpy.searchsorted(below, rank)]) for percent, rank in wanted.items()}

    def powers(self) -> list[tuple[int, int]]:
        """[(power of two, values of that size or less, but more than the one before)], of values above 0."""
        return [(1 << exponent, count) for exponent, count in self.exponents(1).items()]

    def exponents(self, parts: int, sign: int = 1) -> dict[int, int]:
        """{k: values above 0 of 2 ** (k / parts) or less, but more than the k before}, sorted by k.

        With sign=-1 of values below 0, by how far they are.
        """
        sized = self._highest * sign
        above = sized > 0
        found: dict[int, int] = {}
        exponents = numpy.ceil(numpy.log2(sized[above]) * parts).astype(int)
        for exponent, count in zip(exponents.tolist(), self._counts[above].tolist(), strict=True):
            found[exponent] = found.get(exponent, 0) + count
        return dict(sorted(found.items()))

    def _of(self, group: int | None) -> slice:
        if group is None:
            return slice(None)
        return slice(*numpy.searchsorted(self._keys, (group * SPAN, (group + 1) * SPAN)))


def _buckets(values: Any) -> Any:
    """Numbers of buckets, in the order of their values. From 0 to 255 each number has one."""
    mantissa, exponent = numpy.frexp(numpy.abs(values.astype(numpy.float64)))
    size = (mantissa * 2 * PARTS).astype(numpy.int64) + PARTS * exponent.astype(numpy.int64)
    size[values == 0] = 0
    return numpy.where(values < 0, -size, size)
