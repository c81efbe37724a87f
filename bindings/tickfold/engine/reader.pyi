from typing import final

from typing_extensions import Buffer

from tickfold.schema.errors import ProtocolError
from tickfold.schema.extensions import DeflateParams

DEFAULT_MAX_FRAGMENTS: int
DEFAULT_MAX_FRAME_SIZE: int
DEFAULT_MAX_MESSAGE_SIZE: int

@final
class Message:
    opcode: int
    data: bytes
    __match_args__ = ("opcode", "data")
    def __init__(self, opcode: int, data: bytes) -> None: ...
    @property
    def text(self) -> str: ...

class _Control:
    data: bytes
    __match_args__ = ("data",)
    def __init__(self, data: bytes = b"") -> None: ...

@final
class Ping(_Control): ...

@final
class Pong(_Control): ...

@final
class Close:
    code: int
    reason: str
    __match_args__ = ("code", "reason")
    def __init__(self, code: int, reason: str = "") -> None: ...

class MessageReader:
    def __init__(
        self,
        extensions: str | DeflateParams | None = None,
        *,
        max_message_size: int | None = ...,
        max_frame_size: int | None = ...,
        max_fragments: int | None = ...,
    ) -> None: ...
    def feed(self, data: Buffer) -> list[Message | Ping | Pong | Close]: ...
    def feed_eof(self) -> list[Close]: ...
    @property
    def failure(self) -> ProtocolError | None: ...
    @property
    def buffered(self) -> int: ...
    @property
    def close(self) -> Close | None: ...
