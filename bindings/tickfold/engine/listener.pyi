import logging
from collections.abc import Callable, Iterable
from typing import Any

from picows import WSListener, WSTransport, WSUpgradeRequest, WSUpgradeResponse
from typing_extensions import Buffer

from tickfold.engine.messages import Assembler
from tickfold.engine.receiver import Receiver
from tickfold.schema.errors import HandshakeError, LimitError, ProtocolError, StaleError
from tickfold.schema.extensions import DeflateParams

class Listener(WSListener):
    receiver: Receiver
    transport: WSTransport | None
    assembler: Assembler
    offer: str | None
    deflate: DeflateParams | None
    failure: ProtocolError | LimitError | StaleError | None
    close_code: int
    close_reason: str
    sent_close_code: int
    connected: bool
    messages: int
    octets: int
    pings: int
    pongs: int
    recv_ns: int
    last_receive_ns: int
    whole_ns: int
    last_whole_ns: int
    busy_ns: int
    close_timeout: float
    woken: Callable[[], object] | None
    def __init__(
        self,
        receiver: Receiver,
        *,
        offer: str | None = None,
        deflate: DeflateParams | None = None,
        require_deflate: bool = False,
        compress: bool = False,
        close_timeout: float = 5.0,
        max_write_size: int | None = ...,
        write_timeout: float | None = 5.0,
        on_connected: Callable[[Listener], object] | None = None,
        on_close: Callable[[int, str], object] | None = None,
        on_pong: Callable[[bytes], object] | None = None,
        on_error: Callable[[BaseException], object] | None = None,
        on_disconnected: Callable[[Listener], object] | None = None,
        max_message_size: int | None = ...,
        max_frame_size: int | None = ...,
        max_fragments: int | None = ...,
        mends_text: bool = ...,
    ) -> None: ...
    @property
    def mended(self) -> int: ...
    def accept(self, request: WSUpgradeRequest, response: WSUpgradeResponse) -> Listener: ...
    def send_text(self, message: str | Buffer) -> bool: ...
    def send_binary(self, message: Buffer) -> bool: ...
    def send_ping(self, data: bytes = b"") -> bool: ...
    def close(self, code: int = 1000, reason: str = "") -> bool: ...
    def abort(self) -> None: ...
    async def wait_disconnected(self) -> None: ...

class Protocol:
    refusal: HandshakeError | None
    transport: WSTransport | None
    listener: Listener | None
    def __init__(
        self,
        listener: Listener,
        host: str,
        path: str,
        headers: Iterable[tuple[str, str]],
        logger: logging.Logger,
        handshake_timeout: float | None,
        max_header_size: int,
    ) -> None: ...
    async def wait_until_handshake_complete(self) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
