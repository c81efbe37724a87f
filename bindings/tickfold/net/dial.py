"""TCP connections: to any address of a host that answers (RFC 8305), directly, through an HTTP proxy (CONNECT) or a
SOCKS proxy.

    sock = await dial("stream.example", 443, proxy="http://user:password@proxy.example:3128")
    sock = await dial("stream.example", 443, proxy="socks5h://user:password@proxy.example:1080")
"""

import asyncio
import base64
import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final
from urllib import request as urllib_request
from urllib.parse import SplitResult, unquote, urlsplit

from tickfold.net.logs import fields
from tickfold.net.socks import SOCKS, SOCKS_PORT, dial_socks
from tickfold.schema.errors import AuthError, ConfigError, ConnectError, describe

__all__ = ["ENVIRONMENT", "check_proxy", "dial", "proxy_of_environment"]

log = logging.getLogger("tickfold")

#: The value of `proxy` that takes it from HTTPS_PROXY (wss), HTTP_PROXY (ws), ALL_PROXY and NO_PROXY.
ENVIRONMENT: Final = "environment"

#: Seconds that an address is given before the next one is tried beside it (RFC 8305 §8).
NEXT_ADDRESS: Final = 0.25

#: Octets of a proxy's answer.
MAX_ANSWER: Final = 16 * 1024

_said: set[str] = set()  # hosts of proxies that are set in the environment and not used


async def dial(host: str, port: int, *, proxy: str | None = None) -> socket.socket:
    """A connected socket, which does not block. Raises OSError, ConfigError, and what the proxy makes of it: AuthError
    where it refuses the credentials, ConnectError for all else."""
    if proxy is None:
        return await _connect(host, port)
    parts = check_proxy(proxy)
    assert parts.hostname is not None
    name = f"the proxy {parts.hostname}:{parts.port or (SOCKS_PORT if parts.scheme in SOCKS else 80)}"
    if parts.scheme in SOCKS:
        return await dial_socks(parts, host, port, name)
    try:
        sock = await _connect(parts.hostname, parts.port or 80)
    except OSError as error:
        raise ConnectError(f"{name}: {error.strerror or describe(error)}") from error
    try:
        await _tunnel(sock, host, port, parts, name)
    except BaseException:
        sock.close()
        raise
    return sock


def check_proxy(proxy: str) -> SplitResult:
    """The parts of a proxy's URL. Raises ConfigError, which quotes nothing that may be a password."""
    try:
        parts = urlsplit(proxy)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", *SOCKS) or parts.path not in ("", "/"):
        raise ConfigError(
            'proxy= takes "http://host:port" or "socks5://host:port" (also socks5h, socks4, socks4a), with '
            '"user:password@" before the host where it wants them, or "environment"'
        )
    return parts


def proxy_of_environment(host: str, secure: bool, *, used: bool) -> str | None:
    """The proxy that the environment names for a host; None: none. Where it is not `used`, that is said once."""
    named = urllib_request.getproxies_environment()
    proxy = named.get("https" if secure else "http") or named.get("all")
    passed_over = urllib_request.proxy_bypass_environment(host, named)  # type: ignore[attr-defined]  # the stubs lack it
    if proxy is None or passed_over:
        return None
    if used:
        return proxy if "://" in proxy else f"http://{proxy}"
    if host not in _said:
        _said.add(host)
        told = fields("proxy", host=host)
        log.info('%s: the environment names a proxy, which is not used: proxy="environment" would', host, extra=told)
    return None


async def _connect(host: str, port: int) -> socket.socket:
    """Tries all addresses, the next one when one has failed or taken long, until one answers."""
    found = await _addresses(host, port)
    if not found:
        raise OSError(f"{host} has no address")
    trying: set[asyncio.Task[socket.socket]] = set()
    failure: OSError | None = None
    addresses = _alternating(found)
    try:
        while True:
            address = next(addresses, None)
            if address is not None:
                trying.add(asyncio.create_task(_try(*address)))
            if not trying:
                raise failure or OSError(f"{host} has no address")
            done, trying = await asyncio.wait(
                trying, timeout=None if address is None else NEXT_ADDRESS, return_when=asyncio.FIRST_COMPLETED
            )
            winner: socket.socket | None = None
            for task in done:
                error = task.exception()
                if error is None and winner is None:
                    winner = task.result()
                elif error is None:
                    task.result().close()
                elif isinstance(error, OSError):
                    failure = failure or error
                else:
                    raise error
            if winner is not None:
                return winner
    finally:
        for task in trying:
            task.cancel()
            task.add_done_callback(_close_unused)


async def _addresses(host: str, port: int) -> list[Any]:
    """What socket.getaddrinfo says, and raises.

    A name is looked up in a thread of its own that nobody waits for: it may take half a minute where the network is
    down, and can't be ended. One of the event loop's would keep the loop from closing for as long.
    """
    with contextlib.suppress(socket.gaierror):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def settle(found: list[Any], error: Exception | None) -> None:
        if answer.done():  # it was cancelled
            return
        if error is None:
            answer.set_result(found)
        else:
            answer.set_exception(error)

    def look_up() -> None:
        found, failure = [], None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except Exception as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop is closed by now
            loop.call_soon_threadsafe(settle, found, failure)

    threading.Thread(target=look_up, name=f"tickfold look-up of {host}", daemon=True).start()
    return await answer


def _alternating(found: list[Any]) -> Iterator[tuple[int, Any]]:
    """Addresses with their families, first one of each family, then the second ones, and so on."""
    families: dict[int, list[tuple[int, Any]]] = {}
    for family, _, _, _, address in found:
        families.setdefault(family, []).append((family, address))
    for row in zip_longest(*families.values()):
        yield from (each for each in row if each is not None)


async def _try(family: int, address: Any) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _close_unused(task: "asyncio.Task[socket.socket]") -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()


async def _tunnel(sock: socket.socket, host: str, port: int, proxy: SplitResult, name: str) -> None:
    """Asks the proxy for a tunnel (RFC 9110 §9.3.6)."""
    loop = asyncio.get_running_loop()
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.username is not None:
        login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(login).decode()}")
    await loop.sock_sendall(sock, ("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = await loop.sock_recv(sock, 4096)
        answer += data
        if not data or len(answer) > MAX_ANSWER:
            raise ConnectError(f"{name}: it closed the connection" if not data else f"{name}: its answer is too long")
    version, _, rest = answer.partition(b" ")
    status = rest[:3]
    if not version.startswith(b"HTTP/1.") or not status.isdigit():
        raise ConnectError(f"{name}: its answer is not HTTP")
    if status == b"407":
        raise AuthError(f"{name}: it wants a user and a password, or refuses those that were given")
    if not status.startswith(b"2"):
        raise ConnectError(f"{name}: it refused the tunnel to {target} with HTTP {status.decode()}")
    if not answer.endswith(b"\r\n\r\n"):
        raise ConnectError(f"{name}: it sent data ahead of the server")
