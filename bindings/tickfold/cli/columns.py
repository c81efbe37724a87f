"""Which columns of a table a terminal has room for, and how wide each is. A number is never cut."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["ORDERS", "QUOTES", "STREAMS", "Column", "Fitting"]

FRAME = 1  # characters of a table's left edge,
BETWEEN = 3  # and of what stands around a column


class Column(NamedTuple):
    """A column of a table.

    name    its head
    rank    of those that do not fit, the one of the highest rank is left out first
    words   the characters to which its words may be cut; None: it holds numbers, which stand to the right
    ends    it is the end of its words that tells them apart, as that of ids does
    """

    name: str
    rank: int
    words: int | None = None
    ends: bool = False

    def cut(self, cell: str, width: int) -> str:
        """What of a cell so many characters show."""
        if len(cell) <= width:
            return cell
        return f"…{cell[len(cell) - width + 1 :]}" if self.ends else f"{cell[: width - 1]}…"


STREAMS = (
    Column("stream", 0, 12), Column("state", 1, 10), Column("msg/s", 2), Column("kB/s", 12), Column("silent", 9),
    Column("no data", 3), Column("gaps", 4), Column("drops", 10), Column("errors", 8), Column("unread", 11),
    Column("lag", 5), Column("late", 6), Column("busy", 7), Column("p50 µs", 14), Column("p99 µs", 13),
)  # fmt: skip
QUOTES = (
    Column("venue", 7, 5), Column("symbol", 0, 8), Column("bid size", 5), Column("bid", 1), Column("ask", 2),
    Column("ask size", 6), Column("last", 4), Column("age", 3),
)  # fmt: skip
ORDERS = (
    Column("order", 0, 8, ends=True), Column("symbol", 1, 8), Column("side", 5, 4), Column("type", 8, 6),
    Column("status", 2, 8), Column("qty", 4), Column("filled", 3), Column("avg price", 7), Column("limit", 6),
)  # fmt: skip


class Fitting:
    """Fits a table into what room there is. It remembers how wide its cells were: columns do not come and go."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._needs = [len(column.name) for column in columns]

    def fit(self, rows: Iterable[Sequence[str]], room: int) -> list[tuple[int, int]]:
        """The columns to show, in order: the number of each and its width in characters.

        room   characters that the whole table may take
        """
        for row in rows:
            self._needs = [max(need, len(cell)) for need, cell in zip(self._needs, row, strict=True)]
        least = [
            need if column.words is None else min(need, max(column.words, len(column.name)))
            for column, need in zip(self.columns, self._needs, strict=True)
        ]
        kept = list(range(len(self.columns)))
        left = room - FRAME - sum(least) - BETWEEN * len(kept)
        while left < 0 and len(kept) > 1:
            out = max(kept, key=lambda number: self.columns[number].rank)
            kept.remove(out)
            left += least[out] + BETWEEN
        for number in sorted(kept, key=lambda number: self._needs[number] - least[number]):
            more = max(0, min(left, self._needs[number] - least[number]))
            least[number] += more
            left -= more
        return [(number, least[number]) for number in kept]
