"""From frames to messages: fragments, text, Close, limits, compression (RFC 6455 §5-7, RFC 7692 §6-7)."""

import gc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickfold.engine.deflate import Deflater
from tickfold.engine.frames import encode_frame
from tickfold.engine.reader import Close, Message, MessageReader, Ping, Pong
from tickfold.schema.errors import ConfigError, NegotiationError
from tickfold.schema.extensions import DeflateParams

DEFLATE = "permessage-deflate"
PING = encode_frame(9, b"p")


def failure_of(reader: MessageReader) -> int:
    assert reader.failure is not None
    return reader.failure.code


def fragments(opcode: int, *parts: bytes, rsv1: bool = False, between: bytes = b"") -> bytes:
    return between.join(
        encode_frame(0 if i else opcode, part, fin=i == len(parts) - 1, rsv1=rsv1 and not i)
        for i, part in enumerate(parts)
    )


class TestText:
    @pytest.mark.parametrize("size", range(1, 50))
    def test_one_octet_that_is_no_ascii_anywhere(self, size: int) -> None:
        for place in range(size):
            bad = b"a" * place + b"\xff" + b"a" * (size - place - 1)
            reader = MessageReader()
            assert reader.feed(encode_frame(1, bad)) == []
            assert failure_of(reader) == 1007
            good = ("a" * place + "é" + "a" * (size - place - 1)).encode()
            assert MessageReader().feed(encode_frame(1, good)) == [Message(1, good)]

    @pytest.mark.parametrize(
        "octets",
        ["80", "bf", "c0 80", "c1 bf", "c2 20", "e0 9f 80", "ed a0 80", "ed bf bf", "f0 8f 80 80", "f4 90 80 80",
         "f5 80 80 80", "fe", "ff", "c3 28", "e2 28 a1", "f0 90 28 bc"],
    )  # fmt: skip
    @pytest.mark.parametrize("before", [0, 7, 8, 15, 16, 33])
    def test_bad_octets(self, octets: str, before: int) -> None:
        data = b"a" * before + bytes.fromhex(octets) + b"a" * 20
        reader = MessageReader()
        assert reader.feed(PING + encode_frame(1, data) + PING) == [Ping(b"p")]
        assert failure_of(reader) == 1007
        # binary may hold them
        assert MessageReader().feed(encode_frame(2, data)) == [Message(2, data)]

    def test_fails_at_the_first_bad_octet_that_has_arrived(self) -> None:
        text = "κόσμε".encode() + b"\xed\xa0\x80" + b"edited"
        frame = encode_frame(1, text)
        bad = frame.index(b"\xa0")
        reader = MessageReader()
        for i, octet in enumerate(frame):
            assert reader.feed(bytes([octet])) == []
            assert (reader.failure is not None) == (i >= bad), i

    def test_a_character_may_lie_across_fragments_and_must_end(self) -> None:
        euro = "€".encode()
        assert MessageReader().feed(fragments(1, euro[:1], b"", euro[1:2], euro[2:], between=PING)) == [
            Ping(b"p"), Ping(b"p"), Ping(b"p"), Message(1, euro),
        ]  # fmt: skip
        for data in (encode_frame(1, euro[:2]), fragments(1, b"a", euro[:1])):
            reader = MessageReader()
            assert reader.feed(data) == []
            assert failure_of(reader) == 1007

    def test_state_does_not_leak_into_the_next_message(self) -> None:
        reader = MessageReader()
        assert reader.feed(fragments(2, b"\xe2", b"\x82") + fragments(1, b"a", b"b")) == [
            Message(2, b"\xe2\x82"), Message(1, b"ab"),
        ]  # fmt: skip

    @given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
    def test_judges_as_python_does(self, data: bytes) -> None:
        try:
            data.decode()
            valid = True
        except UnicodeDecodeError:
            valid = False
        reader = MessageReader()
        assert bool(reader.feed(encode_frame(1, data))) == valid
        reader = MessageReader()
        for octet in fragments(1, data, b""):
            reader.feed(bytes([octet]))
        assert (reader.failure is None) == valid


class TestClose:
    @pytest.mark.parametrize(
        "code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
    )
    def test_codes_that_may_be_sent(self, code: int) -> None:
        reader = MessageReader()
        body = code.to_bytes(2, "big")
        assert reader.feed(encode_frame(8, body + "tschüß".encode())) == [Close(code, "tschüß")]
        assert reader.close == Close(code, "tschüß") and reader.failure is None
        assert MessageReader().feed(encode_frame(8, body)) == [Close(code, "")]

    @pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
    def test_codes_that_may_not(self, code: int) -> None:
        reader = MessageReader()
        assert reader.feed(encode_frame(8, code.to_bytes(2, "big"))) == []
        assert failure_of(reader) == 1002

    def test_bodies(self) -> None:
        assert MessageReader().feed(encode_frame(8, b"")) == [Close(1005, "")]
        assert MessageReader().feed(encode_frame(8, b"\x03\xe8" + b"r" * 123)) == [Close(1000, "r" * 123)]
        for body, code in ((b"\x03", 1002), (b"\x03\xe8\xff", 1007), (b"\x03\xe8\xe2\x82", 1007)):
            reader = MessageReader()
            assert reader.feed(encode_frame(8, body)) == []
            assert failure_of(reader) == code

    def test_in_the_middle_of_a_message(self) -> None:
        reader = MessageReader()
        assert reader.feed(encode_frame(1, b"half", fin=False) + encode_frame(8, b"\x03\xe9")) == [Close(1001)]
        assert reader.feed(encode_frame(0, b"half")) == []


class TestLimits:
    def test_a_message(self) -> None:
        for data in (encode_frame(2, bytes(100)), fragments(2, bytes(60), bytes(40), b"")):
            assert MessageReader(max_message_size=100).feed(data) == [Message(2, bytes(100))]
            reader = MessageReader(max_message_size=99)
            assert reader.feed(data) == [] and failure_of(reader) == 1009

    def test_a_frame_is_refused_by_its_header(self) -> None:
        reader = MessageReader(max_frame_size=1000)
        assert reader.feed(b"\x82\x7e\x03\xe8" + bytes(1000)) == [Message(2, bytes(1000))]
        assert reader.feed(b"\x82\x7e\x03") == [] and reader.failure is None
        assert reader.feed(b"\xe9") == [] and failure_of(reader) == 1009
        reader = MessageReader()
        assert reader.feed(b"\x82\x7f" + (1 << 62).to_bytes(8, "big")) == []
        assert failure_of(reader) == 1009

    def test_fragments(self) -> None:
        parts = [b"x"] * 5
        assert MessageReader(max_fragments=5).feed(fragments(1, *parts, between=PING))[-1] == Message(1, b"xxxxx")
        reader = MessageReader(max_fragments=4)
        assert reader.feed(fragments(1, *parts)) == [] and failure_of(reader) == 1009

    def test_control_frames_count_towards_none(self) -> None:
        reader = MessageReader(max_message_size=3, max_frame_size=2, max_fragments=2)
        ping = encode_frame(9, bytes(125))
        assert reader.feed(fragments(2, b"ab", b"c", between=ping * 9)) == [Ping(bytes(125))] * 9 + [Message(2, b"abc")]

    def test_none_lifts_a_limit(self) -> None:
        size = (16 << 20) + 1
        reader = MessageReader(max_message_size=None, max_frame_size=None, max_fragments=None)
        assert reader.feed(encode_frame(2, bytes(size))) == [Message(2, bytes(size))]
        reader = MessageReader()
        assert reader.feed(encode_frame(2, bytes(size))) == [] and failure_of(reader) == 1009

    @pytest.mark.parametrize("name", ["max_message_size", "max_frame_size", "max_fragments"])
    def test_must_be_positive(self, name: str) -> None:
        for value in (0, -1):
            with pytest.raises(ConfigError):
                MessageReader(None, **{name: value})


class TestCompression:
    def test_rsv1_belongs_on_the_first_frame_of_a_message(self) -> None:
        octets = Deflater().compress(b"hello " * 20)
        half = len(octets) // 2
        good = fragments(1, octets[:half], octets[half:], rsv1=True, between=PING)
        assert MessageReader(DEFLATE).feed(good) == [Ping(b"p"), Message(1, b"hello " * 20)]
        start = encode_frame(1, octets[:half], fin=False, rsv1=True)
        for data in (
            start + encode_frame(0, octets[half:], rsv1=True),
            encode_frame(1, b"plain", fin=False) + encode_frame(0, b"", rsv1=True),
            start + encode_frame(9, b"", rsv1=True),
            encode_frame(9, b"", rsv1=True),
            encode_frame(10, b"", rsv1=True),
            encode_frame(8, b"", rsv1=True),
        ):
            reader = MessageReader(DEFLATE)
            assert reader.feed(data) == [] and failure_of(reader) == 1002
        reader = MessageReader()
        assert reader.feed(good) == [] and failure_of(reader) == 1002

    def test_plain_messages_between_compressed_ones_leave_the_context_alone(self) -> None:
        deflater = Deflater()
        text = b"the same words again"
        data = b"".join(
            encode_frame(1, deflater.compress(text), rsv1=True) + encode_frame(1, text) + PING for _ in range(3)
        )
        assert MessageReader(DEFLATE).feed(data) == [Message(1, text), Message(1, text), Ping(b"p")] * 3

    def test_a_ping_between_fragments_keeps_the_context(self) -> None:
        deflater, reader = Deflater(), MessageReader(DEFLATE)
        for _ in range(3):
            octets = deflater.compress(b"context " * 9)
            parts = [octets[i : i + 3] for i in range(0, len(octets), 3)] + [b""]
            events = reader.feed(fragments(2, *parts, rsv1=True, between=PING))
            assert events[-1] == Message(2, b"context " * 9)
            assert events[:-1] == [Ping(b"p")] * (len(parts) - 1)

    @pytest.mark.parametrize("octets", ["ff", "0005000000", "f248", "0500"])
    def test_bad_data_is_a_protocol_error(self, octets: str) -> None:
        reader = MessageReader(DEFLATE)
        assert reader.feed(PING + encode_frame(2, bytes.fromhex(octets), rsv1=True)) == [Ping(b"p")]
        assert failure_of(reader) == 1007

    def test_inflated_text_must_be_utf_8(self) -> None:
        reader = MessageReader(DEFLATE)
        assert reader.feed(encode_frame(1, Deflater().compress(b"\xff"), rsv1=True)) == []
        assert failure_of(reader) == 1007
        binary = encode_frame(2, Deflater().compress(b"\xff"), rsv1=True)
        assert MessageReader(DEFLATE).feed(binary) == [Message(2, b"\xff")]

    @pytest.mark.parametrize("parameter", ["server_no_context_takeover", "client_no_context_takeover"])
    def test_the_direction_that_a_parameter_rules(self, parameter: str) -> None:
        reader = MessageReader(f"{DEFLATE}; {parameter}")
        deflater = Deflater(no_context_takeover=parameter.startswith("server"))
        data = encode_frame(1, deflater.compress(b"words, words"), rsv1=True)
        again = encode_frame(1, deflater.compress(b"words, words"), rsv1=True)
        assert (data == again) == parameter.startswith("server")
        assert reader.feed(data + again) == [Message(1, b"words, words")] * 2

    def test_the_limit_counts_inflated_bytes(self) -> None:
        octets = Deflater().compress(bytes(1000))
        assert MessageReader(DEFLATE, max_message_size=1000).feed(encode_frame(2, octets, rsv1=True))
        reader = MessageReader(DEFLATE, max_message_size=999)
        assert reader.feed(encode_frame(2, octets, rsv1=True)) == [] and failure_of(reader) == 1009

    def test_a_limit_used_up_exactly_by_earlier_fragments(self) -> None:
        deflater = zlib.compressobj(wbits=-15)
        first = deflater.compress(bytes(1000)) + deflater.flush(zlib.Z_SYNC_FLUSH)
        rest = deflater.compress(bytes(1 << 20)) + deflater.flush(zlib.Z_SYNC_FLUSH)
        reader = MessageReader(DEFLATE, max_message_size=1000)
        assert reader.feed(encode_frame(2, first, rsv1=True, fin=False)) == [] and reader.failure is None
        assert reader.feed(encode_frame(0, rest[:-4])) == [] and failure_of(reader) == 1009
        # and nothing more than the empty end is fine
        reader = MessageReader(DEFLATE, max_message_size=1000)
        data = encode_frame(2, first[:-4], rsv1=True, fin=False) + encode_frame(0, b"")
        assert reader.feed(data) == [Message(2, bytes(1000))]

    def test_extensions_may_be_parameters_or_an_answer(self) -> None:
        frame = encode_frame(1, Deflater().compress(b"x"), rsv1=True)
        for extensions in (DeflateParams(), "permessage-deflate; server_max_window_bits=9; client_max_window_bits=8"):
            assert MessageReader(extensions).feed(frame) == [Message(1, b"x")]
        for wrong in ("permessage-deflate; nonsense", "x-other", "permessage-deflate, permessage-deflate"):
            with pytest.raises(NegotiationError):
                MessageReader(wrong)

    @given(st.data())
    def test_the_same_bytes_in_any_cut_give_the_same_events(self, draw: st.DataObject) -> None:
        deflater = Deflater()
        data = b""
        for payload in draw.draw(st.lists(st.binary(max_size=60) | st.just(bytes(3000)), max_size=4)):
            octets = bytearray(deflater.compress(payload))
            if draw.draw(st.integers(0, 4)) == 0:
                octets[draw.draw(st.integers(0, len(octets) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
            split = draw.draw(st.integers(0, len(octets)))
            opcode = draw.draw(st.sampled_from([1, 2]))
            data += fragments(opcode, bytes(octets[:split]), bytes(octets[split:]), rsv1=True, between=PING)
        cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=8)))
        outcomes = []
        for places in ([], cuts, list(range(1, len(data)))):
            reader = MessageReader(DEFLATE, max_message_size=2500)
            pieces = [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]
            events = [event for piece in pieces for event in reader.feed(piece)]
            outcomes.append((events, reader.failure and (reader.failure.code, str(reader.failure))))
        assert outcomes[0] == outcomes[1] == outcomes[2]


def test_the_memory_of_a_large_message_is_given_back() -> None:
    from tickfold.engine.frames import FrameReader
    from tickfold.engine.messages import Assembler

    assert FrameReader(Assembler()).assembler.buffered == 0
    reader = MessageReader()
    large = fragments(2, bytes(4 << 20), b"")
    small = fragments(2, b"a", b"b")
    assert len(reader.feed(large)) == 1
    assert reader.buffered >= 4 << 20
    for _ in range(100):
        reader.feed(small)
    assert reader.buffered <= 128 << 10
    assert len(reader.feed(large)) == 1


def test_events_are_values() -> None:
    import pickle

    events = [Message(1, b"a"), Message(2, b"a"), Ping(b"a"), Pong(b"a"), Close(1000, "a"), Close(1000)]
    assert len(set(events)) == len(events)
    for event in events:
        assert pickle.loads(pickle.dumps(event)) == event
        assert eval(repr(event)) == event
        assert event != "something else" and not gc.is_tracked(event)
    match events[0]:
        case Message(opcode, data):
            assert (opcode, data) == (1, b"a") and events[0].text == "a"
