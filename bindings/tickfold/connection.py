"""Opening a websocket: TCP, TLS, the handshake, each under one time limit, each failure as one of our errors."""

import asyncio
import logging
import ssl as tls
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from picows import WSError

from tickfold.engine.listener import Listener, Protocol
from tickfold.errors import ConfigError, ConnectError, HandshakeError, TlsError

__all__ = ["connect"]

#: picows writes the request with all its headers, credentials among them, to loggers that listen below DEBUG. Ours
#: never does: its level is its own.
LOGGER: Final = logging.getLogger("tickfold.connection")
LOGGER.setLevel(logging.WARNING)

#: picows' own limit on the answer's header.
MAX_HEADER_SIZE: Final = 16 * 1024


async def connect(
    url: str,
    listener: Listener,
    *,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ssl: tls.SSLContext | None = None,
    timeout: float = 10.0,
    max_header_size: int = MAX_HEADER_SIZE,
) -> Listener:
    """Connects to a ws:// or wss:// URL and returns the listener, connected.

    headers: for the request, beside the handshake's own; the listener's `offer` is added. ssl: for wss://, instead of
    `ssl.create_default_context()`. timeout: seconds for everything until the handshake is done. max_header_size: octets
    of the answer's header.

    Raises ConfigError for a URL or header that cannot be used, TlsError, HandshakeError for an answer other than 101
    or a malformed one, NegotiationError for extensions that do not match the offer, and ConnectError for all else
    (no such host, refused, timed out). Redirects are not followed.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or parts.fragment:
        raise ConfigError(
            f"not a websocket URL: {parts.scheme}://{parts.hostname or ''} (ws:// or wss://, no fragment)"
        )
    if not 1 <= max_header_size <= MAX_HEADER_SIZE:
        raise ConfigError(f"max_header_size must be 1 to {MAX_HEADER_SIZE}, not {max_header_size}")
    secure = parts.scheme == "wss"
    port = parts.port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pairs = [*(headers.items() if isinstance(headers, Mapping) else headers)]
    if listener.offer:
        pairs.append(("Sec-WebSocket-Extensions", listener.offer))
    if " " in path:
        raise ConfigError("a URL holds a space")
    for text in (path, *(part for pair in pairs for part in pair)):
        if any(character < " " or character == "\x7f" for character in text):
            raise ConfigError("a URL or header holds a control character")

    def protocol() -> Protocol:
        return Protocol(listener, parts.netloc.rpartition("@")[2], path, pairs, LOGGER, timeout, max_header_size)

    try:
        async with asyncio.timeout(timeout):
            return await _open(protocol, parts.hostname, port, ssl or tls.create_default_context() if secure else None)
    except TimeoutError as error:
        raise ConnectError(f"{parts.hostname}:{port}: not connected within {timeout} s") from error
    except tls.SSLError as error:
        raise TlsError(f"{parts.hostname}:{port}: {error}") from error
    except WSError as error:
        raise HandshakeError(f"{parts.hostname}:{port}: {error}") from error
    except OSError as error:
        raise ConnectError(f"{parts.hostname}:{port}: {error}") from error


async def _open(protocol: Callable[[], Protocol], host: str, port: int, ssl: tls.SSLContext | None) -> Listener:
    loop: Any = asyncio.get_running_loop()
    _, connection = await loop.create_connection(protocol, host, port, ssl=ssl)
    try:
        await connection.wait_until_handshake_complete()
    except BaseException:
        connection.transport.disconnect(False)
        raise
    if connection.refusal is not None:
        raise connection.refusal
    if connection.listener is None or connection.listener.transport is None:
        raise HandshakeError(f"{host}:{port}: the server ended the connection during the handshake")
    listener: Listener = connection.listener
    return listener
