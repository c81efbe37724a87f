"""Words of the tables' language that the venues made necessary, each by itself, and their faults."""

from typing import Any

import pytest

from tickfold.engine._enums import Flag, Side, Venue
from tickfold.engine.decoder import Decoder
from tickfold.errors import ConfigError
from tickfold.tables import language as lang


def decoder(shape: lang.Shape, **options: Any) -> Decoder:
    return Decoder(lang.Table(name="mine", venue=Venue.NONE, root=lang.select("T", {"x": shape}), **options))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
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
            "v": lang.decimal("trail_price"),
            "u": lang.moves("trail_price", "trail_percent", ("%",)),
        },
        replaces=True,
    )
    one = decoder(shape)
    values = {"v": number, "u": '"%"'}
    (record,) = one.decode('{"T":"x","i":"1",' + ",".join(f'"{key}":{values[key]}' for key in order) + "}")
    assert (record.trail_price, str(record.decimal("trail_percent"))) == (None, number)
    assert bool(record.flags & Flag.INEXACT) == (len(number) > 15)
    (record,) = one.decode('{"T":"x","i":"1","v":2,"u":"$"}')
    assert (record.trail_price, record.trail_percent, record.flags) == (2, None, Flag(0))
    (record,) = one.decode('{"T":"x","i":"1","u":"%"}')
    assert (record.trail_price, record.trail_percent) == (None, None)


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
