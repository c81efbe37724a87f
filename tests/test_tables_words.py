"""Words of the tables' language that the venues made necessary, each by itself, and their faults."""

import json
from typing import Any

import pytest

from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Ack, Balance
from tickfold.net.msgpack import pack
from tickfold.schema import language as lang
from tickfold.schema.enums import Flag, OrderStatus, Side, Venue
from tickfold.schema.errors import ConfigError


def decoder(shape: lang.Shape, **options: Any) -> Decoder:
    return Decoder(lang.Table(name="mine", venue=Venue.NONE, root=lang.select("T", {"x": shape}), **options))


def pairs(rows: lang.Rows, name: str = "n", value: str = "v") -> lang.Rows:
    return {"l": lang.pairs(name, value, rows, others=lang.shape("Raw", {}, whole="data"))}


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (lang.shape("Balance", pairs({})), "key 'l': pairs need the names of some"),
        (lang.shape("Balance", pairs({"a": lang.decimal("nothing")})), "key 'a': Balance has no field 'nothing'"),
        (lang.shape("Balance", pairs({'a"': lang.skip("x")})), "the key 'a\"' holds"),
        (lang.shape("Balance", pairs({"a": lang.skip("x")}, name="\\")), "key 'l': the key .* holds"),
        (lang.shape("Balance", pairs({"a": lang.skip("x")}, value="\n")), "key 'l': the key .* holds"),
        (lang.shape("Balance", {"\t": lang.skip("x")}), "the key .* holds"),
        (lang.envelope(pairs({"a": lang.skip("x")})), "key 'l': an envelope has no fields for pairs"),
        (lang.shape("Order", {"b": lang.sided(Side.BUY, "qty")}), "side is for book levels"),
        (lang.shape("BookLevel", {"b": lang.sided(Side.BUY, "orders")}), "side can't fill orders, which is u32"),
        (lang.shape("Order", {"b": lang.moves("account", "qty", ("x",))}), "account is no number"),
        (lang.shape("Order", {"b": lang.moves("qty", "account", ("x",))}), "moves can't fill account"),
        (lang.shape("Order", {"b": lang.moves("nothing", "qty", ("x",))}), "Order has no field 'nothing'"),
        (
            lang.shape("Order", {"b": lang.text("currency", words={"1": "nine char"})}),
            "'nine char' does not fit into currency",
        ),
    ],
)
def test_faults(shape: lang.Shape, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        decoder(shape)


@pytest.mark.parametrize("number", ["1.50", "0.12345678901234567890"])
@pytest.mark.parametrize("order", [("u", "v"), ("v", "u")])
def test_a_word_moves_a_number_with_its_text(number: str, order: tuple[str, str]) -> None:
    shape = lang.shape(
        "Order",
        {
            "i": lang.text("order_id"),
            "q": lang.decimal("qty"),
            "v": lang.decimal("trail_price"),
            "u": lang.moves("trail_price", "trail_percent", ("%",)),
        },
        replaces=True,
        status=OrderStatus.NEW,
    )
    one = decoder(shape)
    values = {"v": number, "u": '"%"'}
    (record,) = one.decode('{"T":"x","i":"1","q":9,' + ",".join(f'"{key}":{values[key]}' for key in order) + "}")
    assert (record.trail_price, str(record.decimal("trail_percent"))) == (None, number)
    assert bool(record.flags & Flag.INEXACT) == (len(number) > 15)
    (record,) = one.decode('{"T":"x","i":"1","q":9,"v":2,"u":"$"}')
    assert (record.trail_price, record.trail_percent, record.flags) == (2, None, Flag(0))
    (record,) = one.decode('{"T":"x","i":"1","q":9,"u":"%"}')
    assert (record.trail_price, record.trail_percent) == (None, None)


@pytest.mark.parametrize("encoding", ["list", "text", "text with blanks", "MessagePack"])
def test_pairs_are_an_object_s_keys_and_values(encoding: str) -> None:
    """Values of every kind, in a record that takes back what it does not state."""
    rows = {
        "p": lang.decimal("pending"),
        "z": lang.decimal("settled", zero_clears=True),
        "s": lang.text("margin_mode"),
        "i": lang.integer("severity"),
        "t": lang.epoch("ts_updated", unit="s"),
        "skipped": lang.skip("x"),
        "x" * 64: lang.decimal("equity"),
    }
    others = lang.shape("Ack", {"n": lang.text("action")}, whole="text")
    shape = lang.shape(
        "Balance", {"a": lang.text("account"), "l": lang.pairs("n", "v", rows, others=others)}, replaces=True
    )
    one = decoder(shape)
    for values in (
        {"p": 1.5, "z": 2, "s": "EUR", "i": 7, "t": 1722952931, "skipped": [1], "x" * 64: -3.25},
        {"p": -2.5, "z": 0, "i": -8, "t": 1722952932, "skipped": 5, "x" * 64: 4},
        {"i": 9, "p": 3.5},
    ):
        pairs: list[Any] = [{"n": name, "v": value} for name, value in values.items()]
        pairs.insert(1, {"n": "new", "v": 1})
        text = json.dumps(pairs, separators=None if "blanks" in encoding else (",", ":"))
        message = {"T": "x", "a": "A", "l": text if "text" in encoding else pairs}
        records = one.decode(pack(message) if encoding == "MessagePack" else json.dumps(message).encode())
        assert [type(record) for record in records] == [Balance, Ack]
        assert records[1].action == "new"
        row = one.balances["A"]
        assert (row.pending, row.settled) == (values.get("p"), values.get("z") or None)
        assert row.margin_mode == values.get("s")
        assert row.severity == values.get("i")
        assert row.ts_updated == (values["t"] * 10**9 if "t" in values else None)
        assert row.equity == values.get("x" * 64)
    assert one.mismatched == 0


def test_a_fault_in_pairs_among_many_records_with_long_numbers() -> None:
    """Each comes back to what it said before, and to nothing of its neighbours'."""
    rows = {"p": lang.decimal("pending"), "t": lang.decimal("total")}
    shape = lang.shape("Balance", {"a": lang.text("account"), "p": lang.decimal("pending"), **pairs(rows)})
    one = decoder(shape)
    faulty = '{"T":"x","a":"%d","p":0.12345678901234567%03d,"l":"[{\\"n\\":\\"p\\",\\"v\\":5},{]"}'
    count = 900
    message = "[" + ",".join(faulty % (i, i + 100) for i in range(count)) + "]"
    for _ in range(2):
        one.decode(message)
        for i in range(count):
            row = one.balances[str(i)]
            assert str(row.decimal("pending")) == f"0.12345678901234567{i + 100}"
            assert row.total is None
    assert one.mismatched == 2 * count


def test_a_full_record_beside_another_takes_back_too() -> None:
    beside = lang.shape("Stats", {"m": lang.decimal("mid"), "n": lang.decimal("beta")}, replaces=True)
    one = decoder(
        lang.shape("Quote", {"S": lang.symbol, "b": lang.decimal("bid"), **lang.aside(beside)}, replaces=True)
    )
    one.decode('{"T":"x","S":"A","b":1,"m":2,"n":3}')
    quote, stats = one.decode('{"T":"x","S":"A","n":4}')
    assert (quote.bid, stats.mid, stats.beta) == (None, None, 4)


def test_a_weak_figure_gives_way_in_its_message_only() -> None:
    one = decoder(
        lang.shape("Quote", {"S": lang.symbol, "r": lang.dressed("volume", weak=True), "e": lang.dressed("volume")})
    )
    for text in ('"r":"8.4M","e":8412345', '"e":8412345,"r":"8.4M"', '"r":"8.4M","e":"8,412,345","r":1'):
        one.decode('{"T":"x","S":"A",' + text + "}")
        assert one.quotes["A"].volume == 8412345
    one.decode('{"T":"x","S":"A","r":"9M"}')
    assert one.quotes["A"].volume == 9e6


def test_sizes_of_a_ladder() -> None:
    one = decoder(
        lang.shape(
            "BookLevel",
            {
                "S": lang.symbol,
                "row": lang.integer("row"),
                "p": lang.ladder("price"),
                "b": lang.sided(Side.BUY),
                "a": lang.sided(Side.SELL),
            },
        )
    )
    for text, size, side in (
        ('"p":"1","a":"1,300"', 1300, Side.SELL),
        ('"p":"200 @ 1","b":"200"', 200, Side.BUY),
        ('"p":"1","b":5', 5, Side.BUY),
        ('"p":"1","b":""', None, None),
        ('"p":"1"', None, None),
    ):
        (level,) = one.decode('{"T":"x","S":"A","row":1,' + text + "}")
        assert (level.size, level.side) == (size, side)


@pytest.mark.parametrize("reason", ["", " ", None])
def test_what_is_passed_over_needs_a_reason(reason: Any) -> None:
    with pytest.raises(ConfigError, match="needs a reason"):
        lang.skip(reason)


def test_a_function_of_the_language_is_called() -> None:
    with pytest.raises(ConfigError, match="call the function"):
        Decoder(lang.Table("t", Venue.IBKR, lang.shape("Quote", {"a": lang.skip})))  # type: ignore[dict-item]
