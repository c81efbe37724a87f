import asyncio

from tickfold.engine.writer import MessageWriter
from tickfold.schema.errors import LimitError, StaleError

def checked_bounds(max_write_size: int | None, write_timeout: float | None) -> tuple[int | None, float | None]: ...

class Sender:
    @property
    def transport(self) -> asyncio.Transport: ...
    @property
    def writer(self) -> MessageWriter: ...
    @property
    def failure(self) -> LimitError | StaleError | None: ...
    @property
    def max_write_size(self) -> int: ...
    @property
    def paused(self) -> bool: ...
    def __init__(
        self,
        transport: asyncio.Transport,
        writer: MessageWriter,
        max_write_size: int | None,
        write_timeout: float | None,
    ) -> None: ...
