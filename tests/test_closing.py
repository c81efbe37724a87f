"""Peers that do not read, or read slowly, on real sockets: what waits is bounded, the connection ends with words."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tickfold.connection import connect
from tickfold.engine.frames import encode_frame
from tickfold.engine.listener import Listener
from tickfold.schema.errors import ConfigError, LimitError, StaleError
from tickfold.sim.certificate import Certificate, self_signed
from wire import LOOPS, Keeper, Peer, close, run, text

Loop = Callable[[], asyncio.AbstractEventLoop]
pytestmark = pytest.mark.parametrize("loop", LOOPS)

#: No Ping that a test sends is like another.
PINGS = [b"%0125d" % i for i in range(200_000)]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"))


@contextlib.asynccontextmanager
async def serving(
    script: Callable[[Peer], Awaitable[None]], certificate: Certificate | None
) -> AsyncIterator[tuple[str, ssl.SSLContext | None]]:
    """A server that follows the script with each client and reads nothing by itself; its URL and a client's context."""
    failures: list[BaseException] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(Peer(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has hung up
        except Exception as error:
            failures.append(error)
        finally:
            writer.transport.abort()

    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    server = await asyncio.start_server(
        serve, sock=listening, limit=4096, ssl=None if certificate is None else certificate.server_context()
    )
    context = None if certificate is None else ssl.create_default_context(cafile=certificate.certificate)
    try:
        port = listening.getsockname()[1]
        yield f"{'ws' if certificate is None else 'wss'}://127.0.0.1:{port}/", context
    finally:
        server.close()
    assert not failures


def small_send_buffer(listener: Listener) -> None:
    """The kernel takes little, so that a peer which does not read is soon felt."""
    assert listener.transport is not None
    raw = listener.transport.underlying_transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)


async def flood(peer: Peer, pings: list[bytes]) -> None:
    """Sends these Pings as fast as they are taken, and reads nothing meanwhile."""
    peer.reader._transport.pause_reading()  # type: ignore[attr-defined]
    for at in range(0, len(pings), 500):
        peer.write(b"".join(encode_frame(9, ping) for ping in pings[at : at + 500]))
        await peer.writer.drain()


async def most_waiting(listener: Listener) -> int:
    """The largest write buffer until the connection ends."""
    most = 0
    assert listener.transport is not None
    while listener.connected:
        most = max(most, listener.transport.underlying_transport.get_write_buffer_size())
        await asyncio.sleep(0.005)
    return most


@pytest.mark.parametrize("tls", [False, True])
def test_a_peer_that_pings_and_never_reads(loop: Loop, tls: bool, certificate: Certificate) -> None:
    listener = Listener(Keeper(), on_connected=small_send_buffer, write_timeout=0.5)

    async def script(peer: Peer) -> None:
        await peer.shake()
        while True:
            await flood(peer, PINGS[:20_000])

    async def main() -> None:
        async with serving(script, certificate if tls else None) as (url, context):
            await connect(url, listener, ssl=context)
            most = await most_waiting(listener)
            await listener.wait_disconnected()
        assert listener.pings > 10_000
        # The high-water mark, one Pong, and what a read of the socket brought before writing was paused.
        assert most < 256 * 1024
        assert isinstance(listener.failure, StaleError)
        assert "has read nothing for 0.5 s and asks for Pongs" in str(listener.failure)
        assert (listener.close_code, listener.sent_close_code) == (1006, 0)

    run(loop, main())


@pytest.mark.parametrize("tls", [False, True])
def test_a_peer_that_reads_slowly_gets_the_newest_pong(loop: Loop, tls: bool, certificate: Certificate) -> None:
    keeper = Keeper()
    listener = Listener(keeper, on_connected=small_send_buffer)
    count = 20_000
    seen: list[bytes] = []

    async def script(peer: Peer) -> None:
        await peer.shake()
        await flood(peer, PINGS[:count])
        while listener.pings < count:
            await asyncio.sleep(0.01)
        peer.reader._transport.resume_reading()  # type: ignore[attr-defined]
        while not seen or seen[-1] != PINGS[count - 1]:
            head, payload = await peer.frame()
            assert head == 0x8A
            seen.append(payload)
        peer.write(encode_frame(9, b"again"))
        assert await peer.frame() == (0x8A, b"again")
        peer.write(close())
        assert await peer.frame() == (0x88, b"\x03\xe8")

    async def main() -> None:
        async with serving(script, certificate if tls else None) as (url, context):
            await connect(url, listener, ssl=context)
            await listener.wait_disconnected()

    run(loop, main())
    assert listener.failure is None and listener.close_code == 1000, listener.failure
    assert seen == sorted(set(seen)), "Pongs in the order of their Pings, none twice"
    assert len(seen) < count, "those for earlier Pings were left out"
    assert keeper.data == []


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("what", ["text message", "binary message", "Ping"])
def test_sends_that_would_pile_up_end_the_connection(
    loop: Loop, what: str, tls: bool, certificate: Certificate
) -> None:
    listener = Listener(Keeper(), on_connected=small_send_buffer, max_write_size=300_000)

    async def script(peer: Peer) -> None:
        await peer.shake()
        peer.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(3600)

    async def main() -> None:
        async with serving(script, certificate if tls else None) as (url, context):
            await connect(url, listener, ssl=context)
            assert listener.transport is not None
            transport = listener.transport.underlying_transport
            send: Callable[[], bool] = {
                "text message": lambda: listener.send_text("x" * 1000),
                "binary message": lambda: listener.send_binary(bytes(1000)),
                "Ping": lambda: listener.send_ping(bytes(125)),
            }[what]
            sent = 0
            while send():
                sent += 1
                assert transport.get_write_buffer_size() <= 310_000  # TLS adds a little to what waits
                if sent % 50 == 0:
                    await asyncio.sleep(0)
            assert sent > 100
            assert not listener.send_text("late") and not listener.close()
            await listener.wait_disconnected()
        assert isinstance(listener.failure, StaleError)
        assert f"a {what} of" in str(listener.failure) and "max_write_size=300000" in str(listener.failure)

    run(loop, main())


def test_a_message_that_is_too_large_by_itself(loop: Loop) -> None:
    listener = Listener(Keeper(), max_write_size=10_000)
    got: list[tuple[int, bytes]] = []

    async def script(peer: Peer) -> None:
        await peer.shake()
        got.append(await peer.frame())
        got.append(await peer.frame())

    async def main() -> None:
        async with serving(script, None) as (url, _):
            await connect(url, listener)
            assert listener.send_text("x" * 9_000)
            while not got:
                await asyncio.sleep(0.01)
            assert not listener.send_text("x" * 10_000)
            await listener.wait_disconnected()
        assert isinstance(listener.failure, LimitError)
        assert "a text message of 10008 octets is more than max_write_size=10000" in str(listener.failure)
        assert [len(payload) for _, payload in got] == [9_000]

    run(loop, main())


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("who", ["we close", "the peer closes", "a fault"])
def test_closing_takes_its_time_limit_where_nothing_is_read(
    loop: Loop, who: str, tls: bool, certificate: Certificate
) -> None:
    """What waits is more than the peer will ever read; the Close stands behind it. `run` has a time limit."""
    ended: list[Listener] = []
    filled = asyncio.Event()
    listener = Listener(
        Keeper(),
        on_connected=small_send_buffer,
        close_timeout=0.2,
        write_timeout=None,
        max_write_size=None,
        on_disconnected=ended.append,
    )

    async def script(peer: Peer) -> None:
        await peer.shake()
        peer.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await filled.wait()
        peer.write({"we close": b"", "the peer closes": close(4001, "bye"), "a fault": b"\x83\x00"}[who])
        await asyncio.sleep(3600)

    async def main() -> None:
        async with serving(script, certificate if tls else None) as (url, context):
            await connect(url, listener, ssl=context)
            for _ in range(40):
                assert listener.send_binary(bytes(100_000))
            filled.set()
            if who == "we close":
                assert listener.close()
            await listener.wait_disconnected()
        assert ended == [listener]
        code = {"we close": 1000, "the peer closes": 4001, "a fault": 1002}[who]
        assert listener.sent_close_code == code
        assert listener.close_code == (4001 if who == "the peer closes" else 1006)

    run(loop, main())


def test_a_large_message_is_no_reason_while_it_is_read(loop: Loop) -> None:
    """A peer that reads, in small steps, more than one `write_timeout` needs."""
    listener = Listener(Keeper(), on_connected=small_send_buffer, write_timeout=0.3, max_write_size=None)
    size = 3_000_000

    async def script(peer: Peer) -> None:
        await peer.shake()
        head = await peer.reader.readexactly(14)
        assert head[:2] == b"\x82\xff"
        left = size
        while left:
            left -= len(await peer.reader.readexactly(min(left, 50_000)))
            await asyncio.sleep(0.02)
        peer.write(text("thanks") + close())
        await peer.frame()

    async def main() -> None:
        async with serving(script, None) as (url, _):
            await connect(url, listener)
            assert listener.send_binary(bytes(size))
            await listener.wait_disconnected()
        assert listener.failure is None and listener.close_code == 1000 and listener.messages == 1

    run(loop, main())


def test_bounds_that_make_no_sense_are_refused(loop: Loop) -> None:
    for bound in ({"max_write_size": 100}, {"write_timeout": 0}, {"write_timeout": -1}):
        with pytest.raises(ConfigError, match=next(iter(bound))):
            Listener(Keeper(), **bound)  # type: ignore[arg-type]
