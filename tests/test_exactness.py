"""Wire decimals come back digit for digit, in each venue's form, through rows, copies and merges."""

import json
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.msgpack import pack
from tickfold.engine.decoder import Decoder
from tickfold.schema.enums import Flag


def as_decimal(text: str) -> Decimal:
    return Decimal(text)


@st.composite
def numerals(draw: st.DrawFn, most: int = 15, least: int = 1) -> str:
    """A JSON number of so many significant digits, with zeros before, behind and within."""
    digits = draw(st.integers(least, most))
    significant = draw(st.integers(10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1))
    text = str(significant)
    point = draw(st.integers(-12, len(text)))
    if point <= 0:
        text = "0." + "0" * -point + text
    elif point < len(text):
        text = text[:point] + "." + text[point:]
    text = draw(st.sampled_from(["", "-"])) + text
    return text + draw(st.sampled_from(["", "", "", "e5", "E-7", "e+12", "E0"]))


def significant(text: str) -> int:
    return len(text.lower().partition("e")[0].replace(".", "").lstrip("-0"))


FORMS: dict[str, tuple[str, Callable[[str], bytes], str]] = {
    "alpaca.data, number": ("alpaca.data", lambda text: b'[{"T":"q","S":"A","bp":%s}]' % text.encode(), "bid"),
    "alpaca.data, trade": ("alpaca.data", lambda text: b'[{"T":"t","S":"A","p":%s}]' % text.encode(), "price"),
    "alpaca.data, book": (
        "alpaca.data",
        lambda text: b'[{"T":"o","S":"A","b":[{"p":%s,"s":1}]}]' % text.encode(),
        "price",
    ),
    "alpaca.trading, text": (
        "alpaca.trading",
        lambda text: b'{"stream":"trade_updates","data":{"order":{"id":"1","limit_price":"%s"}}}' % text.encode(),
        "limit_price",
    ),
    "ibkr, text": ("ibkr", lambda text: b'{"topic":"smd+1","7295":"%s"}' % text.encode(), "open"),
    "ibkr, number": ("ibkr", lambda text: b'{"topic":"smd+1","83":%s}' % text.encode(), "change_percent"),
    "ibkr, order": (
        "ibkr",
        lambda text: b'{"topic":"sor","args":[{"orderId":1,"avgPrice":"%s"}]}' % text.encode(),
        "avg_price",
    ),
    "ibkr, trade": (
        "ibkr",
        lambda text: b'{"topic":"str","args":[{"execution_id":"1","size":1,"price":"%s"}]}' % text.encode(),
        "price",
    ),
    "ibkr, ladder": (
        "ibkr",
        lambda text: b'{"topic":"sbd+D+1","data":[{"row":1,"price":"5 @ %s"}]}' % text.encode(),
        "price",
    ),
    "ibkr.portal, number": ("ibkr.portal", lambda text: b'{"topic":"md+1","7295":%s}' % text.encode(), "open"),
    "vega, text": (
        "vega",
        lambda text: b'{"result":{"updates":{"accounts":[{"owner":"p","balance":"%s"}]}}}' % text.encode(),
        "total",
    ),
    "etna, text": (
        "etna",
        lambda text: b'{"EntityType": "Position","AccountId":"1","SecurityId":"2","CostBasis":"%s"}' % text.encode(),
        "cost_basis",
    ),
    "etna, item": (
        "etna",
        lambda text: json.dumps(
            {"EntityType": "UserBalance", "AccountId": "1", "Items": f'[{{"Name":"cash","Value":{text}}}]'}
        ).encode(),
        "total",
    ),
}
WARM = {name: Decoder(stream) for name, (stream, _, _) in FORMS.items()}


def record_with(decoder: Decoder, payload: bytes, field: str) -> Any:
    """The record that states the field; where it says what its row says already, the row."""
    for record in decoder.decode(payload):
        if field in record.known_fields:
            return record
    state = decoder.state
    for rows in (state.quotes, state.orders, state.fills, state.positions, state.balances):
        for row in rows:
            if field in row.known_fields:
                return row
    raise AssertionError(payload)


@pytest.mark.parametrize("form", FORMS)
@given(text=numerals())
def test_up_to_15_digits_come_back(form: str, text: str) -> None:
    stream, payload, field = FORMS[form]
    if stream.startswith("ibkr") and Decimal(text) == -1:
        return  # no such side
    for decoder in (WARM[form], Decoder(stream)):
        record = record_with(decoder, payload(text), field)
        assert decoder.mismatched == decoder.malformed == 0
        for one in (record, record.copy()):
            assert one.decimal(field).as_tuple() == as_decimal(text).as_tuple(), (text, one.decimal(field))
            assert getattr(one, field) == float(text)
            assert not one.flags & Flag.INEXACT


@pytest.mark.parametrize("form", FORMS)
@given(text=numerals(most=40, least=16))
def test_longer_ones_are_flagged_and_keep_their_text(form: str, text: str) -> None:
    if significant(text) <= 15:
        return
    stream, payload, field = FORMS[form]
    for decoder in (WARM[form], Decoder(stream)):
        record = record_with(decoder, payload(text), field)
        for one in (record, record.copy(), record.copy().copy()):
            assert one.decimal(field).as_tuple() == as_decimal(text).as_tuple(), (text, one.decimal(field))
            assert getattr(one, field) == float(text)
            assert one.flags & Flag.INEXACT


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_float64_of_messagepack_is_its_shortest_text(value: float) -> None:
    (quote,) = Decoder("alpaca.data").decode(pack([{"T": "q", "S": "A", "bp": value}]))
    assert quote.bid == value
    assert quote.decimal("bid") == Decimal(repr(value))
    (narrow,) = struct.unpack(">f", struct.pack(">f", value)) if abs(value) < 3e38 else (1.5,)
    (quote,) = Decoder("alpaca.data").decode(pack([{"T": "q", "S": "A", "bp": b"\xca" + struct.pack(">f", narrow)}]))
    assert struct.unpack(">f", struct.pack(">f", float(quote.decimal("bid"))))[0] == narrow


DRESSED = st.tuples(
    st.sampled_from(["", "", "C", "H"]), st.sampled_from(["", "-", "+"]), st.integers(0, 10**12 - 1), st.integers(0, 3),
    st.sampled_from(["", "", "K", "M", "B", "T", "%"]),
)  # fmt: skip


@given(parts=DRESSED)
def test_dressed_numbers(parts: tuple[str, str, int, int, str]) -> None:
    prefix, sign, digits, places, suffix = parts
    whole, fraction = divmod(digits, 10**places)
    text = f"{whole:,}" + (f".{fraction:0{places}d}" if places else "")
    wanted = Decimal(sign.replace("+", "") + text.replace(",", "")).scaleb(
        {"K": 3, "M": 6, "B": 9, "T": 12}.get(suffix, 0)
    )
    decoder = Decoder("ibkr")
    (quote,) = decoder.decode(json.dumps({"topic": "smd+1", "31": prefix + sign + text + suffix}).encode())
    assert quote.decimal("last") == wanted
    assert (quote.last, decoder.mismatched) == (float(wanted), 0)


@given(
    updates=st.lists(
        st.tuples(
            st.integers(0, 5), st.sampled_from(["84", "86"]), st.sampled_from(["1", "2", "0.3"]), st.integers(0, 2)
        ),
        max_size=40,
    ),
    views=st.booleans(),
)
def test_the_texts_of_many_rows(updates: list[tuple[int, str, str, int]], views: bool) -> None:
    """Each row has its own. The same text again is no change; another one is, also where float64 sees no difference."""
    decoder = Decoder("ibkr")
    model: dict[tuple[int, str], str] = {}
    rows: dict[int, Any] = {}
    for row, key, start, last in updates:
        text = start if last == 0 else f"{start}{'.' if '.' not in start else ''}00000000000000000000{last}"
        records = decoder.decode(json.dumps({"topic": f"smd+{row}", key: text}).encode())
        field = {"84": "bid", "86": "ask"}[key]
        if model.get((row, field)) == text:
            assert records == []
        else:
            assert [record.changed_fields for record in records] == [(field,)]
        model[row, field] = text
        if views and row % 2:
            rows[row] = rows.get(row, decoder.quotes[str(row)])
        for (one, name), kept in model.items():
            found = rows.get(one, decoder.quotes[str(one)])
            assert found.decimal(name).as_tuple() == Decimal(kept).as_tuple()


@given(digits=st.integers(16, 120), where=st.sampled_from(["31", "84", "size", "ladder size", "ladder price"]))
def test_long_numbers_where_dressed_ones_may_stand(digits: int, where: str) -> None:
    """However long: what is kept is the number, without thousands' commas where it had them."""
    for text in ("1" * digits, f"{int('1' * digits):,}", "0." + "1" * digits):
        message: dict[str, Any] = {
            "31": {"topic": "smd+1", "31": text},
            "84": {"topic": "smd+1", "84": text},
            "size": {"topic": "sor", "args": [{"orderId": 1, "sizeAndFills": f"{text}/5"}]},
            "ladder size": {"topic": "sbd+D+1", "data": [{"row": 1, "price": f"{text} @ 5"}]},
            "ladder price": {"topic": "sbd+D+1", "data": [{"row": 1, "price": f"5 @ {text}"}]},
        }[where]
        field = {"31": "last", "84": "bid", "size": "filled_qty", "ladder size": "size", "ladder price": "price"}[where]
        decoder = Decoder("ibkr")
        records = [one for one in decoder.decode(json.dumps(message).encode()) if field in one.known_fields]
        if "," in text and len(text) > 64:  # too long to be undressed
            assert (records, decoder.mismatched) == ([], 1)
            continue
        (record,) = records
        assert record.decimal(field) == Decimal(text.replace(",", ""))


@given(texts=st.lists(st.tuples(st.sampled_from(["bp", "ap", "bs"]), numerals(most=22)), min_size=1, max_size=12))
def test_texts_follow_their_numbers_through_rows(texts: list[tuple[str, str]]) -> None:
    """A row's numbers change between exact and inexact ones; a view from the beginning sees each as it stands."""
    decoder = Decoder("ibkr")
    fields = {"bp": ("84", "bid"), "ap": ("86", "ask"), "bs": ("88", "bid_size")}
    decoder.decode(b'{"topic":"smd+1","84":"1"}')
    row = decoder.quotes["1"]
    kept: list[tuple[Any, dict[str, Decimal]]] = []
    known = {"bid": Decimal(1)}
    for key, text in texts:
        wire, field = fields[key]
        if Decimal(text) == -1:
            continue
        known[field] = Decimal(text)
        for record in decoder.decode(json.dumps({"topic": "smd+1", wire: text}).encode()):
            kept.append((record, dict(known)))
        for name, number in known.items():
            assert row.decimal(name).as_tuple() == number.as_tuple()
        assert bool(row.flags & Flag.INEXACT) == any(len(number.as_tuple().digits) > 15 for number in known.values())
    for record, numbers in kept:
        for name, number in numbers.items():
            assert record.decimal(name) == number


@given(qty=st.integers(0, 2**64 - 1), left=st.integers(0, 2**64 - 1), reserved=st.integers(0, 2**64 - 1))
def test_derived_quantities_are_exact(qty: int, left: int, reserved: int) -> None:
    """filled = size − remaining, of uint64 sizes; and not of the float64s that stand for them."""
    iceberg = {"icebergOrder": {"reservedRemaining": str(reserved)}} if reserved % 2 else {}
    payload = {"result": {"updates": {"orders": [{"id": "1", "size": str(qty), "remaining": str(left), **iceberg}]}}}
    decoder = Decoder("vega")
    (order,) = decoder.decode(json.dumps(payload).encode())
    total = left + (reserved if iceberg else 0)
    assert [order.decimal(name) for name in ("qty", "leaves_qty", "filled_qty")] == [qty, total, qty - total]
    assert (order.qty, order.leaves_qty, order.filled_qty) == (float(qty), float(total), float(qty - total))
    assert decoder.decode(json.dumps(payload).encode()) == []
