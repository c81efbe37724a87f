"""Mistakes are met at once, with words that name what is wrong and what to write instead."""

import asyncio
import copy
import pickle
import re
import ssl
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tickfold as tf
from tickfold.net.faults import connect_error

KEYS = {"key": "K", "secret": "S"}
Q = ["AAPL"]


def data(feed: str = "v2/iex", **arguments: Any) -> tf.alpaca.MarketData:
    return tf.alpaca.MarketData(feed, **{"quotes": Q, **KEYS, **arguments})


def ibkr(**arguments: Any) -> tf.ibkr.WebApi:
    return tf.ibkr.WebApi(**{"orders": True, **arguments})


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        # arguments
        (lambda: data(quote=Q), TypeError, "no argument 'quote': did you mean quotes"),
        (lambda: tf.alpaca.MarketData("v2/iex", quote=Q, **KEYS), TypeError, "'quote': did you mean quotes"),  # type: ignore[call-arg]
        (lambda: data(trade=Q), TypeError, "'trade': did you mean trades"),
        (lambda: data(timeout=5), TypeError, "'timeout': did you mean .*ready_timeout"),
        (lambda: data(zzzzzz=5), TypeError, "no argument 'zzzzzz'$"),
        (lambda: tf.alpaca.Trading(papr=True, **KEYS), TypeError, "'papr': did you mean paper"),  # type: ignore[call-arg]
        (lambda: ibkr(positions=True), TypeError, "'positions': this websocket has none; the fields 73 to 80"),
        (lambda: ibkr(account="DU1"), TypeError, "'account': .* all accounts"),
        (lambda: tf.etna.Quotes("wss://h", user="u", password="p", securitys=[1]), TypeError, "mean securities"),  # type: ignore[call-arg]
        # what is subscribed
        (lambda: data(quotes="AAPL"), tf.ConfigError, r'give a list, quotes=\["AAPL"\]'),
        (lambda: data(quotes=[123]), tf.ConfigError, "quotes holds 123, which is no text but int"),
        (lambda: data(quotes=["AAPL "]), tf.ConfigError, "without blanks"),
        (lambda: data(quotes=["aapl"]), tf.ConfigError, "'aapl': .* in capitals, 'AAPL'"),
        (lambda: data("v1beta3/crypto/us", quotes=["eth/usd"]), tf.ConfigError, "'ETH/USD'"),
        (lambda: data(quotes=[]), tf.ConfigError, r'nothing is subscribed: give quotes=\["AAPL"\]'),
        (lambda: data(orderbooks=["A"]), tf.ConfigError, "v2/iex has no orderbooks: it has quotes, trades"),
        (lambda: ibkr(quotes=["AAPL"]), tf.ConfigError, "by contract id, such as 265598"),
        (lambda: ibkr(quotes=[1], fields=["bid"]), tf.ConfigError, r"such as 31 \(last\)"),
        # feeds and addresses
        (lambda: data("iex"), tf.ConfigError, "the feed 'iex' has no version: give \"v2/iex\""),
        (lambda: data("crypto/us"), tf.ConfigError, 'give "v1beta3/crypto/us"'),
        (lambda: data("stocks"), tf.ConfigError, 'give its whole path, such as "v2/iex"'),
        (lambda: data(""), tf.ConfigError, "feed is empty"),
        (lambda: data(url="127.0.0.1:9101/v2/iex"), tf.ConfigError, 'no scheme: .* as "wss://127.0.0.1:9101/v2/iex"'),
        (lambda: data(url="localhost:9101"), tf.ConfigError, 'as "wss://localhost:9101"'),
        (lambda: data(url="http://h/v2/iex"), tf.ConfigError, "write ws:// or wss:// in place of http://"),
        (lambda: data(url="https://h/v2/iex"), tf.ConfigError, "write wss:// in place of https://"),
        (lambda: data(url="wss://h/stream"), tf.ConfigError, "trading updates, which tf.alpaca.Trading"),
        (lambda: tf.alpaca.Trading(url="wss://h/v2/iex", **KEYS), tf.ConfigError, "market data .*come from /stream"),
        (lambda: ibkr(url="wss://h/v1/portal/ws"), tf.ConfigError, "tf.ibkr.Portal"),
        (lambda: tf.ibkr.Portal("wss://h/v1/api/ws", accounts=["D1"]), tf.ConfigError, "tf.ibkr.WebApi"),
        (lambda: tf.vega.Stream("trades", url="node:3008"), tf.ConfigError, 'as "wss://node:3008"'),
        (lambda: tf.vega.Stream("trade", url="wss://node"), tf.ConfigError, "the endpoints are .*trades"),
        # credentials
        (lambda: data(secret=None), tf.ConfigError, "secret is missing"),
        # engines
        (lambda: tf.Engine(), tf.ConfigError, "no stream: give at least one"),
        (lambda: tf.Engine([data()]), tf.ConfigError, r"not a list: tf.Engine\(\*streams\)"),  # type: ignore[arg-type]
        (lambda: tf.Engine("alpaca"), tf.ConfigError, "'alpaca' is no stream: make one of tf.alpaca"),  # type: ignore[arg-type]
        (lambda: tf.Engine(data(), reconnect=False), tf.ConfigError, "give a tf.Backoff, or None"),  # type: ignore[arg-type]
        (lambda: tf.Engine(data(), data()), tf.ConfigError, "2 streams are called"),
        (lambda: tf.decoder("alpaca"), tf.ConfigError, "the streams are alpaca.data"),
        # callbacks
        (lambda: tf.decoder("ibkr").on("quote", print), TypeError, "'quote' is no record class"),  # type: ignore[call-overload]
        (lambda: tf.decoder("ibkr").on(print), TypeError, r"write @engine.on\(tf.Quote\)"),  # type: ignore[call-overload]
        (lambda: tf.decoder("ibkr").on(tf.Quote, print, changed=["bidd"]), tf.ConfigError, "no field 'bidd'; it has"),
        # records and rows
        (lambda: pickle.dumps(tf.decoder("ibkr").state), TypeError, "a State cannot be pickled"),
        (lambda: copy.copy(tf.decoder("ibkr").state), TypeError, "Copy rows"),
        (lambda: tf.decoder("ibkr").quotes[1.5], TypeError, "its symbol or as"),  # type: ignore[index]
        (lambda: tf.decoder("ibkr").orders[None], TypeError, "found by texts"),  # type: ignore[index]
        (lambda: tf.Quote(bidd=1), TypeError, "bidd"),
    ],
)  # fmt: skip
def test_a_mistake_is_met_with_words(
    make: Callable[[], Any], error: type[Exception], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("APCA_API_KEY_ID", "APCA_API_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(error, match=words) as caught:
        make()
    assert not str(caught.value).rstrip().endswith(":")


def test_a_url_without_a_scheme_keeps_its_secrets() -> None:
    with pytest.raises(tf.ConfigError) as caught:
        data(url="user:pass@host/v2/iex?token=t")
    assert "pass" not in str(caught.value)
    with pytest.raises(tf.ConfigError) as caught:
        data(url="host/v2/iex?token=sesame")
    assert "sesame" not in str(caught.value)


def test_a_feed_of_one_s_own_and_new_ones_are_taken() -> None:
    assert data("v3/new").url.endswith("/v3/new")
    assert data("v2/iex", url="ws://127.0.0.1:9/v2/iex").url == "ws://127.0.0.1:9/v2/iex"
    assert data(quotes=["BRK.B", "*"]).channels


def test_a_callback_is_called_once_for_a_record(caplog: pytest.LogCaptureFixture) -> None:
    """Where it is registered twice by mistake, the log says so."""
    decoder = tf.decoder("alpaca.data")
    seen: list[Any] = []
    decoder.on(tf.Quote, seen.append)
    assert caplog.messages == []
    for kind in (tf.Quote, tf.Record):
        decoder.on(kind, seen.append)
    assert [text.partition(":")[0] for text in caplog.messages] == ["on(Quote)", "on(Record)"]
    assert "registered already" in caplog.text
    decoder.feed(b'[{"T":"q","S":"A","bp":1,"ap":2}]')
    assert len(seen) == 1
    decoder.on(tf.Quote, seen.append, changed=["bid"])  # another condition
    decoder.feed(b'[{"T":"q","S":"A","bp":3,"ap":2}]')
    assert len(seen) == 3
    decoder.off(seen.append)
    decoder.feed(b'[{"T":"q","S":"A","bp":4,"ap":2}]')
    assert len(seen) == 3


def test_tls_to_a_port_without_it() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes) -> None:
        await reader.read(100)
        writer.write(answer)
        if not answer:
            writer.transport.abort()
        writer.close()

    async def run(answer: bytes) -> None:
        server = await asyncio.start_server(lambda r, w: plain(r, w, answer), "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with tf.Engine(data(url=f"wss://127.0.0.1:{port}/v2/iex"), reconnect=None) as engine:
                await engine.wait_ready(10)

    for answer in (b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"):
        with pytest.raises((tf.ConnectError, tf.TlsError), match="write ws:// in place of wss://"):
            asyncio.run(run(answer))


def test_what_is_not_there_is_named() -> None:
    from picows import WSHandshakeError

    class Response:
        status = 404
        headers: dict[str, str] = {}  # noqa: RUF012

    refused = WSHandshakeError("x")
    refused.response = Response()
    text = str(connect_error(refused, "host:443", 1.0, path="/v2/iexx"))
    assert "the upgrade of /v2/iexx was answered with HTTP 404; there is nothing at this path" in text
    wrong = ssl.SSLError(1, "x")
    wrong.reason = "WRONG_VERSION_NUMBER"
    assert "ws:// in place of wss://" in str(connect_error(wrong, "host:443", 1.0))


# ---- rows are found by what a user has at hand


def smd(conid: int, exchange: str = "", **fields: Any) -> str:
    name = f"{conid}@{exchange}" if exchange else f"{conid}"
    extra = "".join(f',"{key}":"{value}"' for key, value in fields.items())
    return f'{{"topic":"smd+{name}","conid":{conid},"conidEx":"{name}"{extra}}}'


def test_quotes_are_found_by_number_and_by_ticker() -> None:
    decoder = tf.decoder("ibkr")
    decoder.feed(smd(265598, **{"31": "1.5", "55": "AAPL", "7289": "3T"}))
    decoder.feed(smd(8894, **{"31": "63", "55": "KO", "74": "60", "76": "5"}))
    for key in (265598, "265598", "AAPL", ("ibkr", "AAPL"), ("ibkr", 265598)):
        assert decoder.quotes[key].last == 1.5
        assert key in decoder.quotes
    assert decoder.state.stats["AAPL"].market_cap == 3e12
    assert decoder.quotes.get("MSFT") is None
    assert decoder.quotes.get("") is None
    assert decoder.quotes.get("A" * 40) is None
    assert decoder.positions["", "KO"].qty == decoder.positions["", 8894].qty == 5
    state = decoder.state
    tf.decoder("alpaca.data", state=state, label="a").feed(b'[{"T":"q","S":"MSFT","bp":5},{"T":"q","S":"KO","bp":6}]')
    assert state.quotes["MSFT"].bid == 5
    assert state.quotes["KO"].bid == 6  # a symbol goes before a ticker
    assert state.quotes["ibkr", "KO"].last == 63
    assert state.quotes.get("GE") is None
    decoder.feed(smd(7, **{"31": "9"}))
    assert state.quotes.get("GE") is None
    decoder.feed(smd(7, **{"55": "GE"}))
    assert state.quotes["GE"].last == 9
    decoder.feed(smd(265598, "NYSE", **{"31": "1.6", "55": "AAPL"}))
    with pytest.raises(tf.AmbiguousError, match=r"ticker of 2 instruments: ask for one of '265598', '265598@NYSE'"):
        decoder.quotes["AAPL"]
    assert decoder.quotes["265598@NYSE"].last == 1.6


def test_orders_are_found_by_number_and_without_an_account() -> None:
    decoder = tf.decoder("ibkr")
    decoder.feed('{"topic":"sor","args":[{"acct":"DU1","orderId":7,"totalSize":5}]}')
    assert decoder.orders[7].qty == decoder.orders["DU1", 7].qty == 5
    trading = tf.decoder("alpaca.trading")
    trading.feed('{"stream":"trade_updates","data":{"event":"new","order":{"id":"o","qty":"5","status":"new"}}}')
    order = trading.orders["o"]
    assert trading.orders[order.account, order.order_id].qty == 5
    etna = tf.decoder("etna")
    etna.feed('{"EntityType":"Position","Id":"1","AccountId":"140","SecurityId":"4","Symbol":"KO","Quantity":"5"}')
    assert etna.positions["140", "KO"].qty == etna.positions["140", 4].qty == etna.positions[140, "4"].qty == 5


def test_a_balance_is_found_by_its_account_and_currency() -> None:
    decoder = tf.decoder("ibkr")
    decoder.feed('{"topic":"ssd+U1","result":[{"key":"BuyingPower","currency":"USD","monetaryValue":9}]}')
    assert decoder.balances.get(("U1", "USD")) is None  # a figure with a name is found by its name
    assert decoder.balances["U1", "USD", "BuyingPower"].total == 9
    decoder.feed('{"topic":"sld+U1","result":[{"key":"LedgerListUSD","cashbalance":5}]}')
    assert decoder.balances["U1", "USD"].cash == decoder.balances["U1"].cash == 5
    assert decoder.balances["U1", "USD", "", "ledger"].cash == 5
    decoder.feed('{"topic":"sld+U1","result":[{"key":"LedgerListEUR","cashbalance":6}]}')
    assert decoder.balances["U1", "EUR"].cash == 6
    with pytest.raises(tf.AmbiguousError, match=r"beginning of 2 keys of balances: \('U1', 'EUR', '', 'ledger', ''\)"):
        decoder.balances["U1"]


def test_the_exchange_of_a_contract_is_told() -> None:
    decoder = tf.decoder("ibkr")
    quote, instrument = decoder.decode(smd(1, "ISLAND", **{"31": "1"}))
    assert (quote.symbol, instrument.symbol, instrument.contract) == ("1@ISLAND", "1@ISLAND", "1@ISLAND")
    assert [type(one).__name__ for one in decoder.decode(smd(1, "ISLAND", **{"31": "2"}))] == ["Quote"]
    assert [type(one).__name__ for one in decoder.decode(smd(1, **{"31": "2"}))] == ["Quote"]
    kept = tf.decoder("ibkr", extra=["conidEx"]).decode(smd(1, "ISLAND", **{"31": "1"}))
    assert kept[0].extra["conidEx"] == kept[1].contract == "1@ISLAND"
    (instrument,) = tf.decoder("ibkr").decode('{"topic":"smd+1","7094":"1@SMART"}')[-1:]
    assert instrument.contract == "1@SMART"


def test_symbols_can_be_listed() -> None:
    decoder = tf.decoder("alpaca.data")
    decoder.feed(b'[{"T":"q","S":"AAPL","bp":1},{"T":"q","S":"KO","bp":2}]')
    assert list(decoder.symbols) == ["AAPL", "KO"]
    assert "KO" in decoder.symbols
    rows = decoder.quotes.array
    assert np.asarray(decoder.symbols)[rows["symbol"]].tolist() == ["AAPL", "KO"]


def test_an_error_of_a_topic_that_nobody_knows_is_an_error() -> None:
    for stream, text in (
        ("ibkr", '{"error":"Unknown topic","code":404,"topic":"xyz+1"}'),
        ("ibkr", '{"topic":"xyz","error":"Unknown topic"}'),
        ("ibkr.portal", '{"error":"Unknown topic","topic":"xyz"}'),
        ("alpaca.trading", '{"stream":"xyz","error":"Unknown topic"}'),
    ):
        (error,) = tf.decoder(stream).decode(text)
        assert (type(error).__name__, error.source, error.text) == ("Error", tf.ErrorSource.VENUE, "Unknown topic")
        assert re.match("xyz", error.topic)
    (raw,) = tf.decoder("ibkr").decode('{"topic":"xyz","result":"x"}')
    assert isinstance(raw, tf.Raw)
