"""The inflater against zlib's own compressor, and against octets no sound sender would write."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickfold.engine.deflate import Deflater, Inflater
from tickfold.schema.errors import ConfigError, ProtocolError

TAIL = b"\x00\x00\xff\xff"


def message(compressor: "zlib._Compress", data: bytes, mode: int = zlib.Z_SYNC_FLUSH) -> bytes:
    """One message as RFC 7692 §7.2.1 has it: flushed, tail cut off."""
    octets = compressor.compress(data) + compressor.flush(mode)
    assert octets.endswith(TAIL)
    return octets[:-4]


def final_blocks(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush(zlib.Z_FINISH)


@pytest.mark.parametrize(
    "octets, data",
    [  # RFC 7692 §7.2.3: one block, twice a stored one, several blocks, BFINAL, nothing
        ("f248cdc9c90700", b"Hello"),
        ("000500faff48656c6c6f00", b"Hello"),
        ("f248050000 00ffff cac9c90700", b"Hello"),
        ("f348cdc9c9070000", b"Hello"),
        ("00", b""),
    ],
)
def test_the_examples_of_the_rfc(octets: str, data: bytes) -> None:
    assert Inflater().inflate(bytes.fromhex(octets)) == data


def test_the_context_is_carried_over() -> None:
    compressor, inflater = zlib.compressobj(wbits=-15), Inflater()
    first, second = message(compressor, b"Hello" * 9), message(compressor, b"Hello" * 9)
    assert len(second) < len(first)
    assert inflater.inflate(first) == inflater.inflate(second) == b"Hello" * 9


def test_the_context_is_dropped_where_that_was_agreed() -> None:
    compressor = zlib.compressobj(wbits=-15)
    text = b"a sentence to point back at"
    first, second = message(compressor, text), message(compressor, text)
    inflater = Inflater(no_context_takeover=True)
    assert inflater.inflate(first) == text
    with pytest.raises(ProtocolError) as caught:
        inflater.inflate(second)
    assert caught.value.code == 1007


@pytest.mark.parametrize("bits", range(9, 16))
def test_any_window_of_the_sender_is_read(bits: int) -> None:
    random = zlib.compress(b"seed") * 40
    data = random + bytes(range(256)) * (1 << bits - 8) + random
    assert Inflater().inflate(message(zlib.compressobj(wbits=-bits), data)) == data


@pytest.mark.parametrize("bits", range(9, 16))
def test_the_deflater_keeps_to_its_window(bits: int) -> None:
    block = zlib.compress(bytes(range(100)))
    data = block + bytes((1 << bits) - len(block)) + block
    octets = Deflater(bits).compress(data)
    judge = zlib.decompressobj(wbits=-bits)
    # One octet a call: zlib holds distances against its window only across calls.
    assert b"".join(judge.decompress(bytes([octet])) for octet in octets + TAIL) == data


def test_final_blocks_anywhere() -> None:
    inflater = Inflater()
    assert inflater.inflate(final_blocks(b"one") + b"\x00") == b"one"
    assert inflater.inflate(final_blocks(b"two") + final_blocks(b"three") + b"\x00") == b"twothree"
    assert inflater.inflate(final_blocks(b"four")) == b"four"  # without the padding octet
    assert inflater.inflate(message(zlib.compressobj(wbits=-15), b"five")) == b"five"
    assert inflater.inflate(b"\x01") == b""  # a final stored block without its tail
    assert inflater.inflate(final_blocks(b"six") + message(zlib.compressobj(wbits=-15), b"seven")) == b"sixseven"


def test_the_window_outlives_a_final_block() -> None:
    earlier = b"the window is what an endpoint has sent before"
    compressor = zlib.compressobj(wbits=-15, zdict=earlier)
    second = message(compressor, earlier)
    inflater = Inflater()
    assert inflater.inflate(final_blocks(earlier) + b"\x00") == earlier
    assert inflater.inflate(second) == earlier


def test_empty_messages_leave_the_context_alone() -> None:
    compressor, inflater = zlib.compressobj(wbits=-15), Inflater()
    assert inflater.inflate(message(compressor, b"before")) == b"before"
    assert inflater.inflate(b"\x00") == inflater.inflate(b"") == inflater.inflate(b"\x02\x00") == b""
    assert inflater.inflate(message(compressor, b"before")) == b"before"


@pytest.mark.parametrize(
    "octets",
    [
        b"\xff\xff\xff\xff",  # a reserved block type
        b"\x00\x05\x00\x00\x00Hello",  # LEN and NLEN disagree
        b"\x05\x00",  # a dynamic block that stops
        bytes.fromhex("f248cdc9"),  # a fixed block that stops
        bytes.fromhex("f248cdc9c907000000ffff"),  # the tail was not cut off
    ],
)
def test_bad_data(octets: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        Inflater().inflate(octets)
    assert caught.value.code == 1007


@pytest.mark.parametrize("size", [0, 1, 100, 4096, 16384, 16385, 70000])
def test_the_limit_is_exact(size: int) -> None:
    octets = message(zlib.compressobj(wbits=-15), bytes(size)) if size else b"\x00"
    assert Inflater().inflate(octets, limit=max(size, 1)) == bytes(size)
    if size > 1:
        with pytest.raises(ProtocolError) as caught:
            Inflater().inflate(octets, limit=size - 1)
        assert caught.value.code == 1009


@given(st.lists(st.binary(max_size=300)), st.integers(9, 15), st.booleans(), st.sampled_from([1, 6, 9]))
def test_what_the_deflater_writes_the_inflater_and_zlib_read(
    messages: list[bytes], bits: int, no_context_takeover: bool, level: int
) -> None:
    deflater, inflater = Deflater(bits, no_context_takeover, level), Inflater(no_context_takeover)
    judge = zlib.decompressobj(wbits=-bits)
    for data in messages:
        octets = deflater.compress(data)
        assert inflater.inflate(octets) == data
        assert judge.decompress(octets + TAIL) == data


@given(st.binary(max_size=200))
def test_any_octets_give_data_or_a_protocol_error(octets: bytes) -> None:
    try:
        assert len(Inflater().inflate(octets, limit=1000)) <= 1000
    except ProtocolError as error:
        assert error.code in (1007, 1009)


@pytest.mark.parametrize("bits", [8, 16, -15])
def test_window_bits_out_of_range(bits: int) -> None:
    with pytest.raises(ConfigError):
        Deflater(bits)
