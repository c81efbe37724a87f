"""SOCKS proxies, over real sockets: the server of these tests speaks SOCKS 4, 4a and 5, and curl agrees with it."""

import asyncio
import contextlib
import ipaddress
import shutil
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, alpaca, run
from tickfold.net.dial import check_proxy, dial
from tickfold.sim import AlpacaMarketData, IbkrGateway
from tickfold.sim.certificate import self_signed

LOGIN = ("user", "p@ssword")


class SocksServer:
    """A SOCKS proxy (RFC 1928, RFC 1929, SOCKS 4a) on 127.0.0.1.

    login     the user and the password that it wants; None: it wants none
    answer    the code of its reply; 0 is success
    broken    what it says in place of any reply
    """

    def __init__(self, login: tuple[str, str] | None = None, answer: int = 0, broken: bytes | None = None) -> None:
        self.login, self.answer, self.broken = login, answer, broken
        self.asked: list[tuple[str, int]] = []  # for which host, as a name or an address, and port
        self.logins: list[tuple[str, str]] = []
        self.port = 0
        self._serving: set[asyncio.Task[Any]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    @contextlib.asynccontextmanager
    async def serving(self) -> "AsyncIterator[SocksServer]":
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
            for writer in self._writers:
                writer.close()
            await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    def url(self, scheme: str = "socks5", login: str = "") -> str:
        return f"{scheme}://{login}127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        self._writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if self.broken is not None:
                await reader.read(4096)
                writer.write(self.broken)
                await writer.drain()
            else:
                await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version = (await reader.readexactly(1))[0]
        place = await (self._four(reader) if version == 4 else self._five(reader, writer))
        if place is None:
            return
        self.asked.append(place)
        code = self.answer
        writer.write(bytes((0, code or 0x5A)) + bytes(6) if version == 4 else bytes((5, code, 0, 1)) + bytes(6))
        if code:
            return
        host, port = place
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1" if host == "venue.example" else host, port)
        self._writers.append(far_writer)
        await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))

    async def _four(self, reader: asyncio.StreamReader) -> tuple[str, int]:
        head = await reader.readexactly(7)
        assert head[0] == 1, "CONNECT"
        await reader.readuntil(b"\0")
        port, address = int.from_bytes(head[1:3], "big"), ipaddress.IPv4Address(head[3:])
        if int(address) in range(1, 256):  # 4a: the name follows
            return (await reader.readuntil(b"\0"))[:-1].decode(), port
        return str(address), port

    async def _five(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int] | None:
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        method = 0 if self.login is None else 2
        writer.write(bytes((5, method if method in methods else 0xFF)))
        if method not in methods:
            return None
        if self.login is not None:
            assert await reader.readexactly(1) == b"\x01"
            user = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
            password = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
            self.logins.append((user, password))
            writer.write(bytes((1, (user, password) != self.login)))
            if (user, password) != self.login:
                return None
        version, command, _, kind = await reader.readexactly(4)
        assert (version, command) == (5, 1), "CONNECT"
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly({1: 4, 4: 16}[kind])))
        return host, int.from_bytes(await reader.readexactly(2), "big")


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "socks4a"])
def test_a_stream_through_a_proxy(loop, scheme):
    async def main():
        async with AlpacaMarketData(seed=1) as venue, SocksServer().serving() as proxy:
            async with tf.Engine(alpaca(venue.url, proxy=proxy.url(scheme))) as engine:
                await engine.wait_ready(timeout=10)
            assert proxy.asked == [("127.0.0.1", venue.port)]

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_login(loop):
    async def main():
        async with AlpacaMarketData(seed=1) as venue, SocksServer(LOGIN).serving() as proxy:
            async with tf.Engine(alpaca(venue.url, proxy=proxy.url(login="user:p%40ssword@"))) as engine:
                await engine.wait_ready(timeout=10)
            assert proxy.logins == [LOGIN]

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_tls_goes_through(loop, tmp_path):
    certificate = self_signed(tmp_path)

    async def main():
        async with IbkrGateway(tls=certificate.server_context()) as venue, SocksServer().serving() as proxy:
            stream = tf.ibkr.WebApi(
                venue.url, orders=True, session=venue.session_id, fingerprint=certificate.fingerprint, proxy=proxy.url()
            )
            async with tf.Engine(stream) as engine:
                await engine.wait_ready(timeout=10)
            assert proxy.asked == [("127.0.0.1", venue.port)]

    run(main(), loop=loop)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "socks4a"])
def test_who_looks_up_the_name(scheme):
    """socks5h and socks4a leave it to the proxy; with the others a name that is not known here is an error here."""

    async def main():
        async with AlpacaMarketData(seed=1) as venue, SocksServer().serving() as proxy:
            url = venue.url.replace("127.0.0.1", "venue.example")
            stream = alpaca(url, proxy=proxy.url(scheme))
            if scheme in ("socks5h", "socks4a"):
                async with tf.Engine(stream) as engine:
                    await engine.wait_ready(timeout=10)
                assert proxy.asked == [("venue.example", venue.port)]
            else:
                with pytest.raises(tf.ConnectError, match=rf"^venue\.example:{venue.port}: .+"):
                    async with tf.Engine(stream, reconnect=None) as engine:
                        await engine.wait()
                assert proxy.asked == []

    run(main())


@pytest.mark.parametrize(
    ("server", "scheme", "login", "error", "words"),
    [
        (SocksServer(LOGIN), "socks5", "user:SECRETSECRET@", tf.AuthError, "refuses those that were given"),
        (SocksServer(LOGIN), "socks5", "", tf.AuthError, "wants a user and a password"),
        (SocksServer(answer=0x5D), "socks4", "SECRETSECRET@", tf.AuthError, "refuses those that were given"),
        (SocksServer(answer=2), "socks5", "", tf.ConnectError, "not allowed"),
        (SocksServer(answer=5), "socks5", "", tf.ConnectError, "refused by destination"),
        (SocksServer(answer=0x5B), "socks4", "", tf.ConnectError, "rejected or failed"),
        (SocksServer(broken=b""), "socks5", "user:SECRETSECRET@", tf.ConnectError, "closed"),
        (SocksServer(broken=b"HTTP/1.1 400 no"), "socks5", "user:SECRETSECRET@", tf.ConnectError, "version"),
        (SocksServer(broken=b"\x05\x07"), "socks5", "", tf.ConnectError, "method"),
        (SocksServer(broken=b"\x05\x00\x05\x00\x00\x07"), "socks5", "", tf.ConnectError, "address type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_proxy_may_answer(server, scheme, login, error, words):
    """It is said which proxy it is, and nothing that is kept or said has the password."""

    async def main():
        async with server.serving() as proxy:
            stream = alpaca("ws://127.0.0.1:1/", proxy=proxy.url(scheme, login))
            engine = tf.Engine(stream, reconnect=None)
            with pytest.raises(error, match=words) as raised:
                async with engine:
                    await engine.wait()
            assert f"the proxy 127.0.0.1:{proxy.port}: " in str(raised.value)
            assert "SECRETSECRET" not in told(raised.value) + repr(stream) + repr(engine.stats)

    run(main())


def told(error: BaseException) -> str:
    """What a reporter of errors may print of a chain: messages, attributes, and the locals of all frames."""
    words = []
    one: BaseException | None = error
    while one is not None:
        words += [repr(one), repr(vars(one))]
        trace = one.__traceback__
        while trace is not None:
            if "tests" not in trace.tb_frame.f_code.co_filename:
                words.append(repr(trace.tb_frame.f_locals))
            trace = trace.tb_next
        one = one.__cause__ or one.__context__
    return "\n".join(words)


def test_a_refused_login_counts_as_a_refusal():
    """A stream that was never ready is given up; one that was is tried again, as slowly as after a venue's refusal."""

    async def main():
        async with AlpacaMarketData() as venue, SocksServer(LOGIN).serving() as proxy:
            engine = tf.Engine(alpaca(venue.url, proxy=proxy.url(login="user:wrong@")))
            with pytest.raises(tf.AuthError):
                async with engine:
                    await engine.wait()
            assert engine.stats[0].attempts == 1

    run(main())


def test_a_proxy_that_is_not_there():
    async def main():
        with pytest.raises(tf.ConnectError, match=r"^the proxy 127.0.0.1:1: .*refused"):
            await dial("stream.example", 443, proxy="socks5://user:SECRETSECRET@127.0.0.1:1")
        with pytest.raises(tf.ConnectError, match=r"^the proxy nowhere.invalid:1080: .+"):
            await dial("stream.example", 443, proxy="socks5h://nowhere.invalid")

    run(main())


@pytest.mark.parametrize("login", ["üser:x", f"user:{'x' * 256}"])
def test_credentials_that_socks_cannot_carry(login):
    async def main():
        with pytest.raises(tf.ConfigError, match="255 ASCII characters") as raised:
            await dial("stream.example", 443, proxy=f"socks5://{login}@127.0.0.1:1")
        assert login.partition(":")[2] * 2 not in str(raised.value)

    run(main())


@pytest.mark.parametrize("proxy", ["socks://host:1", "socks5://", "socks5://:secret@h:99999", "socks5://host:1/path"])
def test_other_urls_are_refused(proxy):
    with pytest.raises(tf.ConfigError, match="proxy=") as raised:
        alpaca("ws://localhost/", proxy=proxy)
    assert "secret" not in str(raised.value)
    assert check_proxy("socks5://host:1").port == 1


@pytest.mark.parametrize("name", ["all_proxy", "http_proxy"])
@pytest.mark.parametrize(("no_proxy", "used"), [("", True), ("127.0.0.1", False)])
def test_the_environment_is_asked_only_by_request(monkeypatch, name, no_proxy, used):
    async def main():
        async with AlpacaMarketData() as venue, SocksServer(LOGIN).serving() as proxy:
            monkeypatch.setenv(name, proxy.url("socks5h", "user:p%40ssword@"))
            monkeypatch.setenv("no_proxy", no_proxy)
            async with tf.Engine(alpaca(venue.url)) as engine:
                await engine.wait_ready(timeout=10)
            assert proxy.asked == []
            async with tf.Engine(alpaca(venue.url, proxy="environment")) as engine:
                await engine.wait_ready(timeout=10)
            assert len(proxy.asked) == used

    run(main())


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("option", ["--socks5", "--socks5-hostname", "--socks4", "--socks4a"])
def test_the_server_of_these_tests_is_one_to_curl(option):
    async def main():
        login = LOGIN if "5" in option else None
        async with IbkrGateway() as venue, SocksServer(login).serving() as proxy:
            credentials = ["--proxy-user", ":".join(LOGIN)] if login else []
            host = "localhost" if option.endswith(("name", "a")) else "127.0.0.1"
            child = await asyncio.create_subprocess_exec(
                "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", option, f"127.0.0.1:{proxy.port}", *credentials,
                f"http://{host}:{venue.port}/", stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            out, _ = await asyncio.wait_for(child.communicate(), 20)
            assert out.startswith(b"4"), "the venue's own answer"
            assert [name for name, _ in proxy.asked] == [host]

    run(main(), 30)


def test_the_connection_is_not_delayed():
    async def main():
        async with SocksServer().serving() as proxy, AlpacaMarketData() as venue:
            with await dial("127.0.0.1", venue.port, proxy=proxy.url()) as sock:
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                assert sock.gettimeout() == 0.0

    run(main())
