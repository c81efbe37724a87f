"""Which of our errors a failure becomes. Real handshakes that fail are in test_session and test_listener."""

import asyncio
import socket
import ssl
from types import SimpleNamespace

import pytest
from picows import WSError, WSHandshakeError

import tickfold as tf
from support_live import run
from tickfold.connection import connect
from tickfold.engine.listener import Listener
from tickfold.engine.receiver import Receiver
from tickfold.net.faults import connect_error, dialogue_error, retry_after
from tickfold.schema.errors import describe, named

SERVER = "host:443"


def refused(status: int, **headers: str) -> WSHandshakeError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    error = WSHandshakeError("the body of the answer")
    error.response = SimpleNamespace(status=status, headers=named)
    return error


def without_reason() -> ssl.SSLError:
    return ssl.SSLError()


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (TimeoutError(), tf.ConnectError, "host:443: no upgrade within 2.5 s"),
        (TimeoutError(110, "Connection timed out"), tf.ConnectError, "host:443: Connection timed out"),
        (ConnectionRefusedError(111, "Connection refused"), tf.ConnectError, "host:443: Connection refused"),
        (socket.gaierror(-2, "Name or service not known"), tf.ConnectError, "host:443: Name or service not known"),
        (OSError("several addresses refused"), tf.ConnectError, "host:443: several addresses refused"),
        (ConnectionResetError(), tf.ConnectError, "host:443: ConnectionResetError"),
        (refused(401), tf.AuthError, "host:443: the upgrade was refused with HTTP 401"),
        (refused(403), tf.AuthError, "host:443: the upgrade was refused with HTTP 403"),
        (refused(503), tf.HandshakeError, "host:443: the upgrade was answered with HTTP 503"),
        (WSHandshakeError("no Upgrade"), tf.HandshakeError, "host:443: no Upgrade"),
        (WSError(), tf.HandshakeError, "host:443: WSError"),
        (without_reason(), tf.TlsError, "host:443: TLS failed: SSLError"),
        (
            ssl.SSLCertVerificationError(),
            tf.TlsError,
            "host:443: the certificate is not accepted: SSLCertVerificationError",
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, Exception) else None,
)
def test_what_a_failed_attempt_becomes(error, kind, said):
    fault = connect_error(error, SERVER, 2.5)
    assert type(fault) is kind
    assert str(fault) == said


@pytest.mark.parametrize("error", [MemoryError(), KeyError("a bug"), tf.LimitError("as it was")])
def test_faults_of_our_own_stay_what_they_are(error):
    assert connect_error(error, SERVER, 1.0) is error


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry_After": "3"}, 3.0),
        (503, {"Retry_After": " 120 "}, 120.0),
        (401, {"Retry_After": "7"}, 7.0),
        (503, {"Retry_After": "9" * 40}, 3600.0),
        (503, {"Retry_After": "Sat, 01 Jan 2000 00:00:00 GMT"}, 0.0),
        (503, {"Retry_After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 3600.0),
        (503, {"Retry_After": "soon"}, None),
        (503, {"Retry_After": "-1"}, None),
        (503, {}, None),
        (429, {}, 30.0),
        (429, {"Retry_After": "x"}, 30.0),
        (418, {}, 120.0),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(status, headers, wait):
    fault = connect_error(refused(status, **headers), SERVER, 1.0)
    assert isinstance(fault, tf.TickfoldError)
    assert fault.status == status
    assert fault.retry_after == wait


def test_a_date_in_retry_after():
    assert retry_after("Thu, 01 Jan 1970 00:01:30 GMT", now=60.0) == 30.0


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (302, {"Location": "https://localhost:5000/sso/Login?key=SECRET"}, "'https://localhost:5000/sso/Login'"),
        (302, {"Location": "https://localhost:5000/sso/Login?key=SECRET"}, "log in there first"),
        (301, {}, "says no place"),
        (404, {}, "check the URL"),
    ],
)
def test_a_refused_upgrade_says_what_to_do(status, headers, words):
    said = str(connect_error(refused(status, **headers), SERVER, 1.0))
    assert words in said
    assert "SECRET" not in said


def test_a_dialogue_that_fails_costs_its_connection():
    bug = KeyError("T")
    fault = dialogue_error(bug, "alpaca v2/iex")
    assert type(fault) is tf.ConnectError
    assert str(fault) == "alpaca v2/iex: the dialogue failed: KeyError('T')"
    assert fault.__cause__ is bug
    for error in (MemoryError(), tf.AuthError("refused")):
        assert dialogue_error(error, "alpaca v2/iex") is error


def test_a_failed_verification_says_what_to_do():
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    error.verify_message = "self-signed certificate"
    said = str(connect_error(error, "localhost:5000", 1.0))
    assert "fingerprint=" in said
    assert "openssl s_client -connect localhost:5000" in said
    error.verify_message = "Hostname mismatch, certificate is not valid for 'localhost'"
    said = str(connect_error(error, "localhost:5000", 1.0))
    assert "Hostname mismatch" in said
    assert "fingerprint" not in said


def test_other_failures_of_tls_keep_their_reason():
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    said = str(connect_error(error, SERVER, 1.0))
    assert said.startswith("host:443: TLS failed: WRONG_VERSION_NUMBER: ")
    assert "ws:// in place of wss://" in said
    error.reason = "TLSV1_ALERT_INTERNAL_ERROR"
    assert str(connect_error(error, SERVER, 1.0)) == "host:443: TLS failed: TLSV1_ALERT_INTERNAL_ERROR"


class Broken(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def test_an_exception_is_described_by_its_text_or_its_type():
    assert describe(ValueError("odd")) == "odd"
    assert describe(ValueError()) == "ValueError"
    assert describe(ValueError(" \n")) == "ValueError"
    assert describe(Broken()) == "Broken"
    assert named(ValueError("odd")) == "ValueError: odd"
    assert named(ValueError()) == "ValueError"
    assert describe(asyncio.IncompleteReadError(b"", 2)) != ""


def test_a_callback_that_raises_without_a_text():
    def fails(_: tf.Record) -> None:
        raise KeyError

    decoder = tf.decoder("ibkr")
    decoder.on(tf.Record, fails)
    with pytest.raises(tf.CallbackError, match=r"^a callback raised KeyError$"):
        decoder.feed(b"no JSON")


@pytest.mark.parametrize(
    "url", ["ws://user:se/cret@host/", "ws://host:99999/", "ws://a..b/", f"ws://{'a' * 64}.example/", "ws://[::1/"]
)
def test_a_malformed_host_or_port_is_a_wrong_argument_and_is_not_quoted(url):
    with pytest.raises(tf.ConfigError, match="host or its port is malformed") as raised:
        run(connect(url, Listener(Receiver())))
    assert raised.value.__cause__ is None
    assert "se" not in str(raised.value).replace("cannot be read", "")


def test_a_port_that_nobody_listens_on():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but it does not listen
        port = taken.getsockname()[1]
        for loop in ("asyncio", "uvloop"):
            with pytest.raises(tf.ConnectError, match=rf"^127\.0\.0\.1:{port}: .*refused") as raised:
                run(connect(f"ws://127.0.0.1:{port}/", Listener(Receiver())), loop=loop)
            assert isinstance(raised.value.__cause__, OSError)
