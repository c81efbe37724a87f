"""Every error that tickfold raises on purpose.

    TickfoldError
    ├── ConfigError        a wrong argument or setting; also a ValueError
    ├── ConnectError       no connection could be made
    │   ├── HandshakeError     the server refused or garbled the websocket upgrade
    │   └── TlsError           the certificate or the TLS handshake failed
    ├── AuthError          the venue refused the credentials
    ├── ProtocolError      the peer broke RFC 6455 or RFC 7692; `.code` is the close code to send
    ├── NegotiationError   the answer to our extension offer is not acceptable
    ├── AmbiguousError     several streams or accounts have what was asked for; also a LookupError
    ├── LimitError         a stated limit (rows, symbols, sizes) was reached
    ├── StaleError         a connection went silent, or its peer does not read
    ├── JournalError       a journal is damaged, or no journal
    └── CallbackError      a callback raised; the exception is its `__cause__`
"""

from typing import TypeVar

__all__ = [
    "AmbiguousError",
    "AuthError",
    "CallbackError",
    "ConfigError",
    "ConnectError",
    "HandshakeError",
    "JournalError",
    "LimitError",
    "NegotiationError",
    "ProtocolError",
    "StaleError",
    "TickfoldError",
    "TlsError",
    "cooled",
    "describe",
    "named",
]

E = TypeVar("E", bound="TickfoldError")


class TickfoldError(Exception):
    """Base of all errors of this package."""

    #: Seconds to wait before another attempt, as the venue asked for or as the kind of refusal needs; None if another
    #: attempt may follow at once.
    retry_after: float | None = None
    #: The status of the HTTP answer that refused the upgrade; None for any other failure.
    status: int | None = None


class ConfigError(TickfoldError, ValueError):
    """A wrong argument or setting; the message says how to correct it."""


class ConnectError(TickfoldError):
    """No connection could be made."""


class HandshakeError(ConnectError):
    """The server refused or garbled the websocket upgrade."""


class TlsError(ConnectError):
    """The certificate or the TLS handshake failed."""


class AuthError(TickfoldError):
    """The venue refused the credentials."""


class ProtocolError(TickfoldError):
    """The peer broke RFC 6455 or RFC 7692."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        #: The close code to send (RFC 6455 §7.4.1): 1002, 1007, 1009 …
        self.code = code


class NegotiationError(TickfoldError):
    """The server's answer to our extension offer is not acceptable (RFC 7692 §7.1)."""


class AmbiguousError(TickfoldError, LookupError):
    """Several streams or accounts have what was asked for; the message names them and says how to choose one."""


class LimitError(TickfoldError):
    """A stated limit (rows, symbols, sizes) was reached."""


class StaleError(TickfoldError):
    """A connection went silent for longer than its venue allows, or its peer does not read what it is sent."""


class JournalError(TickfoldError):
    """A journal is damaged, or no journal; the message says where."""


class CallbackError(TickfoldError):
    """A callback raised; the original exception is `__cause__`."""


def cooled(error: E, seconds: float | None) -> E:
    """Sets `retry_after`, seconds, and returns the same error."""
    error.retry_after = seconds
    return error


def describe(error: BaseException) -> str:
    """The text of an exception; the name of its type if it has no text or its __str__ raises."""
    try:
        text = str(error).strip()
    except Exception:
        text = ""
    return text if text not in ("", "()") else type(error).__name__  # an empty ssl.SSLError says "()"


def named(error: BaseException) -> str:
    """The type and the text of an exception, "ValueError: odd"; the type alone where it has no text."""
    name, text = type(error).__name__, describe(error)
    return name if text == name else f"{name}: {text}"
