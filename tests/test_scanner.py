"""The strict scanner and simdjson: two readers of one table that must not differ (fuzz_scanner.py has the rules)."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz_scanner import BEHIND, CORPUS, EVERYTHING, TABLES, VALUES, Differ, is_json, run, truncations
from tickfold.engine.decoder import Decoder
from tickfold.engine.probe import Probe

NAMES = sorted(CORPUS)
# What tells messages apart, and its words.
TOPICS = {
    "alpaca.data": ("T", ["q", "t", "b", "x", "error"]),
    "alpaca.trading": ("stream", ["trade_updates", "authorization", "listening"]),
    "ibkr": ("topic", ["smd+1", "sor", "sts", "system", "error"]),
    "ibkr.portal": ("topic", ["md+1", "realtime-account-data+DU1", "system"]),
    "vega": ("error", ["x"]),
    "etna": ("EntityType", ["Quote", "Order", "AccountBalance", "Candle", "Position"]),
    "everything": ("T", ["deep", "wide", "list", "nest", "whole", "empty", "book+A", "map", "json", "bare+a+b+c"]),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_is_what_it_is_meant_to_be(name: str) -> None:
    """All of it is JSON, and plain messages are read by the scanner alone."""
    for data in CORPUS[name]:
        assert is_json(data), data
        probe = Probe(TABLES[name])
        assert probe.slow(data) is not None
        plain = b"1e400" not in data
        assert (probe.fast(data) is not None) == plain or b"1e400" in data, data


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_bent_messages(name: str, seed: int) -> None:
    differ = run(name, random.Random(f"{seed} {name}"), lambda rounds: rounds < 2500)
    assert differ.accepted > differ.rounds // 10
    assert differ.fast > differ.rounds // 50


@pytest.mark.parametrize("name", NAMES)
def test_cut_messages(name: str) -> None:
    """A message cut anywhere is refused, even if what stands behind would complete it."""
    differ = Differ(name)
    for i, data in enumerate(CORPUS[name]):
        for cut in truncations(data):
            differ.check(cut, BEHIND[i % len(BEHIND)])
            rest = data[len(cut) :]
            differ.check(cut, (rest + bytes(64))[:64])
    assert differ.accepted >= len(CORPUS[name]) * 2


texts = st.text(max_size=40)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)


def keys_of(name: str) -> list[str]:
    found: set[str] = set()

    def gather(value: Any) -> None:
        if isinstance(value, dict):
            found.update(value)
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                gather(item)

    for data in CORPUS[name]:
        gather(json.loads(data))
    return sorted(found)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50)
@given(data=st.data())
def test_any_value_under_any_key(name: str, data: st.DataObject) -> None:
    """Objects of known keys in any order, with values of any kind, written with and without blanks and escapes."""
    key, words = TOPICS[name]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(keys_of(name)), values), max_size=6))
    pairs.insert(data.draw(st.integers(0, len(pairs))), (key, data.draw(st.sampled_from(words))))
    separators = data.draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :")]))
    ascii_only = data.draw(st.booleans())
    encoder = json.JSONEncoder(ensure_ascii=ascii_only, separators=separators)
    text = "{" + separators[0].join(encoder.encode(k) + separators[1] + encoder.encode(v) for k, v in pairs) + "}"
    if data.draw(st.booleans()):
        text = f"[{text}{separators[0]}{text}]"
    message = text.encode(errors="surrogatepass")
    differ = Differ(name)
    for behind in (BEHIND[0], data.draw(st.sampled_from(BEHIND))):
        differ.check(message, behind)


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for name in NAMES:
        Differ(name).check(data, BEHIND[0])
        decoder = Decoder(TABLES[name])
        assert all(type(record).__name__ in ("Error", "Raw", "Ack") for record in decoder.decode(data))


@pytest.mark.parametrize("depth", [1, 30, 31, 32, 33, 34, 100, 190, 250, 300, 1000, 5000, 100_000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_nesting(pair: str, depth: int) -> None:
    """Deep nesting is read or refused, and never exhausts the stack."""
    inside = "[" * depth + "]" * depth if pair == "[]" else '{"a":' * depth + "1" + "}" * depth
    differ = Differ("alpaca.data")
    differ.check(f'[{{"T":"q","x":{inside},"S":"A"}}]'.encode(), BEHIND[0])
    differ.check(inside.encode(), BEHIND[0])
    differ.check(inside.encode()[: len(inside) // 2], BEHIND[4])
    assert (differ.accepted > 0) == (depth <= 250)


@pytest.mark.parametrize("size", [0, 100, 190, 200, 300, 1000, 4096, 100_000])
@pytest.mark.parametrize("where", ['{"error":"%s"}', '{"message":"%s"}', '{"topic":"%s"}',
                                  '{"topic":"sor+%s","args":[]}',
                                   '{"topic":"smd+1","%s":1}', '{"%s":1,"error":"e"}'])  # fmt: skip
def test_long_texts_that_decide_what_a_message_is(where: str, size: int) -> None:
    """simdjson has room for every text once; these are read twice. ASan watches."""
    for tail in ("\\n", "é", "\\u0041", '\\"'):
        text = where % ("x" * size + tail)
        probe = Probe("ibkr")
        assert (probe.fast(text.encode()) is not None) == (tail == "é" or '"%s":' not in where)
        assert probe.slow(text.encode()) is not None
        both = f"[{text},{text},{text}]".encode()
        records = probe.slow(both)
        assert records is not None
        third = len(records) // 3
        assert records[:third] == records[third : 2 * third] == records[2 * third :]


ESCAPES = [
    '\\"',
    "\\\\",
    "\\/",
    "\\b",
    "\\f",
    "\\n",
    "\\r",
    "\\t",
    "\\u0041",
    "\\u00e9",
    "\\u2019",
    "\\uD83D\\ude00",
    "\\u0000",
]
FAULTS = [
    "\\x",
    "\\",
    "\x1f",
    "\\ud83d",
    "\\ude00",
    "\\ude00\\ud83d",
    "\\ud83d\\u0041",
    "\\u12",
    "\\u12g4",
    "\\u-123",
    "\\U0041",
]


@pytest.mark.parametrize("where", ['{"T":"error","msg":"%s"}', '{"T":"q","S":"%s"}', '{"T":"%s"}', '{"T":"q","%s":1}',
                                  '{"T":"q","?":"%s","S":"A"}', '{"T":"n","headline":["%s"],"S":"A"}'])  # fmt: skip
@given(
    parts=st.lists(st.sampled_from([*ESCAPES * 3, "é", "x", "x" * 7, *FAULTS]), max_size=40),
    before=st.integers(0, 20),
    cut=st.integers(0, 9),
)
def test_escapes(where: str, parts: list[str], before: int, cut: int) -> None:
    """Escapes in every order and at every place: the scanner unescapes them as simdjson does, or refuses them."""
    text = "x" * before + "".join(parts)
    message = (where % text).encode()
    differ = Differ("alpaca.data")
    for behind in (BEHIND[0], BEHIND[7], BEHIND[8]):
        differ.check(message, behind)
        differ.check(message[: len(message) - cut], behind)
    if not is_json(message):
        return
    probe = Probe("alpaca.data")
    assert (probe.fast(message) is not None) == ('"%s":' not in where or "\\" not in text)


def utf8() -> Iterator[bytes]:
    """Every first byte with what may follow it and what just may not, and characters cut and piled up."""
    edges = [b"", b"\x7f", b"\x80", b"\x8f", b"\x90", b"\x9f", b"\xa0", b"\xbf", b"\xc0", b"\xff", b'"']
    for first in range(0x80, 0x100):
        for second in edges:
            for rest in (b"", b"\x80", b"\xbf", b"\x80\x80", b"\x80\xbf", b"\xbf\xbf\xbf", b"\x80\x7f", b"\x7f\x80"):
                yield bytes([first]) + second + rest
    for character in "\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff•é€😀":
        yield character.encode() * 40


@pytest.mark.parametrize("where", ['{"T":"q","S":"%s"}', '{"T":"t","i":1,"S":"%s"}', '{"T":"%s"}', '{"%s":1,"T":"q"}',
                                  '{"T":"q","?":"%s"}', '{"T":"error","msg":"%s"}', '{"T":"t","c":["%s"]}']
)  # fmt: skip
def test_characters_that_are_not_ascii(where: str) -> None:
    """The scanner takes what is UTF-8 by RFC 3629, wherever the text stands, and nothing else."""
    differ = Differ("alpaca.data")
    probe = Probe("alpaca.data")
    before, behind = (part.encode() for part in where.split("%s"))
    for i, text in enumerate(utf8()):
        message = before + b"x" * (i % 37) + text + behind
        try:
            message.decode()
            valid = b'"' not in text
        except UnicodeDecodeError:
            valid = False
        assert (probe.fast(message) is not None) == valid, message
        differ.check(message, BEHIND[i % len(BEHIND)])
        differ.check(before + text, BEHIND[i % len(BEHIND)])


@given(
    st.lists(
        st.sampled_from(
            [
                '{"EntityType":"Quote","Key":"7"}',
                '{"Cmd":"Ping.txt","Key":"7"}',
                '{"EntityType":"Quote","Key":"7","Cmd":"x"}',
                '{"EntityType":"Quote","Key":"Cmd"}',
                '{"EntityType":"Quote","Key":"7", "Cmd" : 5}',
                '{"EntityType":"Quote","more":{"Cmd":"x"},"Cmdr":"y"}',
                '{"EntityType":"Quote","\\u0043md":"x"}',
                '{"EntityType":"Quote","Key":"\\"Cmd\\":"}',
            ]
        ),
        max_size=6,
    ),
    st.sampled_from([*BEHIND, b'"Cmd":"x' * 8]),
)
def test_a_key_that_decides_wherever_it_stands(objects: list[str], behind: bytes) -> None:
    differ = Differ("etna")
    differ.check(f"[{','.join(objects)}]".encode(), behind)
    assert differ.accepted == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"args":[{"orderId":1}],"topic":"sor"}',
        '{"args":[{"orderId":1}] , "topic" : "sor" } ',
        ' {"topic":"sor","args":[{"orderId":1}]}',
        '{"topic":"sor","args":[{"orderId":1}],"topic":"str"}',
        '{"args":[{"orderId":1}],"topic":5,"topic":"sor"}',
        '{"args":[{"orderId":1}],"topic":"sor","topic":5}',
        '{"args":[{"orderId":1,"topic":"str"}],"topic":"sor"}',
        '{"args":[{"orderId":1,"topic":"sor"}]}',
        '{"args":{"orderId":1,"topic":"sor"}}',
        '[{"args":[{"orderId":1}],"topic":"sor"}]',
        '[{"args":[]},{"args":[{"orderId":1}],"topic":"sor"}]',
        '{"args":[{"orderId":1}],"x":"topic","topic":"sor"}',
        '{"args":[{"orderId":1}],"x":"\\"topic\\":\\"str\\"}","topic":"sor"}',
        '{"args":[{"orderId":1}],"topic":"sor","x":"\\"topic\\":\\"str\\""}',
        '{"args":[{"orderId":1}],"\\"topic":"sor"}',
        '{"args":[{"orderId":1}],"x,\\"topic":"sor"}',
        '{"args":[{"orderId":1}],"x\\\\","topic":"sor"}',
        '{"args":[{"orderId":1}],"x\\\\":",","topic":"sor"}',
        '{"args":[{"orderId":1}],"topic":"s\\u006fr"}',
        '{"args":[{"orderId":1}],"topic":"s\\/r"}',
        '{"args":[{"orderId":1},"topic":"sor"}',
        '{"args":[{"orderId":1}],,"topic":"sor"}',
        '{"args":[{"orderId":1}]"topic":"sor"}',
        '{"args":[{"orderId":1}],"topic":"sor"}}',
        '{"args":[{"orderId":1}],"topic":"sor"},',
        '{"args":[{"orderId":1}],"topic":["sor"}',
        '{"args":[{"topic":"sor"}',
        '{"x":"topic":"sor"}',
    ],
)
def test_a_topic_at_the_end(text: str) -> None:
    """Where most of IBKR's stand: found without reading what is before, and the same as simdjson finds."""
    differ = Differ("ibkr")
    for behind in [*BEHIND, b'topic":"sor"}'.ljust(64, b" ")]:
        for cut in range(8):
            differ.check(text.encode()[: len(text) - cut], behind)
        differ.check(text.encode() * 2, behind)


def test_unescaped_texts_that_decide() -> None:
    probe = Probe("ibkr")
    (record,) = probe.slow(b'{"topic":"\\u0073md+\\u0038894","84":"1"}') or []
    assert (record[0], record[1]) == ("Quote", b"8894")
    assert probe.slow(b'[{"message":"a\\tb"},{"message":"c\\u00e9"}]') == [
        ("Ack", None, *record[2:3], 0, 19, 0, {"ok": 1, "action": b"a\tb".ljust(32, b"\0"),
        "text": b'{"message":"a\\tb"}'}, {}),
        ("Ack", None, *record[2:3], 0, 19, 0,
         {"ok": 1, "action": "cé".encode().ljust(32, b"\0"), "text": b'{"message":"c\\u00e9"}'}, {}),
    ]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_every_key_with_every_value(value: str) -> None:
    """Values of the wrong type are skipped by their real form, wherever they stand."""
    for name in NAMES:
        differ = Differ(name)
        key, (word, *_) = TOPICS[name]
        for other in keys_of(name):
            for text in (
                f'{{"{key}":"{word}","{other}":{value}}}',
                f'{{"{other}":{value},"{key}":"{word}"}}',
                f'{{"{key}":"{word}","{other}":{value},"{other}":{value}}}',
            ):
                differ.check(text.encode("utf-8", "surrogatepass"), BEHIND[0])


def test_the_last_of_two_equal_keys_counts() -> None:
    """Also beside the texts of numbers with more than 15 digits."""
    probe = Probe(EVERYTHING)
    long = "0.12345678901234567890"
    for data, fields, texts in [
        (f'{{"T":"wide","p":{long},"p":5}}', {"price": ((5.0).hex(), 0)}, {}),
        (f'{{"T":"wide","p":5,"p":{long}}}', {"price": (float(long).hex(), 20)}, {"price": long.encode()}),
        (f'{{"T":"wide","p":0{long},"p":{long}}}', None, None),
        (f'{{"T":"wide","p":{long}1,"p":{long}}}', {"price": (float(long).hex(), 20)}, {"price": long.encode()}),
        (f'{{"T":"wide","p":{long},"p":null}}', {}, None),
    ]:
        for records in (probe.fast(data.encode()), probe.slow(data.encode())):
            if fields is None:
                assert records is None
                continue
            assert records is not None
            got = {name: value for name, value in records[0][6].items() if name == "price"}
            assert got == fields
            if texts is not None:
                assert records[0][7] == texts


def test_many_numbers_with_many_digits() -> None:
    """A field keeps one text, however often a message says it."""
    probe = Probe("alpaca.data")
    one = '"bp":0.12345678901234567890,'
    data = ('[{"T":"q","S":"A",' + one * 5_000 + '"bp":1,' * 5_000 + '"bs":1}]').encode()
    assert probe.fast(data) == probe.slow(data)
    many = ("[" + ",".join(f'{{"T":"q","S":"A",{one}"ap":1}}' for _ in range(5_000)) + "]").encode()
    assert probe.fast(many) == probe.slow(many)
    decoder = Decoder("alpaca.data")
    assert decoder.feed(many) == 1
