"""What is fuzzed: functions of bytes that raise only where the code under test breaks a promise.

Run by libFuzzer with coverage (fuzz.py) and, on fixed inputs, by tests/test_fuzz.py. Each has seeds to begin with.
"""

from collections.abc import Callable, Iterator

from tickfold.engine.deflate import Deflater
from tickfold.engine.frames import encode_frame
from tickfold.engine.reader import Close, Message, MessageReader, Ping, Pong
from tickfold.schema.errors import NegotiationError
from tickfold.schema.extensions import DeflateParams, answer_offer, answered_params, deflate_offer, negotiate

PARAMS = [None, DeflateParams(), DeflateParams(server_no_context_takeover=True), DeflateParams(True, True, 9, 9)]
MAX_MESSAGE = 4096
CODES = {1002, 1007, 1009}


def outcome(params: DeflateParams | None, pieces: list[bytes]) -> tuple[list[object], tuple[int, str] | None]:
    """The events and the failure of a stream cut like this, each event checked for what always holds."""
    reader = MessageReader(params, max_message_size=MAX_MESSAGE, max_frame_size=2 * MAX_MESSAGE, max_fragments=16)
    events: list[object] = []
    for piece in pieces:
        events += reader.feed(piece)
    for event in events[:-1]:
        assert not isinstance(event, Close), "something follows a Close"
    for event in events:
        match event:
            case Message(opcode, data):
                assert len(data) <= MAX_MESSAGE
                if opcode == 1:
                    data.decode()
            case Ping(data) | Pong(data):
                assert len(data) <= 125
            case Close(code, reason):
                assert code == 1005 or 1000 <= code <= 1014 or 3000 <= code <= 4999
                assert len(reason.encode()) <= 123
    # the limit, doubled once while it grew, and one block of inflated data
    assert reader.buffered <= MAX_MESSAGE + (16 << 10) + 1
    failure = reader.failure
    if failure is None:
        return events, None
    assert failure.code in CODES
    assert reader.feed(b"\x81\x00") == [] and reader.failure is failure
    return events, (failure.code, str(failure))


def any_cut_is_the_same(params: DeflateParams | None, stream: bytes, step: int) -> None:
    whole = outcome(params, [stream])
    assert outcome(params, [stream[i : i + step] for i in range(0, len(stream), step)]) == whole
    if len(stream) <= 256:
        assert outcome(params, [stream[i : i + 1] for i in range(len(stream))]) == whole


def frames(data: bytes) -> None:
    """Raw octets: [parameters, piece size, stream …]."""
    if len(data) > 2:
        any_cut_is_the_same(PARAMS[data[0] & 3], data[2:], data[1] % 61 + 1)


def messages(data: bytes) -> None:
    """Well-formed frames with any payload: [parameters, piece size, then (first octet, size, payload) …].

    A size with its highest bit set has the payload compressed first, so that contexts are carried over.
    """
    if len(data) < 3:
        return
    params = PARAMS[data[0] & 3]
    deflater = Deflater(15, params is not None and params.server_no_context_takeover)
    stream = b""
    at = 2
    while at + 2 <= len(data) and len(stream) < 1 << 16:
        head, size = data[at], data[at + 1]
        payload = data[at + 2 : at + 2 + (size & 0x7F)]
        at += 2 + (size & 0x7F)
        if size & 0x80:
            payload = deflater.compress(payload * (1 + size % 7))
        frame = encode_frame(head & 15, payload, fin=bool(head & 0x80), rsv1=bool(head & 0x40))
        stream += frame
    any_cut_is_the_same(params, stream, data[1] % 61 + 1)


def negotiation(data: bytes) -> None:
    """An offer and an answer, on two lines."""
    offer, _, response = data.decode("utf-8", "replace").partition("\n")
    try:
        params = negotiate(offer, response)
    except NegotiationError:
        params = None
    if params is not None:
        assert answered_params(str(params)) == params
        assert 8 <= params.server_max_window_bits <= 15 and 8 <= params.client_max_window_bits <= 15
        assert "permessage-deflate" in offer and "permessage-deflate" in response
    chosen = answer_offer(offer)
    if chosen is not None:
        try:
            assert negotiate(offer, str(chosen)) == chosen
        except NegotiationError:
            # An offer beside it may be malformed, which its maker, not the server, has to answer for.
            assert "," in offer


TARGETS: dict[str, Callable[[bytes], None]] = {"frames": frames, "messages": messages, "negotiation": negotiation}


def seeds(target: str) -> Iterator[bytes]:
    """Inputs to begin with: one of each kind."""
    deflater = Deflater()
    compressed = [deflater.compress(b"quote " * 9), deflater.compress(b"quote " * 9), b"\x00"]
    if target == "frames":
        kinds = [
            encode_frame(1, "grüße €😀".encode()),
            encode_frame(2, bytes(200)),
            encode_frame(9, b"ping") + encode_frame(10, b""),
            encode_frame(1, b"a", fin=False) + encode_frame(9, b"") + encode_frame(0, b"b"),
            encode_frame(8, b"\x03\xe8bye") + encode_frame(1, b"after"),
            b"\x81\x7e\x00\x05",
            b"\x82\x7f" + (1 << 63).to_bytes(8, "big"),
            *(encode_frame(1, octets, rsv1=True) for octets in compressed),
            encode_frame(1, compressed[0][:5], rsv1=True, fin=False) + encode_frame(0, compressed[0][5:]),
        ]
        for params in range(4):
            yield from (bytes([params, 7]) + kind for kind in kinds)
            yield bytes([params, 3]) + b"".join(kinds)
    elif target == "messages":
        for params in range(4):
            for head in (0x81, 0x82, 0xC1, 0xC2, 0x01, 0x41, 0x80, 0x00, 0x88, 0x89, 0x8A):
                yield bytes([params, 5, head, 3]) + b"abc" + bytes([head, 0x83]) + b"abc" + b"\x80\x00"
    else:
        for offer in (deflate_offer(), deflate_offer(server_no_context_takeover=True, server_max_window_bits=10)):
            for params in (DeflateParams(), DeflateParams(True, True, 10, 9)):
                yield f"{offer}\n{params}".encode()
        yield b'permessage-deflate\npermessage-deflate; server_max_window_bits="1\\0", x; y=z'
