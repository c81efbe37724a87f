"""MessagePack through the same tables: it means what the same JSON means, and no byte of it is believed unseen."""

import json
import math
import random
import struct
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fuzz_scanner import BEHIND, CORPUS, TABLES
from tickfold.engine.decoder import Decoder
from tickfold.engine.probe import Probe
from tickfold.schema.enums import Flag

UNKNOWN = -(2**63)


def pack(value: Any) -> bytes:
    """MessagePack of a JSON value, in the shortest form."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, int):
        if 0 <= value < 128 or -32 <= value < 0:
            return struct.pack("b", value)
        for code, form in ((0xD0, ">b"), (0xD1, ">h"), (0xD2, ">i"), (0xD3, ">q"), (0xCF, ">Q")):
            try:
                return bytes([code]) + struct.pack(form, value)
            except struct.error:
                continue
        raise OverflowError(value)
    if isinstance(value, str):
        raw = value.encode()
        return counted(len(raw), (31, 0xA0), (0xFF, 0xD9, ">B"), (0xFFFF, 0xDA, ">H"), (0xFFFFFFFF, 0xDB, ">I")) + raw
    if isinstance(value, list):
        head = counted(len(value), (15, 0x90), (0xFFFF, 0xDC, ">H"), (0xFFFFFFFF, 0xDD, ">I"))
        return head + b"".join(map(pack, value))
    head = counted(len(value), (15, 0x80), (0xFFFF, 0xDE, ">H"), (0xFFFFFFFF, 0xDF, ">I"))
    return head + b"".join(pack(key) + pack(item) for key, item in value.items())


def counted(size: int, fix: tuple[int, int], *forms: tuple[int, int, str]) -> bytes:
    if size <= fix[0]:
        return bytes([fix[1] | size])
    for most, code, form in forms:
        if size <= most:
            return bytes([code]) + struct.pack(form, size)
    raise OverflowError(size)


def comparable(records: list[Any] | None) -> Any:
    """Without what stands on the wire as it is: there the two formats must differ."""
    if records is None:
        return None
    out = []
    for kind, symbol, ts, flags, known, nulls, fields, texts in records:
        raw = {"data", "text"} if kind in ("Raw", "Ack", "Event", "News", "Notice", "Error") else set()
        kept = {name: value for name, value in fields.items() if name not in raw}
        for name, value in kept.items():
            if isinstance(value, tuple):  # 100000 may have become 1e+05
                kept[name] = value[0], max(0, value[1])
        out.append((kind, symbol, ts, flags, known, nulls, kept, texts))
    return out


def written(value: Any) -> str:
    """JSON, with floats in the shortest form."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(key)}:{written(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def same_as_json(name: str, value: Any) -> None:
    """Records of the MessagePack are those of the JSON, with numbers as JSON writes them."""
    text = written(value).encode()
    packed = pack(value)
    probe = Probe(TABLES[name])
    assert comparable(probe.msgpack(packed)) == comparable(probe.slow(text)), (text, packed)


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_the_corpus_in_the_other_format(name: str) -> None:
    for data in CORPUS[name]:
        if b"e400" in data or b"e-400" in data or b'"p":1,"T":"wide"' in data:
            continue  # numbers that MessagePack has not; a key twice, of which a dict keeps the last
        value = json.loads(data)
        if "123456789012345678901234567890" in str(value) or "0123" in data.decode():
            continue  # integers and decimals that MessagePack has not
        same_as_json(name, value)


numbers = st.one_of(
    st.integers(-(2**63), 2**64 - 1),
    st.sampled_from([0.0, -0.0]),  # and those that JSON writes without an exponent
    st.floats(1e-4, 1e15, exclude_max=True),
    st.floats(-1e15, -1e-4, exclude_min=True),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(st.characters(exclude_categories=["Cs"]), max_size=40)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=20), st.dictionaries(st.text("abc", max_size=3), inner, max_size=20)
    ),
    max_leaves=20,
)


@settings(max_examples=60)
@example([("S", 0.0001), ("bp", 0.0009)])
@example([("S", -0.0003), ("bp", 1e14)])
@example([("S", 100000.0), ("bp", 1000000.0)])
@given(st.lists(st.tuples(st.sampled_from(["S", "bp", "bs", "ap", "c", "z", "bx", "zz"]), values), max_size=6))
def test_values_of_all_kinds(pairs: list[tuple[str, Any]]) -> None:
    same_as_json("alpaca.data", [{"T": "q"} | dict(pairs)])


@pytest.mark.parametrize(
    "form, number, text",
    [
        (">d", 0.0001, "0.0001"),
        (">d", 0.00009, "9e-05"),
        (">d", 100000.0, "100000"),
        (">d", 1e14, "100000000000000"),
        (">d", 1e15, "1e+15"),
        (">f", 0.0001, "0.0001"),
        (">f", 100000.0, "100000"),
        (">f", 1e7, "1e+07"),
        (">f", 16777216.0, "16777216"),
    ],
)
def test_floats_are_written_as_in_json_as_far_as_their_digits_go(form: str, number: float, text: str) -> None:
    code = b"\xcb" if form == ">d" else b"\xca"
    (record,) = Probe("alpaca.data").msgpack(b"\x91\x82\xa1T\xa1q\xa1S" + code + struct.pack(form, number)) or []
    assert record[1] == text.encode()


@given(st.floats())
def test_floats(number: float) -> None:
    """float64 and float32 become the shortest text that reads back the same; NaN and infinities no number at all."""
    for form, code in ((">d", b"\xcb"), (">f", b"\xca")):
        try:
            raw = struct.pack(form, number)
        except OverflowError:
            continue
        packed = b"\x91\x82\xa1T\xa1q\xa2bp" + code + raw
        probe = Probe("alpaca.data")
        (record,) = probe.msgpack(packed) or []
        exact = struct.unpack(form, raw)[0]
        if not math.isfinite(exact):
            assert "bid" not in record[6]
            assert probe.mismatches == 1
            continue
        value = float.fromhex(record[6]["bid"][0])
        if form == ">d":
            assert value.hex() == exact.hex()
        else:
            assert struct.pack(form, value) == raw


@pytest.mark.parametrize("number", [b"\xcb\x7f\xf8" + bytes(6), b"\xca\x7f\x80\x00\x00", b"\xcb\xff\xf0" + bytes(6)])
def test_no_number_under_every_key(number: bytes) -> None:
    for name in sorted(TABLES):
        probe = Probe(TABLES[name])
        for data in CORPUS[name]:
            value = json.loads(data)
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, dict) or not one:
                    continue
                topic, *_ = one
                for key in one:
                    packed = b"\x82" + pack(topic) + pack(one[topic]) + pack(key) + number
                    assert probe.msgpack(packed) is not None


def timestamp(seconds: int, nanos: int, form: int) -> bytes:
    if form == 4:
        return b"\xd6\xff" + struct.pack(">I", seconds)
    if form == 8:
        return b"\xd7\xff" + struct.pack(">Q", nanos << 34 | seconds)
    return b"\xc7\x0c\xff" + struct.pack(">Iq", nanos, seconds)


@pytest.mark.parametrize(("seconds", "nanos", "form", "expected"), [
    (1628259731, 0, 4, 1628259731 * 10**9),
    (2**32 - 1, 0, 4, (2**32 - 1) * 10**9),
    (1628259731, 900412301, 8, 1628259731900412301),
    (2**33, 999999999, 8, 2**33 * 10**9 + 999999999),
    (-1, 5, 12, -(10**9) + 5),
    (1628259731, 900412301, 12, 1628259731900412301),
    (1628259731, 10**9, 8, None),
    (2**34 - 1, 0, 8, None),
    (-62135596800, 0, 12, None),
    (2**62, 0, 12, None),
    (-(2**63), 0, 12, None),
])  # fmt: skip
def test_timestamps(seconds: int, nanos: int, form: int, expected: int | None) -> None:
    """A time that int64 ns can't hold, like .NET's minimum, is a value of the wrong form, no fault of its message."""
    probe = Probe("alpaca.data")
    (record,) = probe.msgpack(b"\x91\x83\xa1T\xa1q\xa2bp\x05\xa1t" + timestamp(seconds, nanos, form)) or []
    assert record[2] == (UNKNOWN if expected is None else expected)
    assert "bid" in record[6]
    assert probe.mismatches == (expected is None)


LIES = [
    b"\x81", b"\x91", b"\x9f", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdc\xff", b"\xde",
    b"\xdd\x00\x00\x00",
    b"\x91\xdb\xff\xff\xff\xff", b"\x91\xd9\x05abc", b"\x91\xc6\xff\xff\xff\xff", b"\x91\xc9\xff\xff\xff\xff\xff",
    b"\x91\xc1",
    b"\x91\xcb\x00", b"\x91\xd6\xff", b"\x91\xd8\x01", b"\x91\x00\x00", b"\x81\x01\x02", b"\x81\xc0\x02", b"\xc0",
    b"\xff", b"\xa1",
    b"\x91\xbf" + b"x" * 30, b"\x91" * 100_000, b"\x81\xa1a" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("data", LIES)
@pytest.mark.parametrize("behind", [BEHIND[0], BEHIND[1], BEHIND[-1]])
def test_lengths_are_not_believed(data: bytes, behind: bytes) -> None:
    assert Probe("alpaca.data").msgpack(data, behind) is None


def test_bent_messages() -> None:
    """Any bytes give the same records whatever stands behind them and whatever was read before."""
    rng = random.Random(5)
    for name in sorted(CORPUS):
        warm, other = Probe(TABLES[name]), Probe(TABLES[name])
        seeds = []
        for data in CORPUS[name]:
            try:
                seeds.append(pack(json.loads(data)))
            except OverflowError:
                continue
        seeds.append(b"\x91\x83\xa1T\xa1q\xa2bp\xca\x42\x82\x00\x00\xa1t" + timestamp(1628259731, 5, 8))
        accepted = 0
        for _ in range(3000):
            raw = bytearray(rng.choice(seeds))
            for _ in range(rng.choice([1, 1, 2, 5])):
                at = rng.randrange(len(raw))
                kind = rng.randrange(5)
                if kind == 0:
                    raw[at] = rng.choice(
                        b"\x00\x7f\x80\x81\x90\x91\xa0\xa1\xbf\xc0\xc1\xc2\xc4\xc7\xca\xcb\xcf\xd3\xd6\xd8\xd9\xdb\xdd\xdf\xff"
                    )
                elif kind == 1:
                    raw[at] ^= 1 << rng.randrange(8)
                elif kind == 2:
                    raw[at:at] = bytes([rng.randrange(256)])
                elif kind == 3 and len(raw) > 1:
                    del raw[at]
                elif len(raw) > 1:
                    del raw[at + 1 :]
            data = bytes(raw)
            records = warm.msgpack(data, rng.choice(BEHIND))
            assert other.msgpack(data) == records
            accepted += records is not None
        assert accepted > 100


def test_many_numbers_take_little_memory() -> None:
    """A byte may be a number: what is kept of it must be little, and nothing where nobody wants it."""
    decoder = Decoder("alpaca.data")
    assert decoder.feed(b"\x91\x82\xa1T\xa1q\xa1n\xdd" + struct.pack(">I", 2_000_000) + b"\x05" * 2_000_000) <= 1
    pairs = b"\xa2bp\x05" * 200_000
    (quote,) = decoder.decode(b"\x91\xdf" + struct.pack(">I", 200_002) + b"\xa1T\xa1q\xa1S\xa1A" + pairs)
    assert (quote.symbol, quote.bid) == ("A", 5)


def test_raw_integers_of_a_market() -> None:
    """Scaled by the market's decimals, exactly, also where float64 ends."""
    decoder = Decoder("vega", scales={"m": (5, 3)})

    def trade(price: str, size: str) -> Any:
        (record,) = decoder.decode(
            f'{{"result":{{"trades":[{{"id":"t{price}{size}","marketId":"m","price":"{price}","size":"{size}"}}]}}}}'.encode()
        )
        return record

    record = trade("12345678", "1500")
    assert (record.price, record.size) == (123.45678, 1.5)
    assert (str(record.decimal("price")), str(record.decimal("size"))) == ("123.45678", "1.500")
    assert not record.flags & Flag.INEXACT
    record = trade("10000000000000000000000", "100000000000000000")
    assert (record.price, record.size) == (1e17, 1e14)
    record = trade("1234567890123456789012345678901234567890", "1")
    assert str(record.decimal("price")) == "12345678901234567890123456789012345.67890"
    assert record.price == 1.2345678901234568e34
    assert record.flags & Flag.INEXACT
