"""Tables: those of the venues are sound, and the faults of a table are named with their place."""

from collections.abc import Iterator
from typing import Any

import pytest

from tickfold import tables
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import KINDS
from tickfold.schema import language as lang
from tickfold.schema.enums import Side, Venue
from tickfold.schema.errors import ConfigError


def table(shape: lang.Shape, **options: Any) -> lang.Table:
    return lang.Table(name="mine", venue=Venue.NONE, root=lang.select("T", {"x": shape}), **options)


def shapes_of(select: lang.Select) -> Iterator[lang.Shape]:
    for shape in (*select.cases.values(), *select.absent.values(), *select.first.values()):
        yield from inner_shapes(shape)


def inner_shapes(shape: lang.Shape) -> Iterator[lang.Shape]:
    yield shape
    for value in shape.rows.values():
        if "shape" in value.options and value.conv != "object":
            yield from inner_shapes(value.options["shape"])
        if "select" in value.options:
            yield from shapes_of(value.options["select"])


def fields_of(values: Iterator[lang.Value]) -> Iterator[str]:
    for value in values:
        if value.conv == "object":
            yield from fields_of(iter(value.options["shape"].rows.values()))
        elif value.conv != "aside":
            yield from filter(None, (value.field, value.options.get("also")))


@pytest.mark.parametrize("name", sorted(tables.STREAMS))
def test_every_field_of_a_venues_table_exists(name: str) -> None:
    source = tables.load(name)
    assert source.name == name
    assert Decoder(name).name == name
    found = 0
    roots = shapes_of(source.root) if isinstance(source.root, lang.Select) else inner_shapes(source.root)
    for shape in (*roots, *source.plain.values()):
        if not shape.kind:
            continue
        cls = KINDS[shape.kind]
        values = iter([*shape.rows.values(), *filter(None, (shape.topic, shape.rest, shape.tail))])
        for field in [*fields_of(values), *shape.constants, *filter(None, [shape.whole])]:
            if field not in ("", "symbol", "ts_event"):
                assert cls.mask(field)
                found += 1
    assert found > 5


def test_names_of_tables() -> None:
    with pytest.raises(ConfigError, match="no stream is called 'nothing'; the streams are"):
        Decoder("nothing")
    with pytest.raises(TypeError, match="needs a Table or the name of one"):
        Decoder(None)  # type: ignore[arg-type]


FAULTS = [
    (lang.shape("Quote", {"b": lang.decimal("bidd")}), r"table mine, Quote, key 'b': Quote has no field 'bidd'"),
    (
        lang.shape("Quote", {"b": lang.rfc3339("bid")}),
        r"table mine, Quote, key 'b': rfc3339 can't fill bid, which is dec",
    ),
    (lang.shape("Quote", {"b": lang.decimal("tape")}), r"decimal can't fill tape, which is text"),
    (lang.shape("Quote", {"b": lang.boolean("bid")}), r"boolean can't fill bid"),
    (lang.shape("Quote", {"b": lang.text("bid")}), r"text can't fill bid"),
    (lang.shape("Order", {"b": lang.integer("qty")}), r"integer can't fill qty"),
    (lang.shape("Order", {"b": lang.one_of("order_id", {})}), r"enum can't fill order_id"),
    (lang.shape("Order", {"b": lang.one_of("side", {}, also="nothing")}), r"Order has no field 'nothing'"),
    (lang.shape("Raw", {}, whole="topic"), r"table mine, Raw, whole: long can't fill topic"),
    (lang.shape("Raw", {}, named=lang.text("nothing")), r"table mine, Raw, topic: Raw has no field 'nothing'"),
    (lang.shape("Quote", {}, rest=lang.text("nothing")), r"table mine, Quote, rest: Quote has no field 'nothing'"),
    (lang.shape("Quote", {}, nothing=1), r"table mine, Quote: Quote has no field 'nothing'"),
    (lang.shape("Quote", {}, tape="too long"), r"the constant tape does not fit"),
    (lang.envelope({"b": lang.decimal("bid")}), r"table mine, envelope, key 'b': an envelope has no field 'bid'"),
    (lang.shape("Quote", {str(i): lang.skip("x") for i in range(256)}), r"257 keys, at most 255 fit"),
    (
        lang.envelope({"a": lang.each(lang.shape("Quote", {"b": lang.decimal("qty")}))}),
        r"Quote, key 'b': Quote has no field 'qty'",
    ),
]


@pytest.mark.parametrize(("shape", "message"), FAULTS, ids=[message[-30:] for _, message in FAULTS])
def test_faults_are_named_with_their_place(shape: lang.Shape, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Decoder(table(shape))


@pytest.mark.parametrize("shape", [
    lang.shape("Nothing", {}),
    lang.shape("Quote", {"b": lang.Value("nothing", "bid")}),
    lang.shape("Order", {}, side=300),
    lang.shape("Order", {"b": lang.one_of("side", {"x": 300})}),
    lang.shape("Order", {"b": lang.one_of("side", {}, also="qty")}),
    lang.shape("Order", {"b": lang.one_of("side", {}, otherwise=300)}),
    lang.shape("Order", {"b": lang.decimal("symbol")}),
    lang.shape("Order", {"b": lang.decimal("ts_event")}),
    lang.shape("Quote", {"b": lang.Value("decimal")}),
    lang.shape("Order", {"b": lang.dressed("qty", sets_last_flag=True)}),
    lang.shape("Quote", {"b": lang.size_and_fills}),
    lang.shape("Order", {}, symbol="x"),
    lang.shape("Ack", {}, text="x"),
    lang.shape("Order", {}, qty=1),
    lang.shape("Order", {}, account=1),
    lang.shape("Order", {}, side="BUY"),
    lang.shape("Order", {}, version=-1),
    lang.shape("", {}, ok=1),
    lang.shape("Order", {"b": lang.ladder("qty")}),
])  # fmt: skip
def test_other_faults_are_config_errors_too(shape: lang.Shape) -> None:
    with pytest.raises(ConfigError, match="table mine"):
        Decoder(table(shape))


def test_a_separator_is_one_character() -> None:
    for separator in ("ab", "é", "€"):
        with pytest.raises(ConfigError, match="separator"):
            Decoder(lang.Table(name="mine", venue=Venue.NONE, root=lang.select("T", {}, separator=separator)))


def test_constants() -> None:
    decoder = Decoder(
        table(lang.shape("Order", {"i": lang.text("order_id")}, side=Side.BUY, account="A" * 32, reason="x" * 40))
    )
    (order,) = decoder.decode(b'{"T":"x","i":"1"}')
    assert (order.side, order.account, order.reason) == (Side.BUY, "A" * 32, "x" * 40)
    assert decoder.decode(b'{"T":"x","i":"1"}') == []


def test_one_shape_in_two_places() -> None:
    """Under two selects with keys of different names."""
    inner = lang.shape("Trade", {"p": lang.decimal("price")})
    decoder = Decoder(lang.Table(
        name="mine", venue=Venue.NONE,
        root=lang.select("T", {"x": inner, "y": lang.envelope({"a": lang.choose(lang.select("k", {"x": inner}))})}),
    ))  # fmt: skip
    for _ in range(3):
        one = decoder.decode(b'{"T":"x","p":1}')[0]
        two = decoder.decode(b'{"T":"y","a":{"k":"x","p":2}}')[0]
        assert (one.price, two.price) == (1, 2)
