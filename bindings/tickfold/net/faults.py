"""The one place where failures of the operating system, of TLS and of picows become errors of ours.

    except Exception as error:
        fault = connect_error(error, "host:443", limit=10.0)

    what was raised                            what it becomes
    TimeoutError of our own time limit         ConnectError, with the limit
    ssl.SSLError                               TlsError
    picows.WSHandshakeError, HTTP 401 or 403   AuthError
    any other picows.WSError                   HandshakeError
    OSError                                    ConnectError
    TickfoldError                              itself
    anything else, MemoryError too             itself: a fault of this program, which must not look like the venue's

No message ends behind a colon: an exception without text is named by its type.
"""

import os
import ssl
import time
from email.utils import parsedate_to_datetime
from errno import errorcode
from socket import gaierror
from typing import Final

from picows import WSError, WSHandshakeError

from tickfold.schema.errors import (
    AuthError,
    ConfigError,
    ConnectError,
    HandshakeError,
    LimitError,
    TickfoldError,
    TlsError,
    describe,
)

__all__ = ["REFUSALS", "connect_error", "dialogue_error", "hopeless", "retry_after"]

#: The venue's refusals: of the login, of what was asked for, of how much.
REFUSALS: Final = (AuthError, ConfigError, LimitError)


def hopeless(error: TickfoldError) -> bool:
    """Whether a first attempt that ended so would end so again."""
    if isinstance(error, (*REFUSALS, TlsError)):
        return True
    return error.status is not None and 400 <= error.status < 500 and error.status not in (408, 429)


def connect_error(error: Exception, server: str, limit: float, *, path: str = "", tls: bool = False) -> Exception:
    """What an exception means that ended an attempt to connect.

    server   host and port, which begin the message
    limit    seconds that the whole attempt was given
    path     what of the server was asked for, without its query
    tls      whether TLS was spoken
    """
    match error:
        case TickfoldError():
            return error
        case TimeoutError(errno=None):  # with a number it is the operating system's: ETIMEDOUT
            return ConnectError(f"{server}: no upgrade within {limit} s")
        case ssl.SSLError():
            return _tls_error(error, server)
        case WSHandshakeError():
            return _refusal(error, server, path)
        case WSError():
            return HandshakeError(f"{server}: {describe(error)}")
        case ConnectionResetError() | ConnectionAbortedError() if tls:
            return ConnectError(f"{server}: {_reason(error)} while TLS began{NO_TLS}")
        case OSError():
            return ConnectError(f"{server}: {_reason(error)}")
    return error


def dialogue_error(error: Exception, label: str) -> Exception:
    """What an exception means that a stream's dialogue raised: but for TickfoldErrors the connection is given up."""
    if isinstance(error, (TickfoldError, MemoryError)):
        return error
    failure = ConnectError(f"{label}: the dialogue failed: {error!r}")
    failure.__cause__ = error
    return failure


def _reason(error: OSError) -> str:
    """The operating system's words: asyncio puts "Connect call failed" in their place."""
    number = error.errno
    if number is not None and number in errorcode and not isinstance(error, gaierror):
        return os.strerror(number)
    return error.strerror or describe(error)


def _tls_error(error: ssl.SSLError, server: str) -> TlsError:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "verify_message", "") or str(error.args[-1] if error.args else "") or describe(error)
        hint = ""
        if "self-signed" in why or "self signed" in why:
            hint = (
                "; if this server is yours, pin its certificate: fingerprint= takes what "
                f"`openssl s_client -connect {server} </dev/null | openssl x509 -noout -fingerprint -sha256` prints"
            )
        return TlsError(f"{server}: the certificate is not accepted: {why}{hint}")
    reason = getattr(error, "reason", None) or describe(error)
    hint = NO_TLS if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE") else ""
    return TlsError(f"{server}: TLS failed: {reason}{hint}")


#: What a server that answers a TLS handshake with something else may mean.
NO_TLS = ": where the server speaks no TLS at this port, write ws:// in place of wss://"


def _refusal(error: WSHandshakeError, server: str, path: str) -> TickfoldError:
    """What a refused upgrade means. The body of the answer is left out: its text is the server's."""
    response = getattr(error, "response", None)
    if response is None or response.status == 101:  # it is not refused: a header of the answer is wrong
        return HandshakeError(f"{server}: {describe(error)[:200]}")
    status = int(response.status)
    refusal: TickfoldError
    if status in (401, 403):
        refusal = AuthError(f"{server}: the upgrade was refused with HTTP {status}")
    else:
        hint = _leads_to(response.headers.get("Location")) if 300 <= status < 400 else _HINTS.get(status, "")
        asked = f" of {path}" if path else ""
        refusal = HandshakeError(f"{server}: the upgrade{asked} was answered with HTTP {status}{hint}")
    refusal.status = status
    wait = retry_after(response.headers.get("Retry-After"))
    refusal.retry_after = _COOL_DOWN.get(status) if wait is None else wait
    return refusal


#: What an answer usually means, for its message.
_HINTS = {
    400: "; it takes the request for malformed: check the URL and its query",
    404: "; there is nothing at this path: check the URL",
    405: "; this path takes no websocket: check the URL",
    426: "; it wants another protocol, such as wss:// in place of ws://",
    429: "; too many attempts",
}

#: Seconds to stay away where the answer names none: too many attempts, and the ban that follows at some venues.
_COOL_DOWN = {418: 120.0, 429: 30.0}

#: The longest time that a server may ask us to stay away, in seconds.
MAX_RETRY_AFTER = 3600.0


def retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110 §10.2.3), at most MAX_RETRY_AFTER; None where it says none.

    now   seconds since the epoch, for a header that gives a date
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return float(min(int(text[:9]), MAX_RETRY_AFTER))
    try:
        at = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, at - (time.time() if now is None else now)), MAX_RETRY_AFTER)


def _leads_to(location: str | None) -> str:
    """Where a redirect leads, without its query, which may hold a secret. It is not followed."""
    where = (location or "").partition("?")[0]
    if not where:
        return ", a redirect that says no place"
    login = "; log in there first" if "login" in where.lower() else ""
    return f", a redirect to {where[:200]!r}, which is not followed{login}"
