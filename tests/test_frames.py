"""Frames found in bytes cut anywhere, and what a header may not say (RFC 6455 §5.1, §5.2, §5.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickfold.engine.frames import encode_frame
from tickfold.engine.reader import Close, Message, MessageReader, Ping, Pong
from tickfold.schema.errors import ConfigError

Events = list[Message | Ping | Pong | Close]


def read(data: bytes, *cuts: int) -> tuple[Events, tuple[int, str] | None]:
    """The events of these bytes cut at these places, and the failure as (code, message)."""
    reader = MessageReader()
    events: Events = []
    for start, end in zip((0, *cuts), (*cuts, len(data)), strict=True):
        events += reader.feed(data[start:end])
    failure = reader.failure
    return events, None if failure is None else (failure.code, str(failure))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 200000])
def test_every_way_to_write_a_length(size: int) -> None:
    assert read(encode_frame(2, bytes(size))) == ([Message(2, bytes(size))], None)


def test_each_kind_of_frame() -> None:
    data = b"".join(
        [
            encode_frame(1, "grüße".encode()),
            encode_frame(9, b"ping"),
            encode_frame(2, b"\xff\x00", fin=False),
            encode_frame(10, b""),
            encode_frame(0, b"", fin=False),
            encode_frame(0, b"\xfe"),
            encode_frame(8, b"\x03\xe8bye"),
        ]
    )
    expected: Events = [
        Message(1, "grüße".encode()), Ping(b"ping"), Pong(b""), Message(2, b"\xff\x00\xfe"), Close(1000, "bye"),
    ]  # fmt: skip
    assert read(data) == (expected, None)
    for cut in range(len(data)):
        assert read(data, cut) == (expected, None)
    assert read(data, *range(1, len(data))) == (expected, None)


@pytest.mark.parametrize(
    "octets",
    [
        "8180",  # masked, empty
        "818500000000 48656c6c6f",  # masked
        "82 7e 0000",  # sixteen bits for 0
        "82 7e 007d",  # sixteen bits for 125
        "82 7f 000000000000ffff",  # sixty-four bits for 65535
        "82 7f 8000000000000000",  # the highest bit
        "82 7f ffffffffffffffff",
        "89 7e 007e",  # a Ping of 126 octets
        "8a 7f 0000000000010000",
        "88 fe",  # masked and too long
        "09 00",  # a Ping in fragments
        "83",  # reserved opcodes, by their first octet
        "87 00",
        "8b",
        "8f 00",
        "c1",  # RSV bits
        "a2 00",
        "91",
        "f9",
        "80",  # nothing to continue
        "00 00",
        "01 00 01 00",  # no continuation
        "02 00 81 00",
    ],
)
def test_what_a_header_may_not_say(octets: str) -> None:
    before = encode_frame(1, b"before") + encode_frame(9, b"?")
    data = before + bytes.fromhex(octets)
    events, failure = read(data + b"trailing octets that nobody looks at")
    assert events == [Message(1, b"before"), Ping(b"?")]
    assert failure is not None and failure[0] == 1002
    # The fault is found with its last octet, however the bytes were cut before it.
    for cut in range(len(data)):
        assert read(data, cut) == (events, failure)
    assert read(data, *range(1, len(data))) == (events, failure)


def test_a_fault_is_found_with_its_octet() -> None:
    for octets in ("83", "8180", "827e007d", "827f80" + "00" * 7, "897e"):
        reader = MessageReader()
        *most, last = bytes.fromhex(octets)
        assert reader.feed(bytes(most)) == [] and reader.failure is None
        assert reader.feed(bytes([last])) == [] and reader.failure is not None


def test_nothing_follows_a_close_or_a_fault() -> None:
    more = encode_frame(1, b"more")
    for end in (encode_frame(8, b""), b"\x83"):
        reader = MessageReader()
        first = reader.feed(end + more)
        assert len(first) == (end[0] == 0x88)
        failure = reader.failure
        assert reader.feed(more) == [] == reader.feed_eof() == reader.feed_eof()
        assert reader.failure is failure


def test_an_end_without_a_close_is_1006() -> None:
    for data in (b"", b"\x81", b"\x81\x05Hel", b"\x01\x00", encode_frame(2, b"whole")):
        reader = MessageReader()
        reader.feed(data)
        assert reader.failure is None and reader.close is None
        assert reader.feed_eof() == [Close(1006)]
        assert reader.failure is not None and reader.failure.code == 1006
        assert reader.feed_eof() == []
        with pytest.raises(ValueError):
            reader.feed(b"")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes_like_object_is_taken(kind: type) -> None:
    assert MessageReader().feed(kind(encode_frame(1, b"x"))) == [Message(1, b"x")]
    assert MessageReader().feed(kind(b"")) == []


def test_a_masked_frame_is_written_as_the_rfc_shows() -> None:
    assert encode_frame(1, b"Hello", mask=bytes.fromhex("37fa213d")).hex() == "818537fa213d7f9f4d5158"  # §5.7
    assert encode_frame(1, b"Hello").hex() == "810548656c6c6f"
    assert encode_frame(9, b"", fin=False, rsv1=True).hex() == "4900"
    for size in range(40):
        payload, mask = bytes(range(100, 100 + size)), b"\x01\x80\xff\x3c"
        masked = bytes(octet ^ mask[i & 3] for i, octet in enumerate(payload))
        assert encode_frame(2, payload, mask=mask) == bytes([0x82, 0x80 | size]) + mask + masked
    for wrong in ({"opcode": 16}, {"opcode": -1}, {"opcode": 1, "mask": b"123"}):
        with pytest.raises(ConfigError):
            encode_frame(payload=b"", **wrong)


frames = st.builds(
    encode_frame,
    st.sampled_from([0, 1, 1, 2, 8, 9, 10]),
    st.binary(max_size=20) | st.text(max_size=10).map(str.encode) | st.just(bytes(300)),
    fin=st.sampled_from([True, True, True, False]),
    rsv1=st.sampled_from([False] * 9 + [True]),
)


@given(st.lists(frames, max_size=8).map(b"".join), st.binary(max_size=6), st.data())
def test_the_same_bytes_in_any_cut_give_the_same_events(data: bytes, tail: bytes, draw: st.DataObject) -> None:
    data += tail
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=12)))
    whole = read(data)
    assert read(data, *cuts) == whole
    assert read(data, *range(1, max(1, len(data)))) == whole
