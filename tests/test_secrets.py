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
from tickfold.net.stream import Opening, Stream, quoted
from tickfold.sim.connection import frame

KEY, SECRET, USER, PASSWORD = "KEYKEYKEY", "SECRET&SECRET", "USERUSERUSER", "PASS WORD+PASS"
SESSION, COOKIE, TOKEN = "SESSIONSESSION", "COOKIECOOKIE", "TOKENTOKEN"
BASIC = base64.b64encode(b"USERUSERUSER:PASSWORD").decode()

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
    "given headers": (KEY, TOKEN, COOKIE, BASIC),
    "query": (TOKEN, SECRET, "SECRET%26SECRET"),
    "callables": (KEY, SECRET),
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
        "given headers": tf.vega.Stream(
            "markets/data",
            url=f"ws://{host}",
            market_ids=["ab" * 32],
            headers={
                "Authorization": f"Bearer {TOKEN}",
                "Proxy-Authorization": f"Basic {BASIC}",
                "cookie": f"id=1; sid={COOKIE}",
                "X-Mine": KEY,
            },
            **limits,
        ),
        "query": tf.ibkr.WebApi(
            f"ws://{host}/v1/api/ws?token={TOKEN}&other=SECRET%26SECRET", orders=True, session="1", **limits
        ),
        "callables": tf.alpaca.MarketData(
            "v2/iex", quotes=["A"], url=f"ws://{host}/v2/iex", credentials=lambda: (KEY, SECRET), **limits
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
            except TimeoutError:  # the older gateway and Vega are ready at once, and know no such error
                assert answer is error and name in ("portal", "given headers")
        return ""

    said = [run(main()), caplog.text, repr(engines[0].stats)]
    assert said[0] or (name in ("portal", "given headers") and answer in (error, closes))  # ready at once: no failure
    said += [repr(engines[0].streams), repr(vars(engines[0].streams[0])), repr(vars(engines[0]))]
    for secret in OWN[name]:
        for text in said:
            assert secret not in text


class Quoting(tf.alpaca.MarketData):
    """Its dialogue fails with what the venue said."""

    async def open(self, *, again: bool) -> Opening:
        opening = await super().open(again=again)

        def record(record: Any, now: float) -> Any:
            raise ValueError(record.text)

        opening.dialogue.record = record  # type: ignore[method-assign]
        return opening


def test_a_dialogue_that_fails_quotes_no_credential(caplog):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(upgraded(await reader.readuntil(b"\r\n\r\n")))
        writer.write(frame(0x81, f'[{{"T":"error","code":402,"msg":"no such key: {KEY}"}}]'.encode()))
        await reader.read()
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2/iex"
            engine = tf.Engine(Quoting("v2/iex", quotes=["A"], url=url, key=KEY, secret=SECRET), reconnect=None)
            with pytest.raises(tf.ConnectError, match="the dialogue failed") as raised:
                async with engine:
                    await engine.wait()
        assert KEY not in "".join(traceback.format_exception(raised.value))

    run(main())
    assert "no such key: …" in caplog.text
    assert KEY not in caplog.text


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


def test_a_secret_that_holds_another_one_a_quote_or_the_end_of_a_quote():
    assert hidden("TOKENTOKEN-2 and TOKENTOKEN", ("TOKENTOKEN", "TOKENTOKEN-2")) == "… and …"
    assert hidden(quoted("no \\back'slash\\ here"), ("\\back'slash\\",)) == '"no … here"'
    for left in range(1, 12):
        said = hidden(quoted("x" * (200 - left) + "TOKENTOKEN" + "y" * 50), ("TOKENTOKEN",))
        assert "TOKE" not in said
        assert said.startswith("'" + "x" * (200 - left))


def test_a_description_shows_names_only():
    stream = tf.vega.Stream(
        "markets/data",
        url="ws://host",
        market_ids=["ab" * 32],
        proxy=f"socks5h://{USER}:{TOKEN}@proxy:1",
        headers={"X-Api-Key": KEY},
    )
    for text in (repr(stream), repr(vars(stream)), f"{vars(stream)!s}"):
        for secret in (TOKEN, USER, KEY):
            assert secret not in text
    shown_ = vars(stream)
    assert repr(shown_["headers"]) == "{'X-Api-Key': '…'}"
    assert repr(shown_["proxy"]) == "'socks5h://…@proxy:1'"
    assert stream.headers["X-Api-Key"] == KEY


def test_the_password_of_a_proxy_is_not_shown():
    """The proxy is not there, refuses the login, or talks nonsense; HTTP and SOCKS."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = await reader.read(4096)
        socks = data[:1] == b"\x05"
        writer.write(b"\x05\xff" if socks else b"HTTP/1.1 407 " + data.replace(b"\r\n", b" ") + b"\r\n\r\n")
        await writer.drain()
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        async with server:
            for port in (server.sockets[0].getsockname()[1], 1):
                for scheme in ("http", "socks5", "socks5h", "socks4"):
                    stream = streams("127.0.0.1:1")["alpaca"]._but(proxy=f"{scheme}://{USER}:{TOKEN}@127.0.0.1:{port}")
                    with pytest.raises((tf.AuthError, tf.ConnectError)) as raised:
                        async with tf.Engine(stream, reconnect=None) as engine:
                            await engine.wait()
                    text = shown(_bare(raised.value))
                    for secret in (USER, TOKEN, base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()):
                        assert secret not in text

    run(main())


def _bare(failure: BaseException) -> BaseException:
    """Without the frames of this test, which hold the secrets themselves."""
    trace = failure.__traceback__
    while trace is not None and "tests" in trace.tb_frame.f_code.co_filename:
        trace = trace.tb_next
    return failure.with_traceback(trace)
