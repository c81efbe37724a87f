from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from tickfold.engine.handler import Handler
from tickfold.engine.records import Record

_R = TypeVar("_R", bound=Record)

class Dispatcher:
    silent: bool
    @property
    def last_seq(self) -> int: ...
    def __init__(self) -> None: ...
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
