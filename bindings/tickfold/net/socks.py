"""Connections through a SOCKS proxy (RFC 1928, RFC 1929, and SOCKS 4), which python-socks talks to."""

import contextlib
import os
import socket
from collections.abc import Mapping
from errno import errorcode
from typing import Final
from urllib.parse import SplitResult, unquote

from tickfold.schema.errors import AuthError, ConfigError, ConnectError, TickfoldError, describe

__all__ = ["SOCKS", "SOCKS_PORT", "dial_socks"]

#: Scheme of the URL → version of SOCKS, and whether the proxy looks up the host's name. The schemes are those of curl.
SOCKS: Final[Mapping[str, tuple[int, bool]]] = {
    "socks5": (5, False),
    "socks5h": (5, True),
    "socks4": (4, False),
    "socks4a": (4, True),
}

#: Of these words of python-socks one says that the login is refused; it has no code for that.
REFUSALS: Final = ("authentication failure", "No acceptable authentication", "identd")

#: Where the URL names no port.
SOCKS_PORT: Final = 1080


async def dial_socks(proxy: SplitResult, host: str, port: int, name: str) -> socket.socket:
    """A socket that is connected with `host` through the proxy. `name` names the proxy in messages.

    Raises AuthError where the proxy refuses the login, ConfigError for credentials that SOCKS cannot carry, OSError
    where the host's name is looked up here and not found, ConnectError for all else.
    """
    user, password = unquote(proxy.username or ""), unquote(proxy.password or "")
    if not (user.isascii() and password.isascii() and len(user) < 256 and len(password) < 256):
        raise ConfigError(f"{name}: SOCKS takes a user and a password of up to 255 ASCII characters")
    try:
        sock = await _connect(proxy, user, password, host, port)
    except socket.gaierror:
        raise
    except Exception as error:  # what a malformed answer raises is not documented
        fault = _fault(error, name, host, port)
    else:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    raise fault  # without a context: frames of python-socks hold the password


async def _connect(proxy: SplitResult, user: str, password: str, host: str, port: int) -> socket.socket:
    from python_socks import ProxyType  # most streams use no proxy
    from python_socks.async_.asyncio import Proxy

    version, remote = SOCKS[proxy.scheme]
    assert proxy.hostname is not None
    through = Proxy.create(
        proxy_type=ProxyType.SOCKS5 if version == 5 else ProxyType.SOCKS4,
        host=proxy.hostname,
        port=proxy.port or SOCKS_PORT,
        username=user or None,
        password=password or None,
        rdns=remote,
    )
    return await through.connect(dest_host=host, dest_port=port)


def _fault(error: Exception, name: str, host: str, port: int) -> TickfoldError:
    """What an exception of python-socks means."""
    from python_socks import ProxyConnectionError

    words = describe(error)
    if isinstance(error, OSError):
        known = error.errno in errorcode  # the numbers of a name that is not found are others
        words = os.strerror(error.errno or 0) if known else words.rpartition("[")[2].rstrip("]")
    if isinstance(error, ProxyConnectionError):
        return ConnectError(f"{name}: {words}")
    if any(refusal in words for refusal in REFUSALS):
        return AuthError(f"{name}: it wants a user and a password, or refuses those that were given")
    return ConnectError(f"{name}: no connection with {host}:{port}: {words}")
