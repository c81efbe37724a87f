"""`tickfold cut --redact`: nothing private is left, and the same records come of it."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

import tickfold as tf
from support_live import run
from test_journal import record
from test_journal_compare import feed, quote
from tickfold.cli.commands import main
from tickfold.engine import records
from tickfold.engine.fields import layout
from tickfold.journal.cut import cut
from tickfold.journal.nodes import parse
from tickfold.journal.packed import Packed
from tickfold.journal.reader import Reader
from tickfold.journal.redact import IDS, PUBLIC, TEXTS, WORDS, Redaction, masked
from tickfold.net.msgpack import Timestamp, pack, unpack
from tickfold.schema import registry

SECRET = ("account", "order_id", "client_order_id", "exec_id", "parent_id", "buyer", "seller", "buy_order_id",
          "sell_order_id", "position_id", "username", "reason", "description")  # fmt: skip


def played(path: Path) -> list[tuple[str, int, dict]]:
    """Kind, seq and fields of all records of a journal."""
    found: list[tuple[str, int, dict]] = []
    replay = tf.replay(path)
    replay.on(tf.Record, lambda one: found.append((type(one).__name__, one.seq, one.as_dict(exact=True))))
    replay.run()
    assert (replay.complete, replay.diverged) == (True, None)
    return found


def redaction(stream: str = "ibkr") -> Redaction:
    return Redaction({0: registry.table(stream)}, key=b"k")


@pytest.mark.parametrize("case", ["alpaca.trading", "ibkr", "ibkr.portal", "vega", "etna", "alpaca.stocks",
                                  "alpaca.trading.msgpack", "alpaca.crypto.msgpack"])  # fmt: skip
def test_the_same_records_come_of_it_and_nobody_is_in_them(case, tmp_path):
    whole, piece = tmp_path / "whole.tfj", tmp_path / "piece.tfj"
    run(record(case, whole, 1000), 60, "uvloop")
    cut(whole, piece, redact=True)
    before, after = played(whole), played(piece)
    assert [one[:2] for one in before] == [one[:2] for one in after]
    names: dict[str, str] = {}
    for (kind, _, old), (_, _, new) in zip(before, after, strict=True):
        assert old.keys() == new.keys()
        for name, value in old.items():
            if name in IDS and isinstance(value, str) and value and kind not in PUBLIC:
                assert names.setdefault(value, new[name]) == new[name], (kind, name)  # alike throughout
            elif not isinstance(value, str | bytes) or name in ("symbol", "status", "side", "stream"):
                assert new[name] == value, (kind, name)
    assert len(set(names.values())) == len(names)  # and no two are one
    bytes_ = b"".join(block.data for block in Reader(piece))
    secrets = {
        old[name] for kind, _, old in before for name in SECRET if kind not in PUBLIC and isinstance(old.get(name), str)
    }
    secrets = {text for text in secrets if len(text) > 5 and any(c.isdigit() for c in text)}
    assert secrets or case in ("alpaca.stocks", "alpaca.crypto.msgpack")
    assert [text for text in secrets if text.encode() in bytes_] == []
    assert [text for text in secrets if text in str(Reader(piece).header)] == []


def test_every_text_of_a_record_is_an_id_a_text_or_a_word():
    assert not IDS & TEXTS
    assert not (IDS | TEXTS) & WORDS
    for name in records.KINDS.keys() - PUBLIC - {"Raw"}:
        fields = layout()["kinds"][name]["fields"]
        texts = {field["name"] for field in fields if field["type"] in ("text", "long", "data")}
        assert texts <= IDS | TEXTS | WORDS, name


def test_an_order_of_interactive_brokers():
    one = redaction()
    order = (b'{"topic":"sor","args":[{"acct":"DU1234567","orderId":1370093239,"order_ref":"my \\"one\\" 7",'
             b'"conid":265598,"orderDesc":"Buy 100 AAPL","filledQuantity":5.0,"new key":"Jane Doe","price":"188.25",'
             b'"parentId":null}]}')  # fmt: skip
    fill = (b'{"topic":"str","args":[{"execution_id":"0000e0d5.6576fd38.01.02","order_id":"1370093239",'
            b'"account":"DU1234567","submitter":"jane1234","exchange":"NYSE"}]}')  # fmt: skip
    pnl = b'{"topic":"spl","args":{"DU1234567.Core":{"rowType":1,"dpl":15.7}}}'
    summary = b'{"topic":"ssd+DU1234567","result":[{"key":"AccountCode","value":"DU1234567","severity":0}]}'
    for message in (order, fill, pnl, summary):
        one.learn(0, message)
    new = [one.redact(0, message) for message in (order, fill, pnl, summary)]
    assert [len(message) for message in new] == [len(message) for message in (order, fill, pnl, summary)]
    account = new[0].partition(b'"acct":"')[2].partition(b'"')[0]
    assert account != b"DU1234567"
    assert account[:2].isalpha()
    assert account[2:].isdigit()
    assert [message.count(account) for message in new] == [1, 1, 1, 2]
    assert all(b"DU1234567" not in message for message in new)
    assert b'.Core":{"rowType":1,"dpl":15.7}' in new[2]
    for kept in (b'"conid":265598', b'"filledQuantity":5.0', b'"price":"188.25"', b'"parentId":null'):
        assert kept in new[0]
    number = new[0].partition(b'"orderId":')[2].partition(b",")[0]
    assert number in new[1]
    assert number != b"1370093239"
    assert b'.02","order_id"' in new[1]  # the count of corrections
    assert b"0000e0d5.6576fd38" not in new[1]
    assert b'"exchange":"NYSE"' in new[1]
    assert b"jane1234" not in new[1]
    assert re.search(rb'"orderDesc":"[A-Z][a-z]{2} [1-9]\d\d [A-Z]{4}"', new[0])
    assert re.search(rb'"new key":"[A-Z][a-z]{3} [A-Z][a-z]{2}"', new[0])
    assert not re.search(rb"Buy 100|AAPL|Jane|Doe", new[0])


def test_ids_stay_apart_however_short_they_are():
    one = redaction()
    texts = [b"%d" % number for number in range(10)]
    for text in texts:
        one.learn_id(text)
    new = [one.redact(0, b'{"topic":"sor","args":[{"orderId":"%s"}]}' % text)[-5:-4] for text in texts]
    assert sorted(new) == texts


@pytest.mark.parametrize(("payload", "wanted"), [
    (b"waiting for DU1234567", b"xxxxxxx xxx XX0000000"),
    (b'{"topic":"sor","args":[{"acct":"DU12', b'{"xxxxx":"xxx","xxxx":[{"xxxx":"XX00'),
    (b"[" * 5000, b"[" * 5000), (b"ech+hb", b"ech+hb"),
    (b'{"topic":"sor","args":[{"acct":true,"orderId":1.5e3}]}',) * 2,
])  # fmt: skip
def test_what_is_strange(payload, wanted):
    assert redaction().redact(0, payload) == wanted


@pytest.mark.parametrize(("payload", "form"), [
    (b'{"topic":"new+DU1234567"}', rb'\{"topic":"new\+[A-Z]{2}\d{7}"\}'),
    (b'{"error":"no \\u00e9\\n","code":7}', rb'\{"error":"[a-z]{2} \\u4e[0-9a-f]{2}\\n","code":7\}'),
])  # fmt: skip
def test_what_no_row_names(payload, form):
    new = redaction().redact(0, payload)
    assert new != payload
    assert re.fullmatch(form, new)


def test_masks():
    assert masked("Größe 5 A".encode()) == b"Xxxxxx 0 X"[:2] + b"xxxxx 0 X"
    with pytest.raises(ValueError, match="more than one value"):
        parse(b"{} {}")


def test_what_tickfold_says_itself_keeps_its_words():
    one = redaction()
    one.learn_id(b"DU1234567")
    assert "DU1234567" not in one.own("stream DU1234567 lost")
    assert one.own("closed with 1008 'Bye Jane'; next attempt") == "closed with 1008 'Xxx Xxxx'; next attempt"


def test_the_command(tmp_path, capsys):
    error = '[{"T":"error","code":1,"msg":"Jane has no plan"}]'
    day, piece = feed(tmp_path / "day.tfj", (0, quote(1, 2)), (5, error)), tmp_path / "p"
    assert main(["cut", str(day), "-o", str(piece), "--redact"]) == 0
    assert "6 entries" in capsys.readouterr().out
    found = Counter(kind for kind, *_ in played(piece))
    assert found == {"Quote": 1, "Error": 1}
    assert b"Jane" not in piece.read_bytes()
    assert Reader(piece).header["engine"] != Reader(day).header["engine"]
    assert main(["verify", str(piece)]) == 0


def test_other_records_than_before_are_told(tmp_path):
    """A message of Vega that is cut into lines is masked as a whole: nothing knows what a line means."""
    message = json.dumps({"result": {"updates": {"orders": [{"id": "a1", "marketId": "b2", "size": "5"}]}}}, indent=2)
    day = feed(tmp_path / "day.tfj", *((0, line) for line in message.splitlines()), table="vega")
    with pytest.raises(tf.JournalError, match="is redacted, but plays otherwise than before: its record 0 is"):
        cut(day, tmp_path / "piece.tfj", redact=True)
    assert b"a1" not in b"".join(block.data for block in Reader(tmp_path / "piece.tfj"))


MESSAGE = {
    "stream": "trade_updates", "data": {
        "event": "fill", "at": Timestamp(1_722_952_931_900_412_301), "qty": 5, "price": 188.25, "new": "Jané Doe " * 5,
        "order": {"id": "61e69015-8549-4bfd", "account": 1370093239, "n": None, "notes": [True, -7, 2**64 - 1, b"Bo"]},
    },
}  # fmt: skip


def test_messagepack_is_read_and_written_as_it_was():
    values = [MESSAGE, [], {}, -1, -33, 2**40, 1.5, "", "x" * 40, "x" * 300, [0] * 20, {str(n): n for n in range(20)}]
    for value in values:
        payload = pack(value)
        message = Packed(payload)
        assert message.with_text(message.text) == payload
        ones = message.text.translate(bytes.maketrans(b"23456789", b"11111111"))
        if b"." not in ones:  # fractions stay
            assert Packed(message.with_text(ones)).text == ones
    for wrong in (b"", b"\xc1", b"\x92\x01", b"\x01\x01", b"\xd9\x09abc", b"\x91" * 40 + b"\x01", b"\xd6\xff\0"):
        with pytest.raises(ValueError, match=r"MessagePack|more than one|cut off|nested|0xc1"):
            Packed(wrong)


def test_an_order_in_messagepack():
    one = redaction("alpaca.trading")
    message = pack(MESSAGE)
    one.learn(0, message)
    new = unpack(one.redact(0, message))
    data, order = new["data"], new["data"]["order"]
    assert new["stream"] == "trade_updates"
    assert (data["event"], data["at"], data["qty"], data["price"]) == (
        "fill", Timestamp(1_722_952_931_900_412_301), 5, 188.25)  # fmt: skip
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}", order["id"])
    assert order["id"] != "61e69015-8549-4bfd"
    assert (order["n"], order["notes"][:2]) == (None, [True, -7])
    assert "Jan" not in data["new"]
    assert order["notes"][3] != b"Bo"


def test_whole_numbers_stay_within_64_bits():
    one = redaction("alpaca.data")
    for number in (2**64 - 1, 10**19, 2**63, 9 * 10**18, -(2**63), 255, 7):
        message = pack([{"T": "t", "S": "A", "i": number, "p": 1.5}])
        one.learn(0, message)
        new = unpack(one.redact(0, message))[0]["i"]
        assert len(str(new)) == len(str(number))
        assert new != number


def test_what_is_no_messagepack_is_masked():
    assert redaction().redact(0, b"\x92\xa3Joe\xa9Jane") == b"\x92xXxxxXxxx"
