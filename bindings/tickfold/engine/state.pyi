from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tickfold.engine.book import Books
from tickfold.engine.names import Names
from tickfold.engine.records import (
    Balance,
    Fill,
    Instrument,
    Order,
    Pnl,
    Position,
    Quote,
    Record,
    Stats,
    Venue,
)

_R = TypeVar("_R", bound=Record)
_D = TypeVar("_D")

class Rows(Generic[_R]):
    @property
    def limit(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def array(self) -> NDArray[np.void]: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[_R]: ...
    def __contains__(self, key: object) -> bool: ...
    def get(self, key: Any, default: _D | None = None) -> _R | _D | None: ...

class BySymbol(Rows[_R]):
    def __getitem__(self, key: str | int | tuple[str | Venue, str | int]) -> _R: ...

class Keyed(Rows[_R]):
    def __getitem__(self, key: str | int | tuple[str | int | None, ...]) -> _R: ...
    def retire(self, before_ns: int | None = None) -> int: ...

class State:
    symbols: Names
    quotes: BySymbol[Quote]
    stats: BySymbol[Stats]
    instruments: BySymbol[Instrument]
    orders: Keyed[Order]
    fills: Keyed[Fill]
    positions: Keyed[Position]
    balances: Keyed[Balance]
    pnl: Keyed[Pnl]
    books: Books
    on_change: Callable[..., object] | None
    def __init__(
        self,
        *,
        max_symbols: int = 1048576,
        max_orders: int = 131072,
        ended_orders: int | None = None,
        max_fills: int = 131072,
        max_rows: int = 65536,
        max_levels: int = 16384,
    ) -> None: ...
