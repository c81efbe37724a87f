"""The two readers of JSON against one another and against Python's, on messages bent in every way.

    python tests/fuzz_scanner.py --seconds 600 --seed 7

What must hold of any bytes, whatever was read before and whatever stands behind their end:

* what the scanner accepts, simdjson accepts, with the same records;
* simdjson accepts what Python's json accepts, and nothing else (`is_json` lists the known differences);
* a reader that has read a million messages reads this one as a fresh one does.

The test suite runs a few thousand rounds (test_scanner.py); run this by itself, and under ASan and UBSan with
tests/run_asan.py, after every change of the readers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from tickfold.engine.probe import PADDING, Probe
from tickfold.schema import language as lang
from tickfold.schema.enums import ErrorSource, Side, Venue

DEEPEST = 200  # nested deeper, a message may be refused

# Keys of 28, 29 and 30 characters: their patterns fill the scanner's 32 bytes, or just don't.
LONG_KEYS = [f"{'k' * (size - 2)}{size}" for size in (12, 13, 14, 27, 28, 29, 30, 60)]

INNER = lang.shape(
    "Notice",
    {
        "p": lang.boolean("prompt"),
        "id": lang.text("notice_id"),
        "title": lang.long("title"),
        "text": lang.json("text"),
    },
    named=lang.text("order_id"),
)
FAULT = lang.shape("Error", {"error": lang.long("text"), "code": lang.integer("code")}, source=ErrorSource.VENUE)
DEEP = lang.shape(
    "Order",
    {
        "id": lang.text("order_id"),
        "S": lang.symbol,
        "q": lang.decimal("qty"),
        "f": lang.dressed("filled_qty", none="-1"),
        "sf": lang.size_and_fills,
        "side": lang.one_of("side", {"buy": Side.BUY, "sell": Side.SELL, "": Side.NONE}, also="type_text"),
        "v": lang.integer("version"),
        "x": lang.boolean("extended_hours"),
        "c": lang.chars("currency"),
        "t": lang.rfc3339(),
        "tu": lang.rfc3339("ts_updated"),
        "tc": lang.epoch("ts_created", unit="s", none="0"),
        "te": lang.compact_date("ts_expires"),
        "ts": lang.us_date("ts_expires"),
        "reason": lang.text("reason", none="none", strip="why: "),
        "np": lang.decimal("notional", zero_clears=True),
        "in": lang.inside(
            {"lp": lang.decimal("limit_price"), "sp": lang.dressed("stop_price"), "more": lang.skip("x")}
        ),
        "skip": lang.skip("x"),
        **{
            key: lang.text(field)
            for key, field in zip(
                LONG_KEYS,
                ("account", "ticker", "event", "replaces", "replaced_by", "parent_id", "client_order_id", "tif_text"),
                strict=True,
            )
        },
        **lang.aside(FAULT),
    },
    replaces=True,
    snapshot=True,
)
WIDE = lang.shape(
    "Trade",
    {
        "S": lang.symbol,
        "p": lang.decimal("price"),
        "s": lang.dressed("size"),
        "z": lang.text("tape"),
        "x": lang.text("exchange"),
        "c": lang.chars("conditions"),
        "i": lang.text("trade_id"),
        "t": lang.rfc3339(),
    },
    named=lang.text("orig_trade_id"),
)

BOOK = lang.shape(
    "BookLevel",
    {
        "S": lang.symbol,
        "p": lang.ladder("price"),
        "s": lang.decimal("size"),
        "n": lang.integer("orders"),
        "levels": lang.each(lang.shape("BookLevel", {"p": lang.decimal("price"), "s": lang.decimal("size")})),
    },
    rest=lang.symbol,
)
ACCOUNT = lang.shape("Pnl", {"d": lang.decimal("daily"), "u": lang.decimal("unrealized")}, rest=lang.text("account"))
PAIRS = lang.shape(
    "Balance",
    {
        "a": lang.text("account"),
        "x": lang.decimal("pending", weak=True),
        "l": lang.pairs(
            "n",
            "v",
            {
                "p": lang.decimal("pending"),
                "total": lang.decimal("total", none="-1"),
                "z": lang.decimal("settled", zero_clears=True),
                "s": lang.text("currency"),
                "i": lang.integer("severity"),
                "skip": lang.skip("x"),
                "t": lang.epoch("ts_updated"),
                "a name that is too long for the pattern of an item": lang.decimal("equity"),
            },
            others=lang.shape("Balance", {"n": lang.text("name"), "v": lang.decimal("total")}),
        ),
        **lang.aside(ACCOUNT),
    },
    replaces=True,
)
BARE = lang.shape(
    "Trade",
    {
        "S": lang.symbol,
        "p": lang.decimal("price"),
        "s": lang.decimal("size", optional=True),
        "i": lang.text("trade_id"),
    },
    named=lang.text("exchange"),
    rest=lang.text("conditions"),
    tail=lang.text("orig_trade_id"),
    zeros=True,
)

#: Every word of the language at once, in places where no venue has it.
EVERYTHING = lang.Table(
    name="everything",
    venue=Venue.NONE,
    null_clears=True,
    null_text="nil",
    root=lang.select(
        "T",
        {
            "deep": DEEP,
            "wide": WIDE,
            "list": lang.envelope({"args": lang.each(DEEP), "one": lang.each(WIDE)}),
            "nest": lang.envelope({"a": lang.choose(lang.select("k", {"in": INNER, "wide": WIDE, "fault": FAULT}))}),
            "whole": lang.shape("Ack", {"T": lang.text("action")}, whole="text", ok=1),
            "empty": lang.shape("Ack", {}, ok=1),
            "book": BOOK,
            "map": lang.envelope(
                {"m": lang.each_by_key(ACCOUNT), "in": lang.inside({"o": lang.each(BOOK)}, loud=True)}, loud=True
            ),
            "pairs": PAIRS,
            "bare": BARE,
        "inner": lang.envelope({"a": lang.choose(lang.select("k", {"wide": WIDE}, first={"cmd": INNER}))}),
        },
        separator="+",
        absent={"error": FAULT, "message": lang.shape("Ack", {"message": lang.text("action")}, whole="text")},
    ),
)

QUOTE = (
    '{"T":"q","S":"AMD","bx":"U","bp":87.66,"bs":1,"ax":"Q","ap":87.68,"as":4,"c":["R"],"z":"C",'
    '"t":"2021-02-22T15:51:45.335689322Z"}'
)
ALPACA = [
    f"[{QUOTE}]",
    f"[{QUOTE},{QUOTE.replace('AMD', 'MSFT').replace('87.6', '412.0')}]",
    '[{"T":"t","i":96921,"S":"AAPL","x":"D","p":126.55,"s":1,"t":"2021-02-22T15:51:44.208Z","c":["@","I"],"z":"C"}]',
    '[{"T":"b","S":"SPY","o":388.985,"h":389.13,"l":388.975,"c":389.12,"v":49378,"t":"2021-02-22T19:15:00Z","n":461,'
    '"vw":389.062639}]',
    '[{"T":"success","msg":"authenticated"}]',
    '[{"T":"subscription","trades":["AAPL"],"quotes":["AMD","CLDR"],"bars":["*"],"updatedBars":[]}]',
    '[{"T":"error","code":406,"msg":"connection limit exceeded"}]',
    '[{"T":"error","code":400,"msg":"bad \\"sub\\\\scribe\\" \\u00e9\\ud83d\\ude00 message \\n"}]',
    '[{"T":"d","S":"ÄÖ","new":{"a":[1,2,{"b":null}]}},{"x":1},7,"text",null,[],{},[[]]]',
    "[]",
    "{}",
    '[ {\n\t"T" : "q" ,\r\n "S" : "A B" , "bp" : 1e3 , "c" : [ "A" , "B" ] , "t" : null } ]',
    '[{"T":"q","S":"BTC/USD","bp":29.2057078150000000123,"ap":0.00003,"bs":1e-400,"as":1e400,"c":null,"z":""}]',
    '[{"c":["A","BB","",1,"C"],"T":"q","bp":"12.50","ap":true,"bs":[1],"as":{"x":1},"t":12,"S":4}]',
]
IBKR = [
    '{"server_id":"q12","conidEx":"8894","conid":8894,"_updated":1718026215882,"6119":"q12","31":"C63.42","84":"63.41",'

    '"88":"1,200","86":"-1","85":900,"7059":"100","6509":"RpB","83":-0.42,"87":"8.4M","87_raw":8.4E6,"topic":"smd+8894"}',
    '{"topic":"smd+8894","conid":"8894","84":"","86":-1,"31":"H1","70":"N/A","71":"•","error":"x","code":"7"}',
    '{"topic":"sor","args":[{"acct":"DU1","conid":8894,"conidex":"8894","orderId":922048212,"cashCcy":"USD",'
    '"sizeAndFills":"0/150","orderDesc":"Sell 150","ticker":"KO","remainingQuantity":150.0,"filledQuantity":0.0,'
    '"totalSize":150.0,"status":"PreSubmitted","origOrderType":"LIMIT","orderType":"Limit","side":"SELL","price":41.20,'
    '"timeInForce":"GTC","lastExecutionTime":"240806140211","lastExecutionTime_r":1722952931000,"bgColor":"#FFFFFF"}]}',
    '{"topic":"sor","args":[{"orderId":922048212,"status":"Filled"},{"orderId":"7","avgPrice":"41.25"}]}',
    '{"topic":"sor","args":{"orderId":1}}',
    '{"topic":"sor"}',
    '{"topic":"sor","args":null,"error":"unable to subscribe","code":500}',
    '{"topic":"system","success":"user1","isFT":false,"isPaper":true}',
    '{"topic":"system","hb":1718026215882}',

    '{"topic":"sts","args":{"authenticated":true,"competing":false,"message":"","fail":"","serverName":null,"username":"u"}}',
    '{"error":"unable to subscribe: \\"é\\"","code":500,"topic":"sor"}',
    '{"topic":"error","args":{"a":[1,2,3],"b":"\\u0041"}}',
    '{"message":"waiting for session"}',
    '{"message":"waiting \\\\ for"}',
    '{"result":"unsubscribed from summary"}',
    '{"topic":"act","args":{"accounts":["DU1"],"acctProps":{"DU1":{"hasChildAccounts":false}}}}',
    '{"topic":"smd+\\u0038","conid":1}',
]
MIXED = [
    '{"T":"deep","id":7,"S":"A","q":"1.5","f":"C1,200K","sf":"1,000/2,500","side":"buy","v":3,"x":"True","c":["a","b"],'
    '"t":"2021-02-22T15:51:45Z","tu":"2021-02-22T15:51:45.1+01:00","tc":0,"te":"20240806-14:02:11",'
    '"ts":"08/06/2024 14:02:11",'
    '"reason":"why","in":{"lp":41.20,"sp":"H3","more":[{}]},"skip":{"a":1},"error":"e","code":5}',
    "{" + ",".join(['"T":"deep"', *(f'"{key}":"{key}"' for key in LONG_KEYS)]) + "}",
    "{" + ",".join([*(f'"{key}":{i}' for i, key in enumerate(LONG_KEYS)), '"T":"deep"', '"error":"x"']) + "}",
    '{"T":"wide","S":123456789012345678901234567890,"p":0.1234567890123456789,"s":"1.2M","z":"AB",'
    '"x":"exchange too long",'
    '"c":["a","b","c","d","e","f","g","h","i","j","k","l","m","n","o","p","q"],"i":"é€😀","t":"2021-02-22T15:51:45Z"}',
    '{"T":"list","args":[{"id":"1"},{"id":"2","in":null},5,[]],"one":{"p":1}}',
    '{"T":"nest","a":[{"k":"in","p":1,"id":"n","title":"t","text":{"a":[1, 2]}},{"k":"wide","p":2},{"k":"other"},{}]}',
    '{"T":"nest","a":{"k":"fault","error":"e\\ne"}}',
    '{"T":"whole+rest", "x" : [1 , 2 ] }',
    '{"T":"book+A","p":"200 @ 63.41","s":5,"n":2,"levels":[{"p":1,"s":"2"},{"p":0.12345678901234567890}]}',
    '{"T":"map","m":{"DU1":{"d":1,"u":-2.5},"DU2":{}," ":{"d":1}},"in":{"o":{"p":"1"},"what":[1,'
    '{"a":2}]},"else":{"x":1}}',
    '{"T":"pairs","a":"A","l":"[]","x":1,"d":5}',
    '{"T":"pairs","x":1.5,"l":"[{\\"n\\":\\"p\\",\\"v\\":2.5},{\\"n\\":\\"total\\",\\"v\\":-1},{\\"n\\":\\"z\\",\\"v\\":0}]","a":"B"}',
    '{"T":"pairs","a":"A","l":"[{\\"n\\":\\"s\\",\\"v\\":7},{\\"n\\":\\"i\\",\\"v\\":8},{\\"n\\":\\"skip\\",\\"v\\":-9.5},'
    '{\\"n\\":\\"t\\",\\"v\\":1722952931000},{\\"n\\":\\"p\\",\\"v\\":0.12345678901234567890}]","u":1}',
    '{"T":"pairs","a":"A","l":"[{\\"n\\":\\"p\\",\\"v\\":12345678},{\\"n\\":\\"new\\",\\"v\\":-3},{\\"n\\":\\"total\\",\\"v\\":4e2}]"}',
    '{"T":"pairs","a":"A","l":"[{\\"n\\":\\"p\\",\\"v\\":1},{\\"n\\":\\"total\\",\\"v\\":}]","x":"0.12345678901234567890"}',
    '{"T":"pairs","a":"A","l":[{"n":"p","v":"5"},{"v":1,"n":"i"},{"n":7},{},9,{"n":"s","v":null}]}',
    '{"T":"pairs","a":"A","l":"[{\\"n\\":\\"a name that is too long for the pattern of an item\\",\\"v\\":3}]"}',
    r'{"T":"pairs","a":"A","l":"[{\"v\":1,\"n\":\"p\"}, {\"n\":\"\\u0070\",\"v\":2},{\"n\":\"s\",\"v\":\"\\\"\"}]"}',
    '{"T":"inner","a":[{"k":"wide","S":"nil","p":1},{"k":"wide","cmd":"x","p":true},{"k":"wide","z":"nil","x":"nil"}]}',
    '[{"T":"bare+a+b+c","p":1},{"T":"bare+a","S":"X","s":0},{"T":"bare","i":null}]',
    '[{"T":"empty"} ,{"error":"e"}, {"message":"m"}, {"T":5,"error":"x"}]',

    '[{"p":1,"T":"wide","p":2,"p":null,"T":"deep"},{"T":"wide","p":1.2345678901234567,"p":5,"p":0.12345678901234567890}]',
]
TRADING = [

    '{"stream":"trade_updates","data":{"event":"fill","execution_id":"2f63ea93","timestamp":"2022-04-19T14:12:30.656741Z",'

    '"price":"179.08","qty":"100","position_qty":"100","order":{"id":"edada91a","client_order_id":"57cbcb5d","symbol":"AAPL",'
    '"created_at":"2022-04-19T14:12:30.626Z","filled_at":null,"notional":null,"qty":"100","filled_qty":"100",'

    '"filled_avg_price":"179.08","order_class":"","order_type":"market","type":"market","side":"buy","time_in_force":"day",'
    '"limit_price":null,"stop_price":"","status":"filled","extended_hours":false,"legs":null,"hwm":null}}}',
    '{"stream":"authorization","data":{"status":"authorized","action":"authenticate"}}',
    '{"stream":"listening","data":{"streams":["trade_updates"]}}',
    '{"stream":"listening","data":{"error":"required scope \\"trading\\""}}',
]
PORTAL = [
    '{"topic":"md+8894","conid":8894,"31":"63.42","84":"63.41"}',

    '{"topic":"realtime-account-data+DU1","orders":[{"orderId":7,"status":"Submitted"}],"pnl":{"DU1.Core":{"dpl":1.5}}}',
    '{"topic":"realtime-account-data+DU1","dpl":-1,"nl":1.2E5,"what":{"x":1},"error":"e"}',
]
VEGA = [
    '{"result":{"snapshot":{"orders":[{"id":"a1","marketId":"m","partyId":"p","side":"SIDE_BUY","price":"12345678901234567890",'
    '"size":"5","remaining":"5","timeInForce":1,"type":"TYPE_LIMIT","status":"STATUS_ACTIVE","createdAt":"1659000000000000000",'
    '"expiresAt":"0","peggedOrder":{"reference":1,"offset":"7"},"icebergOrder":{"peakSize":"1"},"postOnly":true}],'
    '"lastPage":true}}}',
    '{"result":{"updates":{"orders":[{"id":"a1"}],"positions":[{"marketId":"m","partyId":"p","openVolume":"-3"}]}}}',
    '{"result":{"marketDepth":[{"marketId":"m","buy":[{"price":"1","volume":"2"}],"sell":[{"price":"3"}],"sequenceNumber":"9"}],'
    '"update":[{"marketId":"m","sequenceNumber":"10","previousSequenceNumber":"9"}],"what":{"x":[1,{"a":null}]}}}',
    '{"result":{"events":[{"id":"1-2","type":"BUS_EVENT_TYPE_VOTE","vote":{"partyId":"p","value":"VALUE_YES"}},'
    '{"ledgerMovements":{"ledgerMovements":[{"entries":[{"amount":"5","fromAccount":{"owner":"p","type":4}}],"balances":[]}]}}]}}',
    '{"error":{"code":3,"message":"bad \\"m\\"","details":[{"@type":"x"}]},"code":5,"message":"y"}',
]
ETNA = [
    '{"EntityType":"Quote","Key":"7","Bid":"10.50000","Ask":"0","BidSize":3,"Date":"08/06/2024 14:02:11",'
    '"Volume":"null","MarketCap":1.2E9,"Beta":"0.00"}',
    '{"EntityType":"Order","Id":9,"AccountId":"A","ParentId":"0","SecurityId":"7","Quantity":"5.00000","ExecutedQuantity":"2",'
    '"Status":"PartiallyFilled","Type":"Stop Limit","TransactionDate":"1722952931000","CreateDate":"-62135596800000"}',
    '{"EntityType":"AccountBalance","AccountId":"A","Items":"[{\\"Name\\":\\"cash\\",\\"Value\\":12.5},{\\"Name\\":1}]"}',
    '{"EntityType":"AccountBalance","AccountId":"A","Items":"[{\\"Name\\":}]","PendingCash":"1"}',
    '{"EntityType":"Quote","Cmd":"Subscribe.txt","Key":"null","BidMarket":"null","Bid":"null"}',
    '{"EntityType":"Quote","Key":"null","BidMarket":"null","Bid":"null","Cmd":"x"}',
    '{"Cmd":"Ping.txt","StatusCode":"Ok","SessionId":"s","Message":"m"}',
    '{"EntityType":"Candle","Key":"AAPL|1m","Open":1,"Time":"1722952931","IsCompleted":"True"}',
]
CORPUS: dict[str, list[bytes]] = {
    "alpaca.data": [text.encode() for text in ALPACA],
    "alpaca.trading": [text.encode() for text in TRADING],
    "ibkr": [text.encode() for text in IBKR],
    "ibkr.portal": [text.encode() for text in PORTAL],
    "vega": [text.encode() for text in VEGA],
    "etna": [text.encode() for text in ETNA],
    "everything": [text.encode() for text in MIXED],
}
TABLES: dict[str, lang.Table | str] = {name: name for name in CORPUS} | {"everything": EVERYTHING}

#: What may stand behind a message: nothing, the rest of another one, or what would complete a cut one.
BEHIND = [
    bytes(PADDING),
    b"0" * PADDING,
    b'"' * PADDING,
    (b'"}]' * PADDING)[:PADDING],
    (b"}]" * PADDING)[:PADDING],
    (b'9}]"' * PADDING)[:PADDING],
    (b' ,"a":1' * PADDING)[:PADDING],
    (b'","p":"' * PADDING)[:PADDING],
    (b"\\" * PADDING),
    (b"e5]" * PADDING)[:PADDING],
    b"\xff" * PADDING,
]
NUMBERS = [
    "0", "-0", "1", "-1", "12", "1.5", "-0.0", "1e5", "1E-7", "1e400", "1e-400", "123456789012345", "1234567890123456",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "0.1234567890123456789", "1." + "0" * 300,
    "9" * 300, "1e99999999999", "0." + "1" * 1100, "1.", ".5", "01", "-", "+1", "1e", "1e+", "0x1", "NaN",
    "Infinity", "-Infinity",
]  # fmt: skip
VALUES = [
    "null", "true", "false", "{}", "[]", '""', '"x"', '"\\u00e9"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\x"', '"é"',
    "[[]]",
    '{"a":{"b":[1,2,{"c":null}]}}', '["a","b"]', '["a", "b"]', '["ab"]', "nul", "tru", "truex", '"nil"', "[1,]",
    '{"a":1,}', "[,]", "{,}",
    '"2021-02-22T15:51:45.335689322Z"', '"2021-02-29T15:51:45Z"', '"1,200"', '"C5"', '"-1"', '"N/A"', '"1.2M"', '"1/2"',
    '"' + "x" * 31 + '"', '"' + "x" * 32 + '"', '"' + "x" * 33 + '"', '"' + "x" * 300 + '"', '"\x7f"', '"\x00"', '"\t"',
    "[" * 31 + "]" * 31, "[" * 40 + "]" * 40, "[" * 300 + "]" * 300, '{"a":' * 33 + "1" + "}" * 33,
]  # fmt: skip
CHARACTERS = [b'\\"', b'\\"', b"\\\\", b"\\/", b"\\n", b"\\b", b"\\x", "é".encode(), "•".encode(), "😀".encode(),
              b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80"]  # fmt: skip
BYTES = b'"\\{}[]:, \n\t0123456789-+.eEtfn/\x00\x1f\x7f\x80\xc3\xa9\xff'
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[a-z]+|[{}\[\]:,]|\s+|.', re.DOTALL)


def mutate(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """`data` bent once: by bytes, by tokens, or with a part of another message."""
    kind = rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 9, 9, 10, 10, 10, 11, 11, 11, 12, 12, 12, 13, 14, 14))
    at = rng.randrange(len(data) + 1)
    if kind == 0 and data:  # a bit
        at %= len(data)
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
    if kind == 1:  # a byte more
        return data[:at] + bytes([rng.choice(BYTES)]) + data[at:]
    if kind == 2 and data:  # another byte
        at %= len(data)
        return data[:at] + bytes([rng.choice(BYTES)]) + data[at + 1 :]
    if kind == 3:  # bytes less
        return data[:at] + data[at + rng.randrange(1, 9) :]
    if kind == 4:  # cut
        return data[:at]
    if kind == 5:  # spliced with another
        other = rng.choice(others)
        return data[:at] + other[rng.randrange(len(other) + 1) :]
    if kind == 6:  # a stretch twice
        end = min(len(data), at + rng.randrange(1, 40))
        return data[:end] + data[at:end] + data[end:]
    tokens = TOKEN.findall(data)
    if not tokens:
        return data + rng.choice(VALUES).encode()
    spot = rng.randrange(len(tokens))
    if kind == 7:  # whitespace
        tokens.insert(spot, rng.choice([b" ", b"\n", b"\t \r\n", b" " * 20]))
    elif kind == 8:  # two tokens change places
        other_spot = rng.randrange(len(tokens))
        tokens[spot], tokens[other_spot] = tokens[other_spot], tokens[spot]
    elif kind == 9:  # a number
        spots = [i for i, token in enumerate(tokens) if token[:1].isdigit() or token[:1] in b'-"']
        tokens[rng.choice(spots or [spot])] = rng.choice(NUMBERS).encode()
    elif kind == 10:  # a value of any kind
        spots = [i + 1 for i, token in enumerate(tokens[:-1]) if token in (b":", b"[", b",")]
        tokens[rng.choice(spots or [spot])] = rng.choice(VALUES).encode()
    elif kind == 11:  # a key more, perhaps one that is there already
        keys = [token for i, token in enumerate(tokens[:-1]) if tokens[i + 1] == b":"] or [b'"x"']
        spots = [i for i, token in enumerate(tokens) if token in (b"{", b",")]
        if spots:
            value = rng.choice([*VALUES, *NUMBERS]).encode()
            tokens.insert(rng.choice(spots) + 1, rng.choice(keys) + b":" + value + b",")
    elif kind == 12:  # an escape within a text, or a character that is not ASCII
        spots = [i for i, token in enumerate(tokens) if token[:1] == b'"' and len(token) > 2]
        if spots:
            chosen = rng.choice(spots)
            token = tokens[chosen]
            cut = rng.randrange(1, len(token) - 1)
            character = rng.choice([b"\\u%04x" % token[cut], b"\\u%04x" % token[cut], *CHARACTERS])
            tokens[chosen] = token[:cut] + character + token[cut + 1 :]
    elif kind == 13:  # a token less
        del tokens[spot]
    else:  # JSON within a text, bent itself
        spots = [i for i, token in enumerate(tokens) if token[:2] in (b'"[', b'"{')]
        if spots:
            chosen = rng.choice(spots)
            with contextlib.suppress(ValueError):
                inner = json.loads(tokens[chosen]).encode(errors="replace")
                bent = mutate(rng, inner, [inner]).decode(errors="replace")
                tokens[chosen] = json.dumps(bent, ensure_ascii=rng.random() < 0.5).encode()
    return b"".join(tokens)


def is_json(data: bytes) -> bool | None:
    """Whether Python takes the bytes for a message; None where the two may differ.

    The known differences: NaN and Infinity are no JSON; a scalar is no message; a BOM in front is
    passed over; nesting over DEEPEST may be refused.
    """

    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        text = data.decode()
        value = json.loads(
            text.removeprefix("\ufeff"), parse_constant=refuse, parse_int=str, parse_float=str, object_pairs_hook=tuple
        )
    except ValueError:
        return False
    except RecursionError:
        return None
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return False
    try:
        inspect(value, 0)
    except RecursionError:
        return None
    return True


def inspect(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, (list, tuple)):
        for item in value:
            inspect(item, depth + 1)


class Differ:
    """Holds the rules against one table. `check` raises AssertionError with the message that breaks one."""

    def __init__(self, name: str) -> None:
        self.table = TABLES[name]
        self.warm = Probe(self.table)
        self.other = Probe(self.table)
        self.rounds = self.accepted = self.fast = 0

    def check(self, data: bytes, behind: bytes) -> None:
        self.rounds += 1
        if self.rounds % 500 == 0:
            self.other = Probe(self.table)
        before = self.warm.mismatches
        fast = self.warm.fast(data, behind)
        fast_mismatches = self.warm.mismatches - before
        before = self.warm.mismatches
        slow = self.warm.slow(data, behind)
        slow_mismatches = self.warm.mismatches - before
        assert self.other.fast(data) == fast, ("history or padding decides in the scanner", data, behind)
        assert self.other.slow(data) == slow, ("history or padding decides in simdjson", data, behind)
        if fast is not None:
            self.fast += 1
            assert fast == slow, ("the readers differ", data, fast, slow)
            assert fast_mismatches == slow_mismatches, ("the readers count mismatches differently", data)
        expected = is_json(data)
        if expected is not None:
            assert (slow is not None) == expected, ("Python's json differs", expected, data)
        self.accepted += slow is not None


def run(name: str, rng: random.Random, proceed: Callable[[int], bool]) -> Differ:
    """Check bent messages of a table until `proceed(rounds)` says no."""
    corpus = CORPUS[name]
    everything = [data for messages in CORPUS.values() for data in messages]
    differ = Differ(name)
    for data in everything:
        for behind in BEHIND:
            differ.check(data, behind)
    pool = list(corpus)
    while proceed(differ.rounds):
        data = rng.choice(pool)
        for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
            data = mutate(rng, data, everything)[:4000]
        accepted = differ.accepted
        differ.check(data, rng.choice(BEHIND))
        if differ.accepted > accepted and rng.random() < 0.2:  # still a message: to be bent further
            if len(pool) > 300:
                pool = list(corpus)
            pool.append(data)
    return differ


def truncations(data: bytes) -> Iterator[bytes]:
    for size in range(len(data) + 1):
        yield data[:size]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, printed")
    options = parser.parse_args()
    seed = random.randrange(2**32) if options.seed is None else options.seed
    for name in CORPUS:
        rng = random.Random(f"{seed} {name}")
        end = time.monotonic() + options.seconds / len(CORPUS)
        differ = run(name, rng, lambda rounds,
    end=end: rounds % 64 != 0 or time.monotonic() < end)  # type: ignore[misc]
        print(
            f"{name}, seed {seed}: {differ.rounds} messages, {differ.accepted} accepted, {differ.fast} by the scanner",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
