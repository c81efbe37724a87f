"""Opening a websocket: TCP, TLS, the handshake, each under one time limit, each failure as one of our errors."""

import asyncio
import logging
import ssl as tls
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from tickfold.engine.listener import Listener, Protocol
from tickfold.net.dial import ENVIRONMENT, dial, proxy_of_environment
from tickfold.net.faults import connect_error
from tickfold.net.secrets import without_frames
from tickfold.net.url import server_of
from tickfold.schema.errors import ConfigError, HandshakeError

__all__ = ["connect", "open_websocket"]

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
    proxy: str | None = None,
    max_header_size: int = MAX_HEADER_SIZE,
) -> Listener:
    """Connects to a ws:// or wss:// URL and returns the listener, connected.

    headers: for the request, beside the handshake's own; the listener's `offer` is added. ssl: for wss://, instead of
    `ssl.create_default_context()`. timeout: seconds for everything until the handshake is done. proxy: "http://host:port"
    or "socks5://host:port", with "user:password@" before the host where it wants them, or "environment"; without it,
    none is used.
    max_header_size: octets of the answer's header. Of several addresses of the host, the first to answer is taken.

    Raises ConfigError for a URL or header that cannot be used, TlsError, AuthError for HTTP 401 and 403, HandshakeError
    for any other answer than 101 or a malformed one, NegotiationError for extensions that do not match the offer, and
    ConnectError for all else (no such host, refused, timed out). Redirects are not followed.
    """
    server = server_of(url)
    try:
        async with asyncio.timeout(timeout):
            return await open_websocket(
                url, listener, headers=headers, ssl=ssl, proxy=proxy, max_header_size=max_header_size
            )
    except Exception as error:
        fault = connect_error(error, server, timeout)
        if fault is not error:
            fault.__cause__ = error
    raise without_frames(fault)


async def open_websocket(
    url: str,
    listener: Listener,
    *,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ssl: tls.SSLContext | None = None,
    handshake_timeout: float | None = None,
    proxy: str | None = None,
    max_header_size: int = MAX_HEADER_SIZE,
) -> Listener:
    """What `connect` does, without its time limit and with the errors of those who raise them.

    OSError (ssl.SSLError among them), picows.WSError (with the status of an answer that is not 101), TimeoutError
    when the answer takes longer than handshake_timeout seconds, and our own ConfigError, HandshakeError and
    NegotiationError.
    """
    server_of(url)  # refuses what is no websocket's
    parts = urlsplit(url)
    if not 1 <= max_header_size <= MAX_HEADER_SIZE:
        raise ConfigError(f"max_header_size must be 1 to {MAX_HEADER_SIZE}, not {max_header_size}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pairs = [*(headers.items() if isinstance(headers, Mapping) else headers)]
    if listener.offer:
        pairs.append(("Sec-WebSocket-Extensions", listener.offer))
    texts = [path, *(text for pair in pairs for text in pair)]
    if " " in path or any(character < " " or character == "\x7f" for text in texts for character in text):
        raise ConfigError("a URL or header holds a space or control character that it may not hold")

    def protocol() -> Protocol:
        host = parts.netloc.rpartition("@")[2]
        return Protocol(listener, host, path, pairs, LOGGER, handshake_timeout, max_header_size)

    loop: Any = asyncio.get_running_loop()
    assert parts.hostname is not None
    secure = parts.scheme == "wss"
    if proxy is None or proxy == ENVIRONMENT:
        proxy = proxy_of_environment(parts.hostname, secure, used=proxy == ENVIRONMENT)
    sock = await dial(parts.hostname, parts.port or (443 if secure else 80), proxy=proxy)
    try:
        context = ssl or tls.create_default_context() if secure else None
        name = parts.hostname if secure else None
        _, connection = await loop.create_connection(protocol, sock=sock, ssl=context, server_hostname=name)
    except BaseException:
        sock.close()
        raise
    try:
        await connection.wait_until_handshake_complete()
    except BaseException:
        connection.transport.disconnect(False)
        raise
    if connection.refusal is not None:
        raise connection.refusal
    if connection.listener is None or connection.listener.transport is None:
        raise HandshakeError(f"{parts.hostname}: the server ended the connection during the handshake")
    return listener
