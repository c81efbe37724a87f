"""No credential in what is raised, logged and shown, whatever the server makes of the request; over real sockets."""

import asyncio
import base64
import hashlib
import logging
import traceback
from typing import Any

import pytest

import tickfold as tf
from support_live import run
from tickfold.net.secrets import hidden
from tickfold.net.stream import Stream
from tickfold.sim.connection import frame

KEY, SECRET, USER, PASSWORD = "KEYKEYKEY", "SECRET&SECRET", "USERUSERUSER", "PASS WORD+PASS"
SESSION, COOKIE, TOKEN = "SESSIONSESSION", "COOKIECOOKIE", "TOKENTOKEN"

#: Stream → its credentials, as they are given and as they are sent.
OWN = {
    "alpaca": (KEY, SECRET),
    "headers": (KEY, SECRET),
    "trading": (KEY, SECRET),
    "etna": (USER, PASSWORD, "PASS%20WORD%2BPASS"),
    "cookie": (COOKIE,),
    "session": (SESSION,),
    "token": (SESSION, TOKEN),
    "portal": (COOKIE,),
}


def streams(host: str) -> dict[str, Stream]:
    limits: Any = {"connect_timeout": 0.3, "ready_timeout": 0.3, "close_timeout": 0.1}
    keys: Any = {"key": KEY, "secret": SECRET, **limits}
    return {
        "alpaca": tf.alpaca.MarketData("v2/iex", quotes=["A"], url=f"ws://{host}/v2/iex", **keys),
        "headers": tf.alpaca.MarketData("v2/iex", quotes=["A"], auth="headers", url=f"ws://{host}/v2/iex", **keys),
        "trading": tf.alpaca.Trading(url=f"ws://{host}/stream", **keys),
        "etna": tf.etna.Trading(f"ws://{host}", user=USER, password=PASSWORD, accounts=["1"], **limits),
        "cookie": tf.ibkr.WebApi(f"ws://{host}/v1/api/ws", orders=True, cookie=COOKIE, **limits),
        "session": tf.ibkr.WebApi(f"ws://{host}/v1/api/ws", orders=True, session=SESSION, **limits),
        "token": tf.ibkr.WebApi(
            f"ws://{host}/v1/api/ws", orders=True, session=SESSION, identify="oauth2", access_token=TOKEN, **limits
        ),
        "portal": tf.ibkr.Portal(f"ws://{host}/v1/portal/ws", quotes=[1], cookie=COOKIE, **limits),
    }


def upgraded(request: bytes) -> bytes:
    key = next(line.split(b": ")[1] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


def echo(request: bytes, own: str) -> bytes:
    return b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n" % len(request) + request


def status_line(request: bytes, own: str) -> bytes:
    return request.replace(b"GET", b"HTTP/1.1 400", 1)


def redirect(request: bytes, own: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: /{own}\r\nContent-Length: 0\r\n\r\n".encode()


def closes(request: bytes, own: str) -> bytes:
    return upgraded(request) + frame(0x88, b"\x03\xf0refused: " + own.encode())


def error(request: bytes, own: str) -> bytes:
    said = f'[{{"T":"success","msg":"connected"}},{{"T":"error","code":402,"msg":"{own}"}}]'
    return upgraded(request) + frame(0x81, said.encode())


def nothing(request: bytes, own: str) -> bytes:
    return b""


def shown(failure: BaseException) -> str:
    """What a reporter of errors may print: the chain with all locals and attributes."""
    said = ["".join(traceback.TracebackException.from_exception(failure, capture_locals=True).format())]
    one: BaseException | None = failure
    while one is not None:
        said.append(f"{one.args!r} {vars(one)!r}")
        one = one.__cause__ or one.__context__
    return "\n".join(said)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("answer", [echo, status_line, redirect, closes, error, nothing])
def test_whatever_a_server_answers(answer, name, caplog):
    caplog.set_level(1)
    logging.getLogger("asyncio").setLevel(logging.INFO)
    engines: list[tf.Engine] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(await reader.readuntil(b"\r\n\r\n"), " ".join(OWN[name])))
        await reader.read()
        writer.close()

    async def main() -> str:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            stream = streams(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")[name]
            engines.append(tf.Engine(stream, reconnect=None))
            try:
                async with asyncio.timeout(3), engines[0] as engine:
                    await engine.wait()
            except tf.TickfoldError as failure:
                return shown(failure)
            except TimeoutError:  # the older gateway is ready at once, and knows no such error
                assert (name, answer) == ("portal", error)
        return ""

    said = [run(main()), caplog.text, repr(engines[0].stats)]
    assert said[0] or (name == "portal" and answer in (error, closes))  # it is ready at once: no failure
    for secret in OWN[name]:
        for text in said:
            assert secret not in text


def test_credentials_that_are_no_text_are_not_shown():
    async def main() -> str:
        stream = tf.ibkr.WebApi("ws://127.0.0.1:1/", orders=True, session=lambda: SESSION + "\n")
        try:
            async with tf.Engine(stream) as engine:
                await engine.wait()
        except tf.AuthError as failure:
            return shown(failure)
        return ""

    said = run(main())
    assert "session id" in said
    assert SESSION not in said


def test_short_ones_are_not_looked_for():
    assert hidden("account 5104 refuses PASSWORD", ("5104", "PASSWORD")) == "account 5104 refuses …"
