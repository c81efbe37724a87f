"""Our reader, websockets' sans-I/O protocol and wsproto on the same streams, generated with what they must mean.

A stream is made of sound messages and control frames, may end in a Close, and may hold one fault. The generator knows
the events and the close code by construction, so a peer that errs is not followed: where one is known to
differ, the case is named in DIFFERENT, and only our reader is held to it.
"""

import codecs
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.uri import parse_uri
from wsproto import events as wsproto_events
from wsproto.connection import Connection, ConnectionType
from wsproto.extensions import PerMessageDeflate as WsprotoDeflate

from tickfold.engine.frames import encode_frame
from tickfold.engine.reader import Close, Message, MessageReader, Ping, Pong
from tickfold.schema.extensions import DeflateParams

Event = tuple[object, ...]
#: What each peer does otherwise, by the name of the fault or feature.
DIFFERENT = {
    "websockets": {
        "a length of 16 bits for 125": "taken",
        "a length of 64 bits for 65535": "taken",
        "the highest bit of a length": "waits for that many octets",
        "a reserved block type": "fails with 1002; RFC 7692 names no code",
        "a block that stops": "taken: zlib is not asked whether the block was whole",
    },
    "wsproto": {
        "a control frame inside a compressed message": "the message is taken for plain from there on",
        "a block that stops": "taken",
        "close code 1014": "refused, though IANA has registered it",
    },
}


@dataclass
class Stream:
    deflate: DeflateParams | None
    data: bytes = b""
    events: list[Event] = field(default_factory=list)
    features: set[str] = field(default_factory=set)


def head(opcode: int, *, fin: bool = True, rsv: int = 0) -> int:
    return (0x80 if fin else 0) | rsv | opcode


#: Faults between messages: what comes, and the close code.
FAULTS: dict[str, tuple[bytes, int]] = {
    "a reserved data opcode": (bytes([head(3), 0]), 1002),
    "a reserved control opcode": (bytes([head(11), 0]), 1002),
    "RSV2": (bytes([head(1, rsv=0x20), 0]), 1002),
    "RSV3 on a Ping": (bytes([head(9, rsv=0x10), 0]), 1002),
    "RSV1 on a Pong": (bytes([head(10, rsv=0x40), 0]), 1002),
    "a Ping in fragments": (bytes([head(9, fin=False), 0]), 1002),
    "a long Ping": (bytes([head(9), 126, 0, 126]) + bytes(126), 1002),
    "a length of 16 bits for 125": (bytes([head(2), 126, 0, 125]) + bytes(125), 1002),
    "a length of 64 bits for 65535": (bytes([head(2), 127, *(65535).to_bytes(8, "big")]) + bytes(65535), 1002),
    "the highest bit of a length": (bytes([head(2), 127, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1002),
    "a masked frame": (encode_frame(1, b"masked", mask=b"mask"), 1002),
    "nothing to continue": (encode_frame(0, b"more"), 1002),
    "a message inside a message": (encode_frame(1, b"one", fin=False) + encode_frame(2, b"two"), 1002),
    "text that is not UTF-8": (encode_frame(1, b"abc\xed\xa0\x80"), 1007),
    "text that ends inside a character": (encode_frame(1, b"abc\xe2\x82"), 1007),
    "fragments that are not UTF-8": (encode_frame(1, b"\xc3", fin=False) + encode_frame(0, b"\x28"), 1007),
    "half a close code": (encode_frame(8, b"\x03"), 1002),
    "close code 0": (encode_frame(8, b"\x00\x00"), 1002),
    "close code 999": (encode_frame(8, b"\x03\xe7"), 1002),
    "close code 1005": (encode_frame(8, b"\x03\xed"), 1002),
    "close code 1006": (encode_frame(8, b"\x03\xee"), 1002),
    "close code 2999": (encode_frame(8, b"\x0b\xb7"), 1002),
    "close code 5000": (encode_frame(8, b"\x13\x88"), 1002),
    "a reason that is not UTF-8": (encode_frame(8, b"\x03\xe8\xff"), 1007),
}
#: The same for compressed connections only, and for plain ones only.
DEFLATE_FAULTS: dict[str, tuple[bytes, int]] = {
    "RSV1 on a continuation": (encode_frame(1, b"", fin=False) + encode_frame(0, b"", rsv1=True), 1002),
    "a reserved block type": (encode_frame(2, b"\xff\xff", rsv1=True), 1007),
    "a block that stops": (encode_frame(2, b"\xf2\x48\xcd", rsv1=True), 1007),
}
PLAIN_FAULTS: dict[str, tuple[bytes, int]] = {"RSV1 without compression": (encode_frame(1, b"", rsv1=True), 1002)}

payloads = st.binary(max_size=30) | st.sampled_from([b"quote " * 30, bytes(125), bytes(126), bytes(65536)])
texts = st.text(max_size=20).map(str.encode) | st.sampled_from([b"order " * 30, "€ 😀".encode() * 20])
params = st.builds(DeflateParams, server_no_context_takeover=st.booleans(), server_max_window_bits=st.integers(9, 15))


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    stream = Stream(draw(st.none() | params))
    compressor = None
    for _ in range(draw(st.integers(0, 5))):
        opcode = draw(st.sampled_from([1, 2]))
        payload = draw(texts if opcode == 1 else payloads)
        octets, rsv1 = payload, False
        if stream.deflate is not None and draw(st.booleans()):
            rsv1 = True
            if compressor is None or stream.deflate.server_no_context_takeover:
                compressor = zlib.compressobj(wbits=-stream.deflate.server_max_window_bits)
            mode = draw(st.sampled_from([zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH]))
            blocks = draw(st.integers(0, len(payload)))
            octets = compressor.compress(payload[:blocks]) + compressor.flush(zlib.Z_SYNC_FLUSH)
            octets += compressor.compress(payload[blocks:]) + compressor.flush(mode)
            octets = octets[:-4] if octets.endswith(b"\x00\x00\xff\xff") else octets
            octets = octets or b"\x00"
            event("compressed")
        cuts = sorted(draw(st.lists(st.integers(0, len(octets)), max_size=3)))
        parts = [octets[a:b] for a, b in zip([0, *cuts], [*cuts, len(octets)], strict=True)]
        for i, part in enumerate(parts):
            fin = i == len(parts) - 1
            stream.data += encode_frame(0 if i else opcode, part, fin=fin, rsv1=rsv1 and not i)
            if draw(st.integers(0, 3)) == 0 and not fin:
                control(stream, draw)
                if rsv1:
                    stream.features.add("a control frame inside a compressed message")
        stream.events.append(("text" if opcode == 1 else "binary", payload))
        if draw(st.booleans()):
            control(stream, draw)
    ending = draw(st.sampled_from(["open", "close", "fault"]))
    if ending == "close":
        code = draw(st.sampled_from([None, 1000, 1001, 1003, 1011, 1014, 3000, 4999]))
        reason = "" if code is None else draw(st.text(max_size=20))
        stream.data += encode_frame(8, b"" if code is None else code.to_bytes(2, "big") + reason.encode())
        stream.events.append(("close", code or 1005, reason))
        stream.features.add(f"close code {code}")
        stream.data += draw(st.binary(max_size=5))
    elif ending == "fault":
        more = PLAIN_FAULTS if stream.deflate is None else DEFLATE_FAULTS
        name = draw(st.sampled_from([*FAULTS, *more]))
        data, code = {**FAULTS, **more}[name]
        stream.data += data + draw(st.binary(max_size=5))
        stream.events.append(("failed", code))
        stream.features.add(name)
    return stream


def control(stream: Stream, draw: st.DrawFn) -> None:
    opcode, payload = draw(st.sampled_from([9, 10])), draw(st.binary(max_size=10) | st.just(bytes(125)))
    stream.data += encode_frame(opcode, payload)
    # An event of a control frame comes before that of the message around it.
    stream.events.append(("ping" if opcode == 9 else "pong", payload))


def by_tickfold(stream: Stream, pieces: list[bytes]) -> list[Event]:
    reader = MessageReader(stream.deflate)
    events: list[Event] = []
    for piece in pieces:
        for item in reader.feed(piece):
            match item:
                case Message(opcode, data):
                    events.append(("text" if opcode == 1 else "binary", data))
                case Ping(data):
                    events.append(("ping", data))
                case Pong(data):
                    events.append(("pong", data))
                case Close(code, reason):
                    events.append(("close", code, reason))
    if reader.failure is not None:
        events.append(("failed", reader.failure.code))
    return events


def by_websockets(stream: Stream, pieces: list[bytes]) -> list[Event]:
    protocol = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN, max_size=None)
    if stream.deflate is not None:
        bits = stream.deflate.server_max_window_bits
        protocol.extensions = [PerMessageDeflate(stream.deflate.server_no_context_takeover, False, bits, 15)]
    events: list[Event] = []
    message, opcode = b"", 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in pieces:
        protocol.receive_data(piece)
        protocol.data_to_send()
        for frame in protocol.events_received():
            if frame.opcode is Opcode.PING:
                events.append(("ping", bytes(frame.data)))
            elif frame.opcode is Opcode.PONG:
                events.append(("pong", bytes(frame.data)))
            elif frame.opcode is Opcode.CLOSE:
                assert protocol.close_rcvd is not None
                events.append(("close", protocol.close_rcvd.code, protocol.close_rcvd.reason))
            else:
                if frame.opcode is not Opcode.CONT:
                    message, opcode = b"", frame.opcode
                message += frame.data
                if opcode == 1:  # its callers do this
                    try:
                        decoder.decode(bytes(frame.data), frame.fin)
                    except UnicodeDecodeError:
                        return [*events, ("failed", 1007)]
                if frame.fin:
                    events.append(("text" if opcode == 1 else "binary", message))
    if protocol.parser_exc is not None:
        assert protocol.close_sent is not None
        events.append(("failed", protocol.close_sent.code))
    return events


def by_wsproto(stream: Stream, pieces: list[bytes]) -> list[Event]:
    extensions = []
    if stream.deflate is not None:
        extension = WsprotoDeflate()
        extension.finalize(str(stream.deflate))
        extensions.append(extension)
    connection = Connection(ConnectionType.CLIENT, extensions)
    return list(wsproto_stream(connection, pieces))


def wsproto_stream(connection: Connection, pieces: list[bytes]) -> Iterator[Event]:
    message = b""
    for piece in pieces:
        connection.receive_data(piece)
        for item in connection.events():
            if isinstance(item, wsproto_events.Ping):
                yield "ping", bytes(item.payload)
            elif isinstance(item, wsproto_events.Pong):
                yield "pong", bytes(item.payload)
            elif isinstance(item, wsproto_events.CloseConnection):
                if connection.state.name == "REMOTE_CLOSING":
                    yield "close", int(item.code), item.reason or ""
                else:
                    yield "failed", int(item.code)
                return
            elif isinstance(item, wsproto_events.TextMessage | wsproto_events.BytesMessage):
                text = isinstance(item, wsproto_events.TextMessage)
                message += item.data.encode() if isinstance(item.data, str) else bytes(item.data)
                if item.message_finished:
                    yield "text" if text else "binary", message
                    message = b""


PEERS: dict[str, Callable[[Stream, list[bytes]], list[Event]]] = {
    "websockets": by_websockets,
    "wsproto": by_wsproto,
}


def cut(data: bytes, places: list[int]) -> list[bytes]:
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(streams(), st.data())
def test_our_reader_is_right_in_any_cut(stream: Stream, draw: st.DataObject) -> None:
    places = sorted(draw.draw(st.lists(st.integers(0, len(stream.data)), max_size=10)))
    assert by_tickfold(stream, [stream.data]) == stream.events
    assert by_tickfold(stream, cut(stream.data, places)) == stream.events
    if len(stream.data) < 2000:
        assert by_tickfold(stream, cut(stream.data, list(range(1, len(stream.data))))) == stream.events


@pytest.mark.parametrize("peer", PEERS)
@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(streams())
def test_the_peers_agree_but_for_what_is_known(peer: str, stream: Stream) -> None:
    if stream.features & DIFFERENT[peer].keys():
        return
    if stream.data:
        assert PEERS[peer](stream, [stream.data]) == by_tickfold(stream, [stream.data]) == stream.events
