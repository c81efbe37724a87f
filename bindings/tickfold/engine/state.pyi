from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tickfold.engine.names import Names
from tickfold.engine.records import Order, Quote, Record, Venue

_R = TypeVar("_R", bound=Record)
_D = TypeVar("_D")

class Rows(Generic[_R]):
    limit: int
    count: int
    @property
    def array(self) -> NDArray[np.void]: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[_R]: ...
    def __contains__(self, key: object) -> bool: ...
    def get(self, key: Any, default: _D | None = None) -> _R | _D | None: ...

class Quotes(Rows[Quote]):
    def __getitem__(self, key: str | tuple[Venue, str]) -> Quote: ...

class Orders(Rows[Order]):
    def __getitem__(self, key: str | tuple[str, str]) -> Order: ...

class State:
    symbols: Names
    quotes: Quotes
    orders: Orders
    def __init__(self, *, max_symbols: int = 65536, max_orders: int = 65536) -> None: ...
