from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, overload

from tickfold.engine.book import Books
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.handler import Handler
from tickfold.engine.names import Names
from tickfold.engine.receiver import Receiver
from tickfold.engine.records import Balance, Fill, Order, Pnl, Position, Quote, Record
from tickfold.engine.state import BySymbol, Keyed, State
from tickfold.schema.language import Table

_R = TypeVar("_R", bound=Record)
_F = TypeVar("_F", bound=Callable[..., Any])

class Decoder(Receiver):
    state: State
    dispatcher: Dispatcher
    messages: int
    records: int
    malformed: int
    limited: int
    busy: bool
    label: str
    control: Callable[[Any], Callable[[], object] | None] | None
    def __init__(
        self,
        table: Table | str,
        *,
        state: State | None = None,
        dispatcher: Dispatcher | None = None,
        stream: int = 0,
        synthetic_fills: bool | None = None,
        scales: Mapping[str, tuple[int, int]] | None = None,
        label: str | None = None,
    ) -> None: ...
    def feed(self, payload: bytes | bytearray | memoryview | str, recv_ns: int = 0, *, flush: bool = True) -> int: ...
    def decode(
        self, payload: bytes | bytearray | memoryview | str, recv_ns: int = 0, *, amendments: bool = False
    ) -> list[Record]: ...
    def flush(self) -> int: ...
    def announce(self, connected: bool, topic: str, text: str, now_ns: int) -> None: ...
    def gap(self, ts_from: int, ts_to: int, topic: str, reason: str) -> None: ...
    @overload
    def on(
        self, cls: type[_R], callback: Callable[[_R], object], *, changed: Iterable[str] | None = None
    ) -> Callable[[_R], object]: ...
    @overload
    def on(
        self, cls: type[_R], callback: None = None, *, changed: Iterable[str] | None = None
    ) -> Callable[[Callable[[_R], object]], Callable[[_R], object]]: ...
    @overload
    def on_batch(self, cls: type[Record], callback: Callable[[Any], object]) -> Callable[[Any], object]: ...
    @overload
    def on_batch(
        self, cls: type[Record], callback: None = None
    ) -> Callable[[Callable[[Any], object]], Callable[[Any], object]]: ...
    def attach(self, handler: Handler) -> Handler: ...
    def off(self, callback: object) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def symbols(self) -> Names: ...
    @property
    def quotes(self) -> BySymbol[Quote]: ...
    @property
    def orders(self) -> Keyed[Order]: ...
    @property
    def fills(self) -> Keyed[Fill]: ...
    @property
    def positions(self) -> Keyed[Position]: ...
    @property
    def balances(self) -> Keyed[Balance]: ...
    @property
    def pnl(self) -> Keyed[Pnl]: ...
    @property
    def books(self) -> Books: ...
    @property
    def mismatched(self) -> int: ...
    @property
    def refused(self) -> int: ...
