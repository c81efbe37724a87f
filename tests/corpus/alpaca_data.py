"""Alpaca market data: what ../shared documents of docs.alpaca.markets and the official SDKs show."""

from tickfold.schema.enums import BarClass, BookAction, ErrorSource, Side, StatusScope, TradeAction

from . import Message, message, ns, want

T = "2024-08-06T14:02:11.900412301Z"
NS = ns(T)
STATUS = {"scope": StatusScope.SYMBOL}

TRADE = message(
    "stock trade",
    [{"T": "t", "S": "QQQ", "i": 71675, "x": "P", "p": 481.07, "s": 3, "c": ["@", "I"], "z": "B", "t": T, "r": T}],
    want(
        "Trade",
        "QQQ",
        NS,
        trade_id="71675",
        exchange="P",
        price="481.07",
        size="3",
        conditions="@I",
        tape="B",
        ts_received=NS,
    ),
)
QUOTE = message(
    "stock quote",
    '[{"T":"q","S":"QQQ","bx":"Q","bp":481.05,"bs":2,"ax":"P","ap":481.08,"as":9,"c":["R"],"z":"B",'
    f'"t":"2024-08-06T14:02:11.91Z","r":"{T}"}}]',
    want(
        "Quote",
        "QQQ",
        ns("2024-08-06T14:02:11.91Z"),
        bid_exchange="Q",
        bid="481.05",
        bid_size="2",
        ask_exchange="P",
        ask="481.08",
        ask_size="9",
        conditions="R",
        tape="B",
        ts_received=NS,
    ),
)
BAR = {"o": 388.985, "h": 389.13, "l": 388.975, "c": 389.12, "v": 49378, "n": 461, "vw": 389.062639}
BAR_WANT = {
    "open": "388.985",
    "high": "389.13",
    "low": "388.975",
    "close": "389.12",
    "volume": "49378",
    "trade_count": 461,
    "vwap": "389.062639",
}
CORRECTION = message(
    "correction",
    [
        {
            "T": "c",
            "S": "EEM",
            "x": "M",
            "oi": 52983525033527,
            "op": 39.1582,
            "os": "440000",
            "oc": [" ", "7"],
            "ci": 52983525034326,
            "cp": 39.1809,
            "cs": 440000,
            "cc": [" ", "7"],
            "z": "B",
            "t": "2023-04-06T14:25:06.542305024Z",
        }
    ],
    want(
        "Trade",
        "EEM",
        ns("2023-04-06T14:25:06.542305024Z"),
        exchange="M",
        orig_trade_id="52983525033527",
        orig_price="39.1582",
        orig_size="440000",
        orig_conditions=" 7",
        trade_id="52983525034326",
        price="39.1809",
        size="440000",
        conditions=" 7",
        tape="B",
        action=TradeAction.CORRECTION,
    ),
)
BOOK_NS = ns("2024-03-12T10:38:50.79613221Z")
LEVEL = {"action": BookAction.SET}
CRYPTO_BOOK = message(
    "crypto book, whole",
    '[{"T":"o","S":"BTC/USD","t":"2024-03-12T10:38:50.79613221Z","b":[{"p":71859.53,"s":0.27994},{"p":71849.4,"s":0.553}],'
    '"a":[{"p":71939.7,"s":0.83953}],"r":true}]',
    want("BookLevel", "BTC/USD", BOOK_NS, action=BookAction.RESET),
    want("BookLevel", "BTC/USD", BOOK_NS, **LEVEL, side=Side.BUY, price="71859.53", size="0.27994"),
    want("BookLevel", "BTC/USD", BOOK_NS, **LEVEL, side=Side.BUY, price="71849.4", size="0.553"),
    want("BookLevel", "BTC/USD", BOOK_NS, **LEVEL, side=Side.SELL, price="71939.7", size="0.83953"),
)
OPTION_TRADE = message(
    "option trade",
    [{"T": "t", "S": "SPY251219P00650000", "t": "2024-08-06T14:02:11.9Z", "p": 84.71, "s": 1, "x": "C", "c": "S"}],
    want(
        "Trade",
        "SPY251219P00650000",
        ns("2024-08-06T14:02:11.9Z"),
        price="84.71",
        size="1",
        exchange="C",
        conditions="S",
    ),
)
OPTION_QUOTE = message(
    "option quote",
    [
        {
            "T": "q",
            "S": "SPXW240327P04925000",
            "t": "2024-08-06T14:02:11Z",
            "bx": "C",
            "bp": 9.46,
            "bs": 53,
            "ax": "A",
            "ap": 9.66,
            "as": 38,
            "c": "A",
        }
    ],
    want(
        "Quote",
        "SPXW240327P04925000",
        ns("2024-08-06T14:02:11Z"),
        bid_exchange="C",
        bid="9.46",
        bid_size="53",
        ask_exchange="A",
        ask="9.66",
        ask_size="38",
        conditions="A",
    ),
)
NEWS = message(
    "news",
    '[{"T":"n","id":24918784,"headline":"Corsair Reports Purchase Of Majority Ownership In iDisplay",'
    '"summary":"Corsair\\u2019s statement","author":"Benzinga Newsdesk",'
    '"created_at":"2022-01-05T22:00:37Z","updated_at":"2022-01-05T22:00:38Z",'
    '"url":"https://www.benzinga.com/x","content":"\\u003cp\\u003eCorsair &amp; co\\u003c/p\\u003e",'
    '"symbols":["CRSR","BTCUSD"],"source":"benzinga"}]',
    want(
        "News",
        None,
        ns("2022-01-05T22:00:38Z"),
        news_id="24918784",
        headline="Corsair Reports Purchase Of Majority Ownership In iDisplay",
        summary="Corsair\u2019s statement",
        author="Benzinga Newsdesk",
        ts_created=ns("2022-01-05T22:00:37Z"),
        ts_updated=ns("2022-01-05T22:00:38Z"),
        url="https://www.benzinga.com/x",
        content="<p>Corsair &amp; co</p>",
        symbols='["CRSR","BTCUSD"]',
        source="benzinga",
    ),
)

MESSAGES: list[Message] = [
    TRADE,
    QUOTE,
    *(
        message(
            f"stock {name} bar",
            [{"T": kind, "S": "SPY", **BAR, "t": "2021-02-22T19:15:00Z"}],
            want(
                "Bar", "SPY", ns("2021-02-22T19:15:00Z"), **BAR_WANT, bar_class=bar_class, interval=interval, **complete
            ),
        )
        for kind, name, bar_class, interval, complete in (
            ("b", "minute", BarClass.MINUTE, 60, {"complete": True}),
            ("u", "updated", BarClass.UPDATED, 60, {"complete": True}),
            ("d", "daily", BarClass.DAILY, 86400, {}),
        )
    ),
    message(
        "bar of old captures",
        '[{"T":"b","S":"SPY","o":388.9,"h":389,"l":388,"c":389.1,"v":49378,"t":"2021-02-22T19:15:00Z"}]',
        want(
            "Bar",
            "SPY",
            ns("2021-02-22T19:15:00Z"),
            open="388.9",
            high="389",
            low="388",
            close="389.1",
            volume="49378",
            bar_class=BarClass.MINUTE,
            interval=60,
            complete=True,
        ),
    ),
    CORRECTION,
    message(
        "cancel",
        [
            {
                "T": "x",
                "S": "GOOGL",
                "i": 465,
                "x": "D",
                "p": 105.31,
                "s": 300,
                "a": "C",
                "z": "C",
                "t": "2023-04-06T13:15:42.83540958Z",
            }
        ],
        want(
            "Trade",
            "GOOGL",
            ns("2023-04-06T13:15:42.83540958Z"),
            orig_trade_id="465",
            exchange="D",
            price="105.31",
            size="300",
            trade_type="C",
            tape="C",
            action=TradeAction.CANCEL,
        ),
    ),
    message(
        "status",
        [
            {
                "T": "s",
                "S": "AAPL",
                "sc": "H",
                "sm": "Trading Halt",
                "rc": "T12",
                "rm": "Trading Halted; For information requested by NASDAQ",
                "z": "C",
                "t": "2021-02-22T19:15:00Z",
            }
        ],
        want(
            "Status",
            "AAPL",
            ns("2021-02-22T19:15:00Z"),
            code="H",
            text="Trading Halt",
            reason="T12",
            reason_text="Trading Halted; For information requested by NASDAQ",
            tape="C",
            **STATUS,
        ),
    ),
    message(
        "limits",
        [{"T": "l", "S": "IONM", "u": 3.24, "d": 2.65, "i": "B", "z": "C", "t": "2023-04-06T13:34:45.565004401Z"}],
        want(
            "Status",
            "IONM",
            ns("2023-04-06T13:34:45.565004401Z"),
            limit_up="3.24",
            limit_down="2.65",
            indicator="B",
            tape="C",
            code="LULD",
            **STATUS,
        ),
    ),
    message(
        "imbalance",
        [{"T": "i", "S": "INAQU", "p": 9.12, "z": "C", "t": "2024-12-13T19:58:09.242138635Z"}],
        want(
            "Status", "INAQU", ns("2024-12-13T19:58:09.242138635Z"), price="9.12", tape="C", code="IMBALANCE", **STATUS
        ),
    ),
    message(
        "crypto trade",
        '[{"T":"t","S":"ETH/USD","p":1999.65,"s":29.205707815,"t":"2024-03-12T10:27:48.858228144Z","i":3447222699101865076,'
        '"tks":"S","x":"CBSE"}]',
        want(
            "Trade",
            "ETH/USD",
            ns("2024-03-12T10:27:48.858228144Z"),
            price="1999.65",
            size="29.205707815",
            trade_id="3447222699101865076",
            side=Side.SELL,
            exchange="CBSE",
        ),
    ),
    message(
        "crypto quote",
        '[{"T":"q","S":"BTC/USD","bp":71843.7,"bs":0.27994,"ap":71939.7,"as":1e-7,"t":"2024-03-12T10:29:43.1Z","x":"CBSE"}]',
        want(
            "Quote",
            "BTC/USD",
            ns("2024-03-12T10:29:43.1Z"),
            bid="71843.7",
            bid_size="0.27994",
            ask="71939.7",
            ask_size="1E-7",
        ),
    ),
    message(
        "crypto bar without trades",
        '[{"T":"b","S":"BTC/USD","o":71856.1435,"h":71856.1435,"l":71856.1435,"c":71856.1435,"v":0,"n":0,"vw":0,'
        '"t":"2024-03-12T10:37:00Z","x":"CBSE"}]',
        want(
            "Bar",
            "BTC/USD",
            ns("2024-03-12T10:37:00Z"),
            open="71856.1435",
            high="71856.1435",
            low="71856.1435",
            close="71856.1435",
            volume="0",
            trade_count=0,
            vwap="0",
            bar_class=BarClass.MINUTE,
            interval=60,
            complete=True,
        ),
    ),
    CRYPTO_BOOK,
    message(
        "crypto book, change",
        '[{"T":"o","S":"ETH/USD","t":"2024-03-12T10:38:51Z","b":[],"a":[{"p":1999.65,"s":0}],"x":"CBSE"}]',
        want(
            "BookLevel",
            "ETH/USD",
            ns("2024-03-12T10:38:51Z"),
            action=BookAction.DELETE,
            side=Side.SELL,
            price="1999.65",
            size="0",
        ),
    ),
    message(
        "perpetual",
        [
            {
                "T": "p",
                "S": "BTC-PERP",
                "t": "2024-12-13T19:58:09Z",
                "x": "x",
                "ip": 100.5,
                "mp": 100.625,
                "fr": -0.0001,
                "oi": 1234.5,
                "ft": "2024-12-13T20:00:00Z",
            }
        ],
        want(
            "Stats",
            "BTC-PERP",
            ns("2024-12-13T19:58:09Z"),
            index_price="100.5",
            funding_rate="-0.0001",
            futures_interest="1234.5",
            ts_funding=ns("2024-12-13T20:00:00Z"),
        ),
        want("Quote", "BTC-PERP", ns("2024-12-13T19:58:09Z"), mark="100.625"),
    ),
    OPTION_TRADE,
    OPTION_QUOTE,
    NEWS,
    message(
        "news without text",
        '[{"T":"n","id":1,"headline":"h","summary":"","author":"a","created_at":"2022-01-05T22:00:37Z",'
        '"updated_at":"2022-01-05T22:00:37Z","url":null,"content":"","symbols":[],"source":"benzinga"}]',
        want(
            "News",
            None,
            ns("2022-01-05T22:00:37Z"),
            news_id="1",
            headline="h",
            summary="",
            author="a",
            ts_created=ns("2022-01-05T22:00:37Z"),
            ts_updated=ns("2022-01-05T22:00:37Z"),
            content="",
            symbols="[]",
            source="benzinga",
        ),
    ),
    message("connected", [{"T": "success", "msg": "connected"}], want("Ack", action="connected", ok=True)),
    message("authenticated", [{"T": "success", "msg": "authenticated"}], want("Ack", action="authenticated", ok=True)),
    message(
        "subscription",
        '[{"T":"subscription","trades":["AAPL"],"quotes":["AMD","CLDR"],"bars":["*"],"updatedBars":[],"dailyBars":["VOO"],'
        '"statuses":["*"],"lulds":[],"imbalances":["INAQU"],"corrections":["AAPL"],"cancelErrors":["AAPL"],"orderbooks":["*"],'
        '"news":["*"]}]',
        want(
            "Ack",
            ok=True,
            action="subscription",
            text='{"T":"subscription","trades":["AAPL"],"quotes":["AMD","CLDR"],"bars":["*"],"updatedBars":[],'
            '"dailyBars":["VOO"],"statuses":["*"],"lulds":[],"imbalances":["INAQU"],"corrections":["AAPL"],'
            '"cancelErrors":["AAPL"],"orderbooks":["*"],"news":["*"]}',
        ),
    ),
    message(
        "error",
        [{"T": "error", "code": 406, "msg": "connection limit exceeded"}],
        want("Error", code=406, fatal=False, text="connection limit exceeded", source=ErrorSource.VENUE),
    ),
]
