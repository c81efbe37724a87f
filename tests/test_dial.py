"""Several addresses, proxies; over real sockets."""

import asyncio
import base64
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, alpaca, run
from tickfold.net.dial import check_proxy, dial
from tickfold.sim import AlpacaMarketData, IbkrGateway
from tickfold.sim.certificate import self_signed


class Proxy:
    """An HTTP proxy: notes the requests, answers with `answer`, and joins both sides where that is a success."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.url = ""

    @contextlib.asynccontextmanager
    async def serving(self) -> "AsyncIterator[Proxy]":
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(request)
        writer.write(self.answer)
        if b" 200 " in self.answer:
            host, _, port = request.split()[1].decode().rpartition(":")
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
            await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        writer.close()

    @staticmethod
    async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("login", ["", "user:p%40ss@"])
def test_a_tunnel_through_a_proxy(loop, login):
    async def main():
        async with AlpacaMarketData(seed=1) as venue, Proxy().serving() as proxy:
            through = proxy.url.replace("//", f"//{login}")
            async with tf.Engine(alpaca(venue.url, proxy=through)) as engine:
                await engine.wait_ready(timeout=10)
        (request,) = proxy.requests
        assert request.startswith(b"CONNECT 127.0.0.1:")
        sent = b"Proxy-Authorization: Basic " + base64.b64encode(b"user:p@ss")
        assert (sent in request) == bool(login)

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_tls_goes_through_the_tunnel(loop, tmp_path):
    certificate = self_signed(tmp_path)

    async def main():
        async with IbkrGateway(tls=certificate.server_context()) as venue, Proxy().serving() as proxy:
            stream = tf.ibkr.WebApi(
                venue.url, orders=True, session=venue.session_id, fingerprint=certificate.fingerprint, proxy=proxy.url
            )
            async with tf.Engine(stream) as engine:
                await engine.wait_ready(timeout=10)

    run(main(), loop=loop)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", tf.AuthError, "user and a password"),
        (b"HTTP/1.1 503 no\r\n\r\n", tf.ConnectError, "HTTP 503"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", tf.ConnectError, "not HTTP"),
        (b"HTTP/1.1 200 ok\r\n\r\nmore", tf.ConnectError, "ahead of the server"),
        (b"x" * 20_000, tf.ConnectError, "too long"),
        (b"", tf.ConnectError, "closed the connection"),
    ],
)
def test_what_a_proxy_may_answer(answer, error, words):
    async def main():
        async with Proxy(answer).serving() as proxy:
            with pytest.raises(error, match=words) as raised:
                async with tf.Engine(alpaca("ws://127.0.0.1:1/", proxy=proxy.url), reconnect=None) as engine:
                    await engine.wait()
            assert "the proxy 127.0.0.1:" in str(raised.value)

    run(main())


def test_a_proxy_that_is_not_there():
    async def main():
        with pytest.raises(tf.ConnectError, match=r"the proxy 127.0.0.1:1: .+"):
            await dial("stream.example", 443, proxy="http://127.0.0.1:1")

    run(main())


@pytest.mark.parametrize("proxy", ["ftp://host:1", "host:1", "http://", "http://:secret@h:99999", "https://host"])
def test_other_proxies_are_refused(proxy):
    with pytest.raises(tf.ConfigError, match="proxy=") as raised:
        alpaca("ws://localhost/", proxy=proxy)
    assert "secret" not in str(raised.value)
    assert check_proxy("http://host:1").port == 1


@pytest.mark.parametrize(("no_proxy", "used"), [("", True), ("127.0.0.1", False)])
def test_the_environment_is_asked_only_by_request(monkeypatch, no_proxy, used):
    async def main():
        async with AlpacaMarketData() as venue, Proxy().serving() as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            monkeypatch.setenv("no_proxy", no_proxy)
            async with tf.Engine(alpaca(venue.url)) as engine:
                await engine.wait_ready(timeout=10)
            assert proxy.requests == []
            async with tf.Engine(alpaca(venue.url, proxy="environment")) as engine:
                await engine.wait_ready(timeout=10)
            assert len(proxy.requests) == used

    run(main())


def resolve(monkeypatch: pytest.MonkeyPatch, look_up: Callable[[], list[str]]) -> None:
    """Has `look_up` say the addresses of stream.example."""

    def getaddrinfo(host: str, port: int, *, type: int, flags: int = 0) -> Any:
        assert host == "stream.example"
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "no number")
        return [(socket.AF_INET, type, 6, "", (address, port)) for address in look_up()]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_name_that_is_looked_up_for_ever_holds_nothing_up(loop, monkeypatch):
    """The engine stops and its event loop closes, while the system goes on looking."""
    asked, ends = threading.Event(), threading.Event()

    def look_up() -> list[str]:
        asked.set()
        ends.wait(12)
        return []

    async def main() -> None:
        async with tf.Engine(alpaca("ws://stream.example/v2/iex")) as engine:
            await asyncio.to_thread(asked.wait)
            assert engine.stats[0].state == "connecting"

    resolve(monkeypatch, look_up)
    release = threading.Timer(10, ends.set)
    release.start()
    run(main(), loop=loop)
    release.cancel()
    assert not ends.is_set()
    ends.set()


@pytest.mark.parametrize("refuses", [False, True])
def test_an_address_that_does_not_answer_is_passed_over(refuses, monkeypatch):
    """The first address has a full backlog, so that connecting hangs, or nobody listens there."""
    resolve(monkeypatch, lambda: ["127.0.0.2", "127.0.0.1"])
    with contextlib.ExitStack() as sockets:
        server = sockets.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        if not refuses:
            hole = sockets.enter_context(socket.socket())
            hole.bind(("127.0.0.2", port))
            hole.listen(0)
            for _ in range(4):
                filler = sockets.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.2", port))

        async def main() -> None:
            async with asyncio.timeout(10):
                connected = await dial("stream.example", port)
            assert connected.getpeername() == ("127.0.0.1", port)
            connected.close()

        run(main())


def test_no_address_that_answers(monkeypatch):
    resolve(monkeypatch, lambda: ["127.0.0.2", "127.0.0.1"])
    with pytest.raises(ConnectionRefusedError):
        run(dial("stream.example", 1))
