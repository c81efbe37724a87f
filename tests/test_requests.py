"""Every request that the venues' pages document can be made with the public API, to the byte.

The requests are read from the pages themselves; one that is new there, and that nothing here says, fails.
"""

import asyncio
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import tickfold as tf
from pages import page, quoted, seed
from tickfold.venues.alpaca.dialogue_data import CHANNELS
from tickfold.venues.base import Opening, Stream

KEYS = {"key": "K", "secret": "S"}
LOGIN = {"user": "someUser", "password": "somePassword"}
A = "a1" * 32


def opened(stream: Stream) -> Opening:
    return asyncio.run(stream.open(again=False))


def said(
    table: str, stream: Stream, *heard: Any, changes: Iterable[dict[str, Any]] = (), until: float = 0.0
) -> set[str]:
    """All that a stream says when it hears these messages, after changes there and back, and by the clock."""
    dialogue = opened(stream).dialogue
    texts = [*dialogue.opened(0.0)]
    decoder = tf.decoder(table)

    def hears(message: Any) -> None:
        for record in decoder.decode(json.dumps(message)):
            texts.extend(dialogue.record(record, 1.0))

    for message in heard:
        hears(message)
    for what in changes:
        for add in (True, False):
            change = stream.changed(add, what)
            texts.extend(dialogue.change(change, 2.0))
            stream = change.stream
            if "history" in what:
                hears({"topic": "smh+8894", "serverId": "s7", "data": []})
    texts.extend(dialogue.tick(until))
    return {text for text in texts if isinstance(text, str)}


#: What stands for any text in a documented request, and what may be left out.
HOLES = {
    r"<[^<>]*>": r"[^+\"{}]+", r"\[@EXCH\]": r"(@\w+)?", r"\[\+EXCH\]": r"(\+\w+)?", r"1\.\.7": r"\d",
    r":bool": r":(true|false)", r"…": r".*?", r"\b(?:ACCT|CONID|EXCHANGE|UXXXX)\b": r"[^+]+", r"\b(?:DU|U)…": r"\w+",
}  # fmt: skip


def pattern(request: str) -> str:
    """A documented request as a regular expression."""
    parts = re.split(f"({'|'.join(HOLES)})", request)
    out = ""
    for part in parts:
        hole = next((to for hole, to in HOLES.items() if re.fullmatch(hole, part)), None)
        out += re.escape(part) if hole is None else hole
    return out


def missing(documented: Iterable[str], made: Iterable[str]) -> set[str]:
    """Documented requests that nothing of what is said matches whole."""
    return {one for one in documented if not any(re.fullmatch(pattern(one), text) for text in made)}


# ---- Interactive Brokers

#: Documented, and left out on purpose.
IBKR_NOT = {
    "upl{}": "a misprint for upl+{}",
    "utr": "the same as utr+{}",
    "shs+exercise…": "exercises options: an order, of which tickfold sends none",
    "inp+exercise": "the same",
    "inp+exercise…": "the same",
    "smd+conid": "names the format",
    "umd+conid": "names the format",
}
IBKR_FORM = r"(s|u)[a-z]{2}(\+|\{)|utr$|inp\+|tic$|ech\+hb$|\{\"session\""


def ibkr_made() -> set[str]:
    history = [tf.ibkr.History(8894, period="1d", bar="5min", exchange="NYSE", outside_rth=True, source="trades",
                               format="%o/%c/%h/%l/%v")]  # fmt: skip
    everything: dict[str, Any] = {
        "orders": True, "pnl": True, "summary": ["DU1"], "ledger": ["DU1"], "ladders": [("DU1", 8894, "NYSE")],
        "quotes": ["8894@NYSE", 265598], "history": history,
    }  # fmt: skip
    made: set[str] = set()
    ready = [{"message": "waiting for session"}, {"topic": "sts", "args": {"authenticated": True}}]
    for more in (
        {"fields": [31, 83]},
        {"order_filters": ["Submitted"], "fills": True, "realtime_only": True, "days": 2, "summary_keys": ["Cushion"],
         "summary_fields": ["currency"], "ledger_keys": ["LedgerListUSD"], "ledger_fields": ["currency"]},
        {"days": 3}, {"order_filters": ["Submitted"]}, {"order_filters": ["Submitted", "Filled"]},
        {"fields": [31, 84, 85, 86, 88, 7059, 6509], "fills": True},
        {"requests": ["str+{}"], "ladders": [("DU1", 8894)]},
    ):  # fmt: skip
        wanted = {**everything, **more}
        changes = [{name: wanted[name] for name in everything}, {"requests": ["str+{}"]}]
        stream = tf.ibkr.WebApi(session="s1", **wanted)
        made |= said("ibkr", stream, *ready, changes=[*changes, *changes], until=60.0)
    return made


def test_ibkr():
    text = page("ibkr.md")
    documented = quoted(text, IBKR_FORM) | quoted(seed(1), IBKR_FORM) - {"smd+8894"}
    documented -= {one for one in documented if re.fullmatch(r"s[a-z]{2}\+<?[\w@]+>?", one)}  # topics of answers
    assert len(documented) > 25
    made = ibkr_made()
    assert missing(documented, made) == set(IBKR_NOT) & documented
    # What may go with a request stands in a column of its own.
    rows = re.findall(r"^\| `(s[a-z]{2})\+.*?\| .*? \| (.+?) \|", text, re.MULTILINE)
    assert len(rows) == 9
    assert missing({"sxx+<conid>"}, made)
    for topic, arguments in rows:
        for form in re.findall(r"`(\{.+?\})`", arguments):
            assert any(re.fullmatch(rf"{topic}\+.*{pattern(form)}", one) for one in made), (topic, form)


def test_ibkr_oauth():
    url = "wss://api.ibkr.com/v1/api/ws"
    text = page("ibkr.md")
    documented = set(re.findall(r"`(wss://api\.ibkr\.com[^`]*)`", text))
    documented |= {f"{url}?{one}" for one in re.findall(r"`(sessionToken=<bearer>)`", text)}
    first = opened(tf.ibkr.WebApi(url, orders=True, identify="oauth1", session="s1", access_token="t1"))
    second = opened(tf.ibkr.WebApi("wss://api.ibkr.com", orders=True, identify="oauth2", access_token="t2"))
    assert len(documented) == 2
    assert missing(documented, {first.url, second.url}) == set()
    assert first.headers["Cookie"] == "api=s1"
    cookies = set(re.findall(r"`Cookie: (api=[^`]+)`", text))
    gateway = opened(tf.ibkr.WebApi(orders=True, session="s1"))
    made = {first.headers["Cookie"], gateway.headers["Cookie"]}
    assert len(cookies) >= 2
    assert missing(cookies, made) == set()


def test_ibkr_portal():
    form = r"[su]\+(md|realtime)"
    told = set(re.findall(r"^> ([su]\+\S+)", seed(3), re.MULTILINE))
    documented = {one for one in quoted(page("ibkr_portal.md"), form) | told if "TOPIC" not in one}
    made: set[str] = set()
    options: dict[str, Any]
    for options in (
        {"tempo": 500, "fields": [31, 84, 86]}, {"tempo": 1000, "fields": [55, 22, 23]},
        {"snapshot": None, "fields": None}, {"snapshot": False},
    ):  # fmt: skip
        for conid in (8894, 107113386):
            asked = {"quotes": [conid], "accounts": ["U7654321"]}
            made |= said("ibkr.portal", tf.ibkr.Portal(**asked, **options), changes=[asked, asked])
    documented = {re.sub(r"<CONID>|<ACCT>", "CONID", one).replace("{json}", "…") for one in documented}
    announced = {"s+realtime-data…"}  # by the page, and never documented
    assert len(documented) >= 8
    assert missing(documented, made) == announced


# ---- Alpaca

CONNECTED, AUTHENTICATED = {"T": "success", "msg": "connected"}, {"T": "success", "msg": "authenticated"}

#: Another form of `authenticate` that clients send; the older one is documented and stands for both.
ALPACA_NOT = {'{"action":"auth","key":"K","secret":"S"}', '{"action":"auth","key":…,"secret":…}'}


def actions(text: str) -> list[dict[str, Any]]:
    """The requests of a page, as they are."""
    found = []
    for line in re.findall(r"\{\s*\"action\".*?\}(?=[^}\]]|$)", text):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # a form with holes in it
    return found


def test_alpaca_market_data():
    requests = [one for one in actions(page("alpaca.md")) + actions(seed(2)) if one["action"] != "authenticate"]
    requests = [one for one in requests if one["action"] in ("auth", "subscribe", "unsubscribe")]
    assert len(requests) >= 5
    for request in requests:
        if request["action"] == "auth":
            oauth = request["key"] == "oauth"
            keys = {"token": request["secret"]} if oauth else {"key": request["key"], "secret": request["secret"]}
            made = said("alpaca.data", tf.alpaca.MarketData("v2/test", trades=["A"], **keys), [CONNECTED])
        else:
            channels = {name: names for name, names in request.items() if name != "action"}
            spelt = {"updatedBars": "updated_bars", "dailyBars": "daily_bars"}
            ours = {spelt.get(name, name): names for name, names in channels.items()}
            stream = tf.alpaca.MarketData("v2/test", **ours, **KEYS)
            made = said("alpaca.data", stream, [CONNECTED], [AUTHENTICATED], changes=[ours])
        assert request in map(json.loads, made)  # the order of the channels is free


def test_alpaca_s_channels_and_paths():
    text = page("alpaca.md")
    channels = dict(re.findall(r"^\| `(\w+)` \| `\w`.*?\| (.+?) \|$", text, re.MULTILINE))
    ours = {name.replace("updated_bars", "updatedBars").replace("daily_bars", "dailyBars"): name
            for names in CHANNELS.values() for name in names}  # fmt: skip
    follow = {"corrections", "cancelErrors"}  # trades; they cannot be subscribed
    assert set(channels) - set(ours) == follow
    assert set(ours) - set(channels) == {"pricing"}
    assert "`pricing`" in text
    for channel, kinds in channels.items():
        for kind in kinds.split(", ") if channel not in follow else ():
            assert ours[channel] in CHANNELS[kind.split(" ")[0]]
    cells = re.findall(r"^\| (`v\d.+?) \|", text, re.MULTILINE)
    paths = [path for cell in cells for path in re.findall(r"`(v\d\S+)`", cell)]
    assert len(paths) >= 10
    for path in paths:
        kind = "news" if path.endswith("news") else "quotes"
        for host in ("wss://stream.data.alpaca.markets", "wss://stream.data.sandbox.alpaca.markets"):
            assert host in text + seed(2)
            assert opened(tf.alpaca.MarketData(path, **{kind: ["A"]}, url=host, **KEYS)).url == f"{host}/{path}"


def test_alpaca_s_headers():
    text = page("alpaca.md") + seed(2)
    data = {"feed": "v2/test", "trades": ["A"]}
    made = {
        *opened(tf.alpaca.MarketData(**data, auth="headers", **KEYS)).headers,
        *opened(tf.alpaca.MarketData(**data, encoding="msgpack", **KEYS)).headers,
    }
    assert {"APCA-API-KEY-ID", "APCA-API-SECRET-KEY", "Content-Type"} == made
    assert set(re.findall(r"APCA-API-[A-Z-]+[A-Z]", text)) <= made
    forms = set(re.findall(r"`Authorization: (\w+) ", text))
    basic = opened(tf.alpaca.MarketData(**data, auth="basic", **KEYS)).headers["Authorization"]
    bearer = opened(tf.alpaca.MarketData(**data, auth="headers", token="t")).headers["Authorization"]
    assert forms == {basic.split()[0], bearer.split()[0]}


def test_alpaca_trading():
    text = page("alpaca.md")
    text = text[text.index("## 2. Trading updates stream") :]
    authorized = {"stream": "authorization", "data": {"status": "authorized", "action": "authenticate"}}
    made = said("alpaca.trading", tf.alpaca.Trading(**KEYS), authorized)
    made |= said("alpaca.trading", tf.alpaca.Trading(token="T"), authorized)
    forms = set(re.findall(r"client (\{.*\})", text)) | quoted(text, r"\{\"action\":\"authenticate\"")
    others = set(re.findall(r"or  (\{.*?\})", text)) | quoted(text, r"\{\"action\":\"auth\"")
    assert len(forms) == 3
    assert missing(forms, made) == set()
    assert others == ALPACA_NOT


# ---- ETNA and Vega

CREATED = {"Cmd": "CreateSession.txt", "StatusCode": "Ok", "SessionId": "6210cb85-c6bb-44f1-a53b-0e43669bd6f4"}


def test_etna():
    text = page("etna.md")
    keys = {"Quote": ["318", "319"], "Candle": ["MSFT|NGS|USD:5m"]}
    quotes = tf.etna.Quotes("wss://host:9995", **LOGIN, entities=keys)
    other = tf.etna.Quotes("wss://host:9995", **LOGIN, securities=[320, 321])
    made = said("etna", quotes, CREATED, {"Cmd": "Ping"})
    made |= said("etna", other, CREATED, changes=[{"entities": keys}])
    forms = quoted(text, r"\{\"Cmd\":\"(Subscribe|Unsubscribe|Pong)")
    assert len(forms) == 2
    assert missing(forms, made) == set()
    for form in {one for one in forms if "Subscribe" in one}:  # "`Unsubscribe.txt` the same"
        assert missing({form.replace("Subscribe.txt", "Unsubscribe.txt")}, made) == set()
    table = re.findall(r"^\| (.+?) \| .+ \| (quote|data) \|$", text, re.MULTILINE)
    entities = {(entity, where) for cell, where in table for entity in cell.split(", ")}
    assert len(entities) >= 9
    for entity, where in entities:
        name = "Level2" if entity == "Level2 / depth" else entity
        kind = tf.etna.Quotes if where == "quote" else tf.etna.Trading
        stream = kind("wss://host", **LOGIN, entities={name: ["1"]})
        assert any(json.loads(one)["EntityType"] == name for one in said("etna", stream, CREATED))


def test_etna_s_address():
    text = page("etna.md")
    made = {opened(tf.etna.Quotes("wss://host", user=user, password="p", securities=[1])).url for user in ("7", "7:s")}
    (form,) = re.findall(r"`<Url>(/CreateSession.txt\?User=\S+)`", text)
    assert missing({f"wss://host{form}"}, made) == set()
    example = "".join(re.findall(r"\(ws://etnatrader\S+\)|\*\*(\w+)\*\*&Password=\*\*(\w+)\*\*", seed(0))[-1])
    assert example == "someUsersomePassword"
    assert opened(tf.etna.Quotes("ws://etnatrader.etnasoft.us:9999", **LOGIN, securities=[1])).url == (
        "ws://etnatrader.etnasoft.us:9999/CreateSession.txt?User=someUser&Password=somePassword&HttpClientType=WebSocket"
    )


#: A batch would have to be acknowledged within five seconds: without the filter, events flow as they happen.
VEGA_NOT = {"event/bus": {"batchSize"}}


def test_vega():
    text = page("vega.md")
    rows = re.findall(r"^\| `([a-z/-]+)` \| (.+?) \| .+ \| .+ \|$", text, re.MULTILINE)
    assert {path for path, _ in rows} == set(tf.vega.ENDPOINTS)
    for path, cell in rows:
        names = set(re.findall(r"\b([a-z]\w*)(?=\*|,| or |$| \()", cell))
        listed = names - {"none", "needed", "int"}
        filters: dict[str, Any] = {}
        for name, how in tf.vega.ENDPOINTS[path].items():
            one = "ORDER" if name == "types" else A
            filters[name] = True if how == "flag" else [one, one] if how == "many" else one
        opening = opened(tf.vega.Stream(path, url=f"wss://node/api/v2/stream/{path}", **filters))
        assert opening.url.partition("?")[0] == f"wss://node/api/v2/stream/{path}"
        asked = set(parse_qs(urlsplit(opening.url).query))
        for first in opening.dialogue.opened(0.0):
            asked |= set(json.loads(first))
        assert listed - asked == VEGA_NOT.get(path, set()), path
        assert asked <= listed, path


def test_vega_s_addresses():
    urls = set(re.findall(r"wss://[^\s\"'`]+", seed(4)))
    assert len(urls) == 2
    for url in urls:
        node, _, path = url.partition("/api/v2/stream/")
        endpoint, _, query = path.partition("?")
        if query:  # a filter that the node would ignore: partyId?=
            with pytest.raises(tf.ConfigError, match="party_ids"):
                tf.vega.Stream(endpoint, url=url)
            party = query.partition("=")[2]
            mended = opened(tf.vega.Stream(endpoint, url=node, party_ids=[party])).url
            assert mended == f"{node}/api/v2/stream/trades?partyIds={party}"
        else:
            assert opened(tf.vega.Stream(endpoint, url=url)).url == url
