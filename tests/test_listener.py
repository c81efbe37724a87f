"""The live client on real sockets, against a server that writes its bytes by hand."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import picows
import pytest

from tickfold.connection import connect
from tickfold.engine.deflate import Deflater, Inflater
from tickfold.engine.frames import encode_frame
from tickfold.engine.listener import Listener
from tickfold.engine.receiver import Receiver
from tickfold.schema.errors import AuthError, ConfigError, ConnectError, HandshakeError, NegotiationError
from tickfold.schema.extensions import DeflateParams, deflate_offer
from wire import LOOPS, Keeper, Peer, close, run, talk, text

Loop = Callable[[], asyncio.AbstractEventLoop]
pytestmark = pytest.mark.parametrize("loop", LOOPS)


def test_messages_in_the_same_write_as_the_answer(loop: Loop) -> None:
    keeper = Keeper()
    closes: list[tuple[int, str]] = []
    listener = Listener(keeper, on_close=lambda code, reason: closes.append((code, reason)))

    async def script(peer: Peer) -> None:
        await peer.shake(then=text("one") + encode_frame(2, b"\xff") + close(1001, "bye") + text("not seen"))
        assert await peer.frame() == (0x88, b"\x03\xe9")

    before = time.time_ns()
    run(loop, talk(script, listener))
    assert keeper.items == [(b"one", False), (b"\xff", True), None]
    assert closes == [(1001, "bye")]
    assert before <= keeper.stamps[0] == keeper.stamps[1] <= time.time_ns()
    assert (listener.close_code, listener.close_reason, listener.sent_close_code) == (1001, "bye", 1001)
    assert listener.failure is None and not listener.connected and listener.messages == 2
    assert 0 < listener.last_receive_ns <= time.monotonic_ns()


def test_bytes_cut_anywhere(loop: Loop) -> None:
    keeper = Keeper()
    large = b"x" * 300_000

    async def script(peer: Peer) -> None:
        answer = peer.answer(await peer.read_request())
        for octet in answer + text("first") + encode_frame(9, b"?"):
            peer.write(bytes([octet]))
            await peer.writer.drain()
            await asyncio.sleep(0)
        assert await peer.frame() == (0x8A, b"?")
        for _ in range(3):
            peer.write(text(large))
        peer.write(close(None))
        assert await peer.frame() == (0x88, b"")
        assert await peer_is_left_to_close(peer)

    async def peer_is_left_to_close(peer: Peer) -> bool:
        try:
            await asyncio.wait_for(peer.reader.read(1), 0.2)
        except TimeoutError:
            return True
        return False

    listener = Listener(keeper)
    run(loop, talk(script, listener))
    assert keeper.data == [b"first", large, large, large]
    assert keeper.items[1] is None and keeper.items[-1] is None
    assert (listener.close_code, listener.pings) == (1005, 1)


@pytest.mark.parametrize(
    "bad, code",
    [
        (b"\x83\x00", 1002),
        (b"\x81\x80\x00\x00\x00\x00", 1002),
        (b"\xc1\x00", 1002),
        (b"\x81\x02\xff\xff", 1007),
        (b"\x81\x7d\xff", 1007),  # of a frame that never becomes whole
        (b"\x82\x7f\x00\x00\x00\x00\x7f\xff\xff\xff", 1009),
        (encode_frame(8, b"\x00\x00"), 1002),
        (encode_frame(8, b"\x03"), 1002),
        (encode_frame(8, b"\x03\xee"), 1002),
        (encode_frame(8, b"\x03\xe8\xff"), 1007),
    ],
)
def test_a_fault_behind_messages(loop: Loop, bad: bytes, code: int) -> None:
    keeper = Keeper()
    listener = Listener(keeper)

    async def script(peer: Peer) -> None:
        await peer.shake(then=text("before") + encode_frame(9, b"!") + bad + text("after"))
        assert await peer.frame() == (0x8A, b"!")  # answered before the fault was looked at
        head, payload = await peer.frame()
        assert head == 0x88 and int.from_bytes(payload[:2], "big") == code
        assert payload[2:].decode() == str(listener.failure)[:123]

    run(loop, talk(script, listener))
    assert keeper.data == [b"before"]
    assert listener.failure is not None and listener.failure.code == code
    assert (listener.sent_close_code, listener.close_code) == (code, 1006)


def test_an_end_without_close_is_1006(loop: Loop) -> None:
    ended: list[Listener] = []
    listener = Listener(Keeper(), on_disconnected=ended.append)

    async def script(peer: Peer) -> None:
        await peer.shake(then=text("half")[:3])

    run(loop, talk(script, listener))
    assert (listener.close_code, listener.failure, ended) == (1006, None, [listener])
    assert not listener.send_text("too late") and not listener.close()


def test_our_close_waits_for_the_peers(loop: Loop) -> None:
    keeper = Keeper()

    def on_connected(listener: Listener) -> None:
        assert listener.close(4000, "grüße") is True
        assert listener.close() is False
        assert listener.send_text("late") is False and listener.send_ping() is False

    async def script(peer: Peer) -> None:
        await peer.shake()
        assert await peer.frame() == (0x88, (4000).to_bytes(2, "big") + "grüße".encode())
        peer.write(text("still under way") + close(4000))

    listener = Listener(keeper, on_connected=on_connected)
    run(loop, talk(script, listener))
    assert keeper.data == [b"still under way"]
    assert (listener.close_code, listener.sent_close_code) == (4000, 4000)


@pytest.mark.parametrize("who", ["we close", "the peer closes", "a fault"])
def test_a_silent_peer_is_cut_off(loop: Loop, who: str) -> None:
    def on_connected(listener: Listener) -> None:
        if who == "we close":
            listener.close()

    async def script(peer: Peer) -> None:
        await peer.shake(then={"we close": b"", "the peer closes": close(), "a fault": b"\x83"}[who])
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            while True:  # neither answers nor ends the connection
                await peer.frame()

    run(loop, talk(script, Listener(Keeper(), on_connected=on_connected, close_timeout=0.1)))


def test_a_flood_behind_a_fault_is_not_delivered(loop: Loop) -> None:
    keeper = Keeper()

    async def script(peer: Peer) -> None:
        await peer.shake(then=b"\x83")
        try:
            while True:
                peer.write(text("flood") * 1000)
                await peer.writer.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            pass

    run(loop, talk(script, Listener(keeper, close_timeout=0.1)))
    assert keeper.items == []


def test_every_read_ends_with_a_flush_even_behind_a_ping(loop: Loop) -> None:
    keeper = Keeper()

    async def script(peer: Peer) -> None:
        await peer.shake()
        for _ in range(3):
            peer.write(text("a") + text("b") + encode_frame(9, b"n"))
            assert await peer.frame() == (0x8A, b"n")
        peer.write(encode_frame(10, b"unasked"))
        peer.write(close())
        await peer.frame()

    pongs: list[bytes] = []
    run(loop, talk(script, Listener(keeper, on_pong=pongs.append)))
    assert keeper.items == [(b"a", False), (b"b", False), None] * 3
    assert pongs == [b"unasked"]


def test_what_a_receiver_raises_is_handed_on_and_breaks_nothing(loop: Loop) -> None:
    class Clumsy(Keeper):
        def on_message(self, data: bytes, binary: bool, recv_ns: int) -> None:
            super().on_message(data, binary, recv_ns)
            if data == b"bad":
                raise LookupError(data)

        def on_flush(self) -> None:
            super().on_flush()
            raise KeyError("flush")

    async def script(peer: Peer) -> None:
        await peer.shake(then=text("good") + text("bad") + text("good") + close())
        await peer.frame()

    errors: list[Exception] = []
    keeper = Clumsy()
    run(loop, talk(script, Listener(keeper, on_error=errors.append)))
    assert keeper.data == [b"good", b"bad", b"good"]
    assert [type(error) for error in errors] == [LookupError, KeyError]

    # without a hook, or with one that raises itself: the event loop's handler
    def raises(*_: object) -> None:
        raise OSError("hook")

    contexts: list[dict[str, Any]] = []

    async def main(**hooks: Any) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: contexts.append(context))
        await talk(script, Listener(Clumsy(), **hooks))

    run(loop, main())
    run(loop, main(on_error=raises))
    run(loop, main(on_connected=raises, on_close=raises, on_disconnected=raises, on_error=lambda _: None))
    assert [type(context["exception"]) for context in contexts] == [LookupError, KeyError, OSError, OSError]


def test_sending(loop: Loop) -> None:
    def on_connected(listener: Listener) -> None:
        assert listener.send_text("grüße") and listener.send_text(b"bytes") and listener.send_binary(bytearray(b"\xff"))
        assert listener.send_binary(bytes(70000)) and listener.send_ping(b"p") and listener.send_text("")
        with pytest.raises(ConfigError):
            listener.send_ping(bytes(126))
        for code, reason in ((1005, ""), (2999, ""), (1000, "x" * 124)):
            with pytest.raises(ConfigError):
                listener.close(code, reason)

    async def script(peer: Peer) -> None:
        await peer.shake()
        frames = [await peer.frame() for _ in range(6)]
        assert frames == [
            (0x81, "grüße".encode()),
            (0x81, b"bytes"),
            (0x82, b"\xff"),
            (0x82, bytes(70000)),
            (0x89, b"p"),
            (0x81, b""),
        ]
        peer.write(close())
        assert await peer.frame() == (0x88, b"\x03\xe8")

    errors: list[Exception] = []
    run(loop, talk(script, Listener(Keeper(), on_connected=on_connected, on_error=errors.append)))
    assert not errors


def test_masking_keys_are_all_different(loop: Loop) -> None:
    masks: list[bytes] = []

    async def script(peer: Peer) -> None:
        await peer.shake()
        for _ in range(50):
            await peer.frame()
        masks.extend(peer.masks)
        peer.write(close())
        await peer.frame()

    def on_connected(listener: Listener) -> None:
        for _ in range(50):
            listener.send_text("x")

    for _ in range(2):
        run(loop, talk(script, Listener(Keeper(), on_connected=on_connected)))
    assert len(set(masks)) == 100


def test_compression_may_be_required(loop: Loop) -> None:
    async def script(peer: Peer) -> None:
        await peer.shake(then=text("not seen"))

    async def main() -> None:
        with pytest.raises(NegotiationError, match="required"):
            await talk(script, Listener(Keeper(), offer=deflate_offer(), require_deflate=True))

    run(loop, main())


@pytest.mark.parametrize("takeover", [True, False])
def test_compression_both_ways(loop: Loop, takeover: bool) -> None:
    offer = deflate_offer(server_no_context_takeover=not takeover)
    answer = DeflateParams(not takeover, not takeover, client_max_window_bits=9)

    async def script(peer: Peer) -> None:
        deflater, inflater = Deflater(15, not takeover), Inflater(not takeover)
        octets = [deflater.compress(b"quote quote quote") for _ in range(3)]
        await peer.shake(f"Sec-WebSocket-Extensions: {answer}")
        assert f"Sec-WebSocket-Extensions: {offer}\r\n".encode() in peer.request
        for data in octets:
            peer.write(encode_frame(1, data, rsv1=True))
        for _ in range(3):
            head, payload = await peer.frame()
            assert head == 0xC1 and inflater.inflate(payload) == b"subscribe"
        peer.write(close())
        await peer.frame()

    def on_connected(listener: Listener) -> None:
        for _ in range(3):
            listener.send_text("subscribe")

    keeper = Keeper()
    listener = Listener(keeper, offer=offer, compress=True, on_connected=on_connected)
    run(loop, talk(script, listener))
    assert keeper.data == [b"quote quote quote"] * 3
    assert listener.deflate == answer


@pytest.mark.parametrize(
    "header, error",
    [
        ("Sec-WebSocket-Extensions: permessage-deflate; nonsense", NegotiationError),
        ("Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Extensions: x", NegotiationError),
        ("Sec-WebSocket-Protocol: v2", HandshakeError),
        ("Sec-WebSocket-Accept: AAAA", HandshakeError),
        ("X-Long: " + "x" * 3000, HandshakeError),
    ],
)
def test_answers_that_are_refused(loop: Loop, header: str, error: type[Exception]) -> None:
    async def script(peer: Peer) -> None:
        answer = peer.answer(await peer.read_request(), header)
        if header.startswith("Sec-WebSocket-Accept"):
            answer = re.sub(rb"Sec-WebSocket-Accept: [^\r]*\r\n", b"", answer, count=1)
        peer.write(answer + text("not seen"))

    async def main() -> None:
        with pytest.raises(error):
            await talk(script, listener, max_header_size=2048)

    keeper = Keeper()
    listener = Listener(keeper, offer=deflate_offer())
    run(loop, main())
    assert not listener.connected and keeper.items == []


UPGRADES = {
    "lower case": ["HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: upgrade"],
    "a list": ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: keep-alive,  UPGRADE , x"],
    "lines": ["HTTP/1.1 101 Switching", "Connection: keep-alive", "Upgrade: WebSocket", "Connection: Upgrade"],
    "no reason phrase": ["HTTP/1.1 101 ", "Upgrade: websocket", "Connection: Upgrade"],
    "nothing behind the code": ["HTTP/1.1 101", "Upgrade: websocket", "Connection:Upgrade, Keep-Alive"],
}


@pytest.mark.parametrize("lines", UPGRADES.values(), ids=UPGRADES)
@pytest.mark.parametrize("cut", [False, True])
def test_answers_that_rfc_6455_allows(loop: Loop, lines: list[str], cut: bool) -> None:
    keeper = Keeper()
    listener = Listener(keeper)

    async def script(peer: Peer) -> None:
        plain = peer.answer(await peer.read_request(), "X-Further: Connection: nothing").split(b"\r\n")
        answer = b"\r\n".join([*(line.encode() for line in lines), *plain[3:]]) + text("in the same packet")
        for part in [answer[at : at + 1] for at in range(len(answer))] if cut else [answer]:
            peer.write(part)
            await asyncio.sleep(0)
        peer.write(close())
        await peer.frame()

    run(loop, talk(script, listener))
    assert keeper.data == [b"in the same packet"] and listener.close_code == 1000
    assert listener.transport is not None and listener.transport.response.headers["X-Further"] == "Connection: nothing"


@pytest.mark.parametrize("connection", ["", "Connection: keep-alive\r\n", "Connection: upgraded, up grade\r\n"])
def test_answers_without_the_token_upgrade(loop: Loop, connection: str) -> None:
    async def script(peer: Peer) -> None:
        answer = peer.answer(await peer.read_request())
        peer.write(answer.replace(b"Connection: Upgrade\r\n", connection.encode()))

    async def main() -> None:
        with pytest.raises(HandshakeError, match="connection"):
            await talk(script, Listener(Keeper()))

    run(loop, main())


def test_handshakes_that_come_to_nothing(loop: Loop) -> None:
    async def refuse(peer: Peer) -> None:
        await peer.read_request()
        peer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    async def hang_up(peer: Peer) -> None:
        await peer.read_request()

    async def say_nothing(peer: Peer) -> None:
        await peer.rest()

    async def say_a_bit(peer: Peer) -> None:
        peer.write(b"HTTP/1.1 101 Switch")
        await peer.rest()

    async def main() -> None:
        with pytest.raises(AuthError, match="403"):
            await talk(refuse, Listener(Keeper()))
        with pytest.raises(HandshakeError):
            await talk(hang_up, Listener(Keeper()))
        for script in (say_nothing, say_a_bit):
            with pytest.raises(ConnectError):
                await talk(script, Listener(Keeper()), timeout=0.2)
        with pytest.raises(ConnectError):
            await connect("ws://127.0.0.1:1/", Listener(Keeper()))
        for url in ("http://x/", "ws://", "ws://x/#f", "ws://x/a b", "ws://x/\r\nEvil: 1", "ws://x:a/", "ws://a..b/"):
            with pytest.raises(ConfigError):
                await connect(url, Listener(Keeper()))
        with pytest.raises(ConfigError):
            await connect("ws://x/", Listener(Keeper()), headers={"A": "b\r\nEvil: 1"})

    run(loop, main())


def test_on_frames_that_picows_finds(loop: Loop) -> None:
    """A server's side, and a client connected by picows.ws_connect."""
    client, server = Keeper(), Keeper()
    params = DeflateParams()

    async def main() -> None:
        serving: list[Listener] = []

        def factory(request: picows.WSUpgradeRequest) -> picows.WSUpgradeResponseWithListener:
            serving.append(Listener(server, deflate=params, compress=True))
            response = picows.WSUpgradeResponse.create_101_response({"Sec-WebSocket-Extensions": str(params)})
            return picows.WSUpgradeResponseWithListener(response, serving[0])

        listening = await picows.ws_create_server(factory, "127.0.0.1", 0, enable_auto_pong=False)
        port = listening.sockets[0].getsockname()[1]
        listener = Listener(client, offer=deflate_offer(), compress=True)
        await picows.ws_connect(
            listener.accept,
            f"ws://127.0.0.1:{port}/",
            enable_auto_pong=False,
            extra_headers={"Sec-WebSocket-Extensions": deflate_offer()},
        )
        for i in range(3):
            assert listener.send_text(f"to the server {i}")
            assert serving[0].send_text(f"to the client {i}")
        listener.send_ping(b"?")
        while not listener.pongs:
            await asyncio.sleep(0.01)
        listener.close(1000)
        await listener.wait_disconnected()
        await serving[0].wait_disconnected()
        assert (listener.close_code, serving[0].close_code) == (1000, 1000)
        listening.close()

    run(loop, main())
    assert client.data == [b"to the client %d" % i for i in range(3)]
    assert server.data == [b"to the server %d" % i for i in range(3)]
    assert client.items[-1] is None


def test_a_fault_that_picows_finds(loop: Loop) -> None:
    keeper = Keeper()

    async def main() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await Peer(reader, writer).shake(then=text("before") + b"\x83\x00")
            await reader.read()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        listener = Listener(keeper)
        port = server.sockets[0].getsockname()[1]
        transport, _ = await picows.ws_connect(listener.accept, f"ws://127.0.0.1:{port}/", enable_auto_pong=False)
        with pytest.raises(picows.WSProtocolError):
            await transport.wait_disconnected()
        await listener.wait_disconnected()
        assert listener.failure is not None and listener.failure.code == 1002 == listener.sent_close_code
        server.close()

    run(loop, main())
    assert keeper.data == [b"before"]


def test_the_default_receiver_takes_everything_and_does_nothing(loop: Loop) -> None:
    async def script(peer: Peer) -> None:
        await peer.shake(then=text("x") + close())
        await peer.frame()

    listener = Listener(Receiver())
    run(loop, talk(script, listener))
    assert listener.messages == 1
