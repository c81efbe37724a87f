"""The one place where failures of the operating system, of TLS and of picows become errors of ours.

    except Exception as error:
        raise connect_error(error, "host:443", limit=10.0) from error

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
from errno import errorcode
from socket import gaierror

from picows import WSError, WSHandshakeError

from tickfold.schema.errors import AuthError, ConnectError, HandshakeError, TickfoldError, TlsError, describe

__all__ = ["connect_error", "dialogue_error"]


def connect_error(error: Exception, server: str, limit: float) -> Exception:
    """What an exception means that ended an attempt to connect.

    server   host and port, which begin the message
    limit    seconds that the whole attempt was given
    """
    match error:
        case TickfoldError():
            return error
        case TimeoutError(errno=None):  # with a number it is the operating system's: ETIMEDOUT
            return ConnectError(f"{server}: no upgrade within {limit} s")
        case ssl.SSLError():
            return _tls_error(error, server)
        case WSHandshakeError():
            return _refusal(error, server)
        case WSError():
            return HandshakeError(f"{server}: {describe(error)}")
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
    return TlsError(f"{server}: TLS failed: {getattr(error, 'reason', None) or describe(error)}")


def _refusal(error: WSHandshakeError, server: str) -> TickfoldError:
    """What a refused upgrade means. The body of the answer is left out: its text is the server's."""
    response = getattr(error, "response", None)
    if response is None or response.status == 101:  # it is not refused: a header of the answer is wrong
        return HandshakeError(f"{server}: {describe(error)[:200]}")
    status = int(response.status)
    if status in (401, 403):
        return AuthError(f"{server}: the upgrade was refused with HTTP {status}")
    return HandshakeError(f"{server}: the upgrade was answered with HTTP {status}")
