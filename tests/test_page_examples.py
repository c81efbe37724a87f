"""Every example that the venues' pages print decodes to what it says, and every key that they name has a place.

Both are read from the pages themselves. What is new there fails, until the tables know it or this page says why not.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import corpus
import mutants
from pages import examples, page, parsed, plain, seed
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Record
from tickfold.schema import registry
from tickfold.schema.language import Select

#: Page or seed → its stream. Alpaca's page has two: the examples of its market data are lists, or have a "T".
PAGES = {
    "alpaca.md": "alpaca.trading",
    "etna.md": "etna",
    "ibkr.md": "ibkr",
    "ibkr_portal.md": "ibkr.portal",
    "vega.md": "vega",
    0: "etna",
    1: "ibkr",
    2: "alpaca.data",
    3: "ibkr.portal",
    4: "vega",
}

#: Printed, and no message of the venue: what it begins with, and what it is.
OTHER = {
    '{"action":"auth"': "a request",
    '{"action":"authenticate"': "a request",
    '{"action":"listen"': "a request",
    '{"action":"subscribe"': "a request",
    '{"action":"unsubscribe"': "a request",
    '{"Cmd":"Subscribe.txt"': "a request, whose echo is the answer: see test_tables_etna.py",
    '{"Cmd":"Pong"': "a request",
    '{"Cmd":"<command>"': "a form with an optional part, see test_tables_etna.py",
    '{"Subscribe":': "a request of a page that nobody has seen at work",
    '{"State":': "of REST",
    '{"QuoteAddresses":': "of REST",
    '{"Id":"<guid>"}': "of REST",
    '{"error":"Applicationkey': "of REST",
    '[{"Name":"cash"': "a part of a message",
    '{"session":': "a request",
    '{"fields":': "a request's argument",
    '{"filters":': "a request's argument",
    '{"days":': "a request's argument",
    '{"realtimeUpdatesOnly":': "a request's argument",
    '{"keys":': "a request's argument",
    '{"exchange":': "a request's argument",
    '{"tempo":': "a request's argument",
    '{"key":"LedgerListUSD"': "names keys: see test_every_key_that_a_page_names_has_a_place",
    '{"reference":3': "a part of a message",
    '[{"T":"subscription",...': "a form: complete ones are printed beside it",
    '{"T":"subscription",<': "a form: complete ones are printed beside it",
    '[{"T":"{message_type}"': "a form: complete ones are printed beside it",
    '{"topic":"sor","args":[{orderordelta}': "a form: complete ones are printed beside it",
    '{"stream":"trade_updates","data":{…}}': "a form: complete ones are printed beside it",
    '{"orders":[{"acct":"UXXXX"': "shows two keys of an order, and not its id",
    '{"authenticated":true}': "a part of the example of sts, whose last brace the page has lost",
    '{"topic":"blt","args":["id"': "a list with a key in it: see test_tables_ibkr.py",
}

#: Values that no record holds, beside those of keys that the table passes over: stream, key and why.
PASSED = {
    ("alpaca.trading", "status"): "authorized: Ack.ok; of an order it is held",
    ("etna", "ParentId"): "-1 is none",
    ("ibkr", "sizeAndFills"): "the numbers under keys of their own say it",
    ("vega", "@type"): "of the error's details, which are kept as they stand",
}


def printed() -> Iterator[tuple[str, str, Any]]:
    """Stream, text and value of every message that the pages print."""
    used = set()
    for name, stream in PAGES.items():
        text = page(name) if isinstance(name, str) else plain(seed(name))
        for example in examples(text):
            squeezed = re.sub(r"\s", "", example)
            if why := next((start for start in OTHER if squeezed.startswith(start.replace(" ", ""))), None):
                used.add(why)
                continue
            value = parsed(example)
            of_data = name == "alpaca.md" and (isinstance(value, list) or "T" in value)
            yield "alpaca.data" if of_data else stream, example, value
    assert used == set(OTHER), "what is not printed any more needs no reason"


def scalars(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Each value that is no object and no list, with the key that it stands under."""
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from scalars(one, inner)
    elif isinstance(value, list):
        for one in value:
            yield from scalars(one, key)
    else:
        yield key, value


def holds(record: Record, value: Any) -> bool:
    """Whether a field of the record says this value."""
    fields = [getattr(record, name) for name in record.known_fields]
    if isinstance(value, bool):
        return value in fields
    if isinstance(value, str):
        texts = [one for one in (record.symbol, *fields) if isinstance(one, str)]
        data = [one.decode() for one in fields if isinstance(one, bytes)]
        if value in texts or any(value in one for one in (*texts, *data)):
            return True
        if value.isdecimal() and holds(record, int(value)):
            return True
        words = {value, value.replace("_", ""), value.replace(" ", "_")}
        if {word.upper() for word in words} & {getattr(one, "name", "").replace("_", "") for one in fields}:
            return True
        try:
            return moment(value) in (record.ts_event, *fields)
        except ValueError:
            pass
        match = re.fullmatch(r"(?:.+ @ )?([-+]?[\d,]*\.?\d+)", value)
        return match is not None and holds(record, float(match[1].replace(",", "")))
    times = {int(value * unit) for unit in (1, 10**6, 10**9)} if value == int(value) and value > 10**9 else set()
    texts = [one for one in (record.symbol, *fields) if isinstance(one, str)]
    data = [one.decode() for one in fields if isinstance(one, bytes)]
    said = str(value) in texts or any(f": {value}" in one for one in data)
    return said or value in fields or bool(times & {record.ts_event, *fields})


def moment(text: str) -> int:
    """RFC 3339 as ns UTC. Raises ValueError for anything else."""
    if re.match(r"\d{4}-\d\d-\d\dT", text) is None:
        raise ValueError(text)
    return corpus.ns(text)


def test_every_printed_example_decodes_to_what_it_says() -> None:
    """No key of it is unknown, no value cannot be read, and each stands in a field of a record."""
    count, faults = 0, []
    for stream, text, value in printed():
        count += 1
        decoder = Decoder(stream)
        records = decoder.decode(json.dumps(value))
        kinds = [type(one).__name__ for one in records]
        if (not records and value not in EMPTY) or "Raw" in kinds or decoder.malformed or decoder.mismatched:
            faults.append((stream, text, kinds))
        faults += [(stream, text, one) for one in decoder.drift()]
        root = registry.table(stream).root
        passed = {*mutants.passed_over(stream), *([root.key] if isinstance(root, Select) else ())}
        for key, one in scalars(value):
            if one is None or one == "" or key in passed or (stream, key) in PASSED:
                continue
            if not any(holds(record, one) for record in records):
                faults.append((stream, text, key, one, records))
    assert faults == []
    assert count > 40


#: Messages that say nothing: a list without elements.
EMPTY = ({"result": {"updates": {"orders": []}}}, {"result": {}})


# ---- keys

Wrap = Callable[[dict[str, Any]], Any]


def rows(text: str, start: str) -> list[str]:
    """The keys in the first column of the table that follows `start`: "acct / account", "Key, Bid"."""
    part = text[text.index(start) + len(start) :]
    table = part[part.index("\n|") :].strip().split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:] if line.startswith("|")]
    found = [word for cell in cells for word in re.split(r"[,/\s]+", re.sub(r"\(.*?\)|`|\[\]", "", cell))]
    return [word for word in found if re.fullmatch(r"\w+", word)]


def listed(text: str, start: str, end: str = "\n") -> list[str]:
    """The keys of a sentence that lists them: the first word of each item, which its type or its meaning follows."""
    part = text[text.index(start) + len(start) :].split(end)[0]
    for _ in range(3):
        part = re.sub(r"\([^()]*\)|\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>|\"[^\"]*\"|=[^,]*", "", part)
    items = [item.strip(" *`.") for item in re.split(r"[,;:/]", part)]
    return [match[0] for item in items if (match := re.match(r"[A-Za-z_]\w*", item))]


def market(kind: str) -> Wrap:
    return lambda fields: [{"T": kind, "S": "A", **fields}]


def topic(name: str, key: str = "args") -> Wrap:
    return lambda fields: {"topic": name, key: [fields]}


def result(*path: str) -> Wrap:
    def wrap(fields: dict[str, Any]) -> Any:
        value: Any = [fields]
        for key in reversed(path):
            value = {key: value}
        return {"result": value}

    return wrap


def of_alpaca() -> Iterator[tuple[str, list[str], Wrap, dict[str, Any]]]:
    text = page("alpaca.md")
    crypto, options = text[text.index("### 1.9") :], text[text.index("### 1.10") :]
    bars = listed(text, "emitted after the half minute). Keys ", ". ")
    for kind, keys in (
        ("t", [*rows(text, "Trade `t`\n"), *listed(crypto, "`t`:", ". `q`"), *listed(options, "`t`:", ". `q`")]),
        ("q", [*listed(text, "Quote `q`:", ". "), *listed(crypto, "`q`:", ". "), *listed(options, "`q`:", ". ")]),
        ("b", bars), ("d", bars), ("u", bars),
        ("c", listed(text, "Correction `c` (supersedes an earlier `t`):", ". ")),
        ("x", listed(text, "Cancel/error `x` (bust of an earlier `t`):")),
        ("s", listed(text, "Status `s`:", ". ")),
        ("l", listed(text, "LULD `l`:")),
        ("i", listed(text, "Imbalance `i`:", ". ")),
        ("o", listed(text, "Order book `o`:")),
        ("p", listed(text, "Perpetuals `p` (Go SDK):")),
        ("n", listed(text, "### 1.11 News `n`\n\n", ". The same id")),
    ):  # fmt: skip
        yield "alpaca.data", [key for key in keys if key not in "TS"], market(kind), {}
    for key in ("orders", "order"):
        order = rows(text, "`order` object")
        if key == "orders":
            yield "alpaca.trading", order, lambda fields: [fields], {"id": "o", "client_order_id": "c"}
        else:
            yield "alpaca.trading", order, lambda fields: event(order=fields), {"id": "o", "status": "new"}
    yield "alpaca.trading", rows(text, '`{"stream":"trade_updates","data":{…}}`'), lambda fields: event(**fields), {
        "event": "fill", "order": {"id": "o"}, "execution_id": "e", "qty": "1", "price": "2"}  # fmt: skip


def event(**data: Any) -> Any:
    return {"stream": "trade_updates", "data": data}


def of_ibkr() -> Iterator[tuple[str, list[str], Wrap, dict[str, Any]]]:
    text, older = page("ibkr.md"), page("ibkr_portal.md")
    section = text[text.index("### 2.3 Field ids") : text.index("## 3.")]
    cells = [cell for line in section.splitlines() if line.startswith("| ") for cell in line.split("|")[1:5:2]]
    ids = [str(one) for cell in cells for first, last in re.findall(r"(\d+)(?:…(\d+))?", cell)
           for one in range(int(first), int(last or first) + 1)]  # fmt: skip
    assert len(ids) > 100
    quote = [key for key in rows(text, "late frames for an unsubscribed conid happen.") if key not in NO_KEYS]
    for stream, name in (("ibkr", "smd+1"), ("ibkr.portal", "md+1")):
        yield stream, [*ids, *quote], lambda fields, name=name: {"topic": name, **fields}, {}  # type: ignore[misc]
    yield "ibkr", listed(text, "Reply: ", ". One answer"), lambda fields: {"topic": "smh+1", **fields}, {}
    yield "ibkr", rows(text, "emit nothing, do not fail."), topic("sor"), {"orderId": 1}
    yield "ibkr", rows(text, "merge newly present fields."), topic("str"), {"execution_id": "e"}
    yield "ibkr", listed(text, "may be several accounts). ", ". Values"), lambda fields: {
        "topic": "spl", "args": {"DU1.Core": fields}}, {"nl": 1}  # fmt: skip
    (ledger,) = re.findall(r"rows `(\{\"key\":\"LedgerListUSD\".*?\})`", text)
    names = re.findall(r'"(\w+)"(?!,"secondKey)', ledger.replace('"USD"', ""))
    yield "ibkr", names, topic("sld+DU1", "result"), {"key": "LedgerListUSD"}
    yield "ibkr", listed(text, "| sts | args: ", ". **May"), lambda fields: {"topic": "sts", "args": fields}, {}
    (notice,), (prompt,) = re.findall(r"Notice \{(.*?)\}", text), re.findall(r"prompt \{(.*?)\}", text)
    for keys in (notice, prompt):
        yield "ibkr", listed(keys.replace("?", "") + "\n", ""  # the whole of it
                             , "\n"), topic("ntf"), {"text": "t"}  # fmt: skip
    (bulletin,) = re.findall(r"\| blt \| .*?\{(.*?)\} \|", text)
    yield "ibkr", listed(bulletin.replace("?", "") + "\n", "", "\n"), topic("blt"), {"message": "t"}
    orders = listed(older, "`/iserver/account/orders` [rest]: ", ".\n")
    yield "ibkr.portal", orders, topic("realtime-account-data+DU1", "orders"), {"orderId": 1}
    pnl = re.findall(r"`(\w+)`", older[older.index("an object with one of") :].split("keyed by")[0])
    yield "ibkr.portal", pnl, lambda fields: {"topic": "realtime-account-data+DU1", **fields}, {}


#: Words of first columns that are no keys.
NO_KEYS = {"numeric", "keys", "topic"}


def of_etna() -> Iterator[tuple[str, list[str], Wrap, dict[str, Any]]]:
    text = page("etna.md").replace("AmountType/Amount", "AmountType/TrailingStopAmount", 1)
    text = text.replace("AmountType/Amount", "AmountType/TrailingLimitAmount", 1)
    text = re.sub(r"(Long|Short)…", r"\1MarketValue", text)
    text = re.sub(r"(\w+)\(\+Offset\)", r"\1, \1Offset", text)
    for kind, keys, base in (
        ("Quote", rows(text, "The message is a full quote [doc sample]."), {"Key": "4"}),
        ("Candle", listed(text, "### 4.2 Candle [lib]\n", " — strings"), {"Key": "A|N|USD:5m"}),
        ("Order", rows(text, "### 4.3 Order"), {"Id": "1", "AccountId": "2"}),
        ("Position", listed(text, "### 4.6 Position\n", ", Underlying"), {"AccountId": "2", "SecurityId": "4"}),
        ("AccountBalance", listed(text, "### 4.7 AccountBalance / UserBalance\n", " = a string"), {"AccountId": "2"}),
        ("UserBalance", listed(text, "### 4.7 AccountBalance / UserBalance\n", " = a string"), {"AccountId": "2"}),
        ("Watchlist", listed(text, "Watchlist: ", ". Content"), {}),
        ("WatchlistContent", listed(text, "Content: "), {}),
    ):
        yield "etna", keys, lambda fields, kind=kind: {"EntityType": kind, **fields}, base  # type: ignore[misc]
    figures = listed(text, "digits. Names: ", ". Top-level")
    yield "etna", figures, lambda fields: {"EntityType": "AccountBalance", "AccountId": "2", "Items": json.dumps(
        [{"Name": name, "Value": value} for name, value in fields.items()])}, {}  # fmt: skip


def of_vega() -> Iterator[tuple[str, list[str], Wrap, dict[str, Any]]]:
    text = page("vega.md")
    text = text[text.index("## 6. Messages") :]
    text = text.replace("the three `…Since`", "takerFeesPaidSince, makerFeesReceivedSince, feesPaidSince")
    static = ", ".join(f"bestStatic{side}{what}" for side in ("Bid", "Offer") for what in ("Price", "Volume"))
    text = text.replace("bestStatic{Bid,Offer}{Price,Volume}", static)
    order = {"id": "o", "marketId": "m", "partyId": "p"}
    names = {
        "Order": (result("updates", "orders"), order),
        "Trade": (result("trades"), {"id": "t", "marketId": "m"}),
        "Position": (result("updates", "positions"), {"marketId": "m", "partyId": "p"}),
        "AccountBalance": (result("updates", "accounts"), {"owner": "o", "asset": "a"}),
        "MarketData": (result("marketData"), {"market": "m"}),
        "Candle": (result("candle"), {"start": "1"}),
        "MarginLevels": (result("marginLevels"), {"partyId": "p", "marketId": "m"}),
        "LiquidityProvision": (result("liquidityProvisions"), {"id": "l"}),
        "Vote": (result("vote"), {"partyId": "p"}),
    }
    for name, (wrap, base) in names.items():
        keys = listed(text, f"**{name}**: ", ". Empty" if name == "MarketData" else ". Key" if "Bal" in name else "\n")
        assert len(keys) > 5, name
        yield "vega", keys, wrap, base
    fees = listed(text, "buyerFee/sellerFee {", "}")
    yield "vega", [key for key in fees if key != "ReferrerDiscount"], lambda fields: result("trades")(
        {"id": "t", "marketId": "m", "buyerFee": fields}), {}  # fmt: skip
    for key in ("peggedOrder", "icebergOrder"):
        yield "vega", listed(text, f"{key} {{", "}"), lambda fields, key=key: result("updates", "orders")(  # type: ignore[misc]
            {**order, key: fields}), {}  # fmt: skip
    yield "vega", listed(text, "perpetualData{", "…"), lambda fields: result("marketData")(
        {"market": "m", "productData": {"perpetualData": fields}}), {}  # fmt: skip
    level = listed(text, "PriceLevel {", "}")
    for key in ("marketDepth", "update"):
        yield "vega", level, lambda fields, key=key: result(key)(  # type: ignore[misc]
            {"marketId": "m", "buy": [fields]}), {"price": "1", "volume": "1"}  # fmt: skip
    (entry,) = re.findall(r"entries \[\{(.*?)transferId", text)
    entries = [*listed(entry, "", "\n"), "transferId"]
    yield "vega", entries, lambda fields: result("ledgerMovement")({"entries": [fields]}), {"amount": "1"}


#: Values of all kinds; one of them is one that the key may have.
VALUES = (
    "1", 1, "x", True, "True", ["x"], {"x": 1}, "2024-08-06T14:02:11Z", 1718026215882, "1718026215882",
    "08/06/2024 14:02:11", "20240806-14:02:11", "BUY", "buy", "Buy", 2, "Persentage", "PRE", "1/2", "M",
    {"makerFee": "1"},
    {"id": "l", "symbol": "B", "execution_id": "e2", "qty": "1", "price": "1"}, [{"p": 1, "s": 1}], [{"t": 1, "o": 2}],
    [{"id": "l", "symbol": "B"}], '[{"Name":"cash","Value":1}]', {"AAPL": "1"}, {"reference": 1, "offset": "1"},
    {"peakSize": "1"}, {"perpetualData": {"fundingRate": "1"}}, {"assetId": "a"}, [{"price": "1", "volume": "1"}], "S",
    "FOK",
    "EXER", "Limit", "LIMIT", "day", "IOC", "limit", "A|B|C:1m", {"DU1.Core": {"upl": 1}}, "AAPL",
)  # fmt: skip


@pytest.mark.parametrize("named", [of_alpaca, of_ibkr, of_etna, of_vega])
def test_every_key_that_a_page_names_has_a_place(named: Callable[[], Any], caplog: pytest.LogCaptureFixture) -> None:
    """With some value of it the records differ, or the table passes it over, with its reason."""
    caplog.set_level("CRITICAL", "tickfold")
    without, count = [], 0
    for stream, keys, wrap, base in named():
        assert keys
        passed = mutants.passed_over(stream)
        for key in dict.fromkeys(keys):
            count += 1
            bare = {name: value for name, value in base.items() if name != key}
            expected = Decoder(stream).decode(json.dumps(wrap(bare)))
            for value in VALUES[:1] if key in passed else VALUES:
                decoder = Decoder(stream)
                records = decoder.decode(json.dumps(wrap({**bare, key: value})))
                if [one for one in decoder.drift() if one.key == key and one.what == "unknown key"]:
                    without.append((stream, key, "is unknown"))
                    break
                if key in passed or not same(records, expected):
                    break
            else:
                without.append((stream, key, "says nothing"))
    assert without == []
    assert count > 60


def same(records: list[Record], others: list[Record]) -> bool:
    return len(records) == len(others) and all(a == b for a, b in zip(records, others, strict=True))
