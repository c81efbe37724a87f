"""The requests of IBKR's Web API as text: what each argument asks for, and what takes a request back.

    smd+265598@NYSE+{"fields":["31","84"]}    umd+265598@NYSE+{}
    smh+265598+{"period":"1d","bar":"5min"}   umh+<the id that came with the bars>
    sor+{"filters":["Submitted"],"days":3}    uor+{}
    sbd+DU1234567+265598+NYSE                 ubd+DU1234567
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tickfold.net.subscriptions import FLAG, Item
from tickfold.schema.errors import ConfigError
from tickfold.venues.base import symbols
from tickfold.venues.ibkr.arguments import account_conids, accounts, conids, field_ids

__all__ = ["History", "Requests", "argument", "ending", "fields_of", "market_data", "topic"]

#: Unit of a period → how many of them at most.
PERIODS: Final = {"min": 30, "h": 8, "d": 1000, "w": 792, "m": 182, "y": 15}
BARS: Final = (
    "1min", "2min", "3min", "5min", "10min", "15min", "30min", "1h", "2h", "3h", "4h", "8h", "1d", "1w", "1m",
)  # fmt: skip
SOURCES: Final = ("midpoint", "trades", "bid_ask", "bid", "ask")

#: What a topic begins with → the argument that asks for it.
_ARGUMENTS: Final = {
    "smd": "quotes", "sor": "orders", "str": "fills", "spl": "pnl", "ssd": "summary", "sld": "ledger",
    "sbd": "ladders", "smh": "history",
}  # fmt: skip

_PERIOD: Final = re.compile(r"([1-9]\d{0,3})(min|[hdwmy])")
_OWN: Final = re.compile(r"s[a-z]{2}(\+.+)?")


@dataclass(frozen=True, init=False)
class History:
    """Bars of the past, asked for once on each connection; they come as Bar records. At most five may be under way.

    contract     contract id, as an int or a text
    period       how far back: 1 to 30 "min", to 8 "h", 1000 "d", 792 "w", 182 "m", 15 "y", as "1d"
    bar          how long a bar is: "1min", "2min", "3min", "5min", "10min", "15min", "30min", "1h", "2h", "3h", "4h",
                 "8h", "1d", "1w" or "1m"
    exchange     None: IBKR's own choice
    outside_rth  whether bars outside regular trading hours are wanted
    source       "trades", "midpoint", "bid_ask", "bid" or "ask"
    format       pieces of a bar, "%o/%c/%h/%l/%v"

    What is None is left out, and IBKR chooses. It answers wrong arguments with nothing: here they raise ConfigError.
    """

    contract: str
    text: str  # the request

    def __init__(
        self,
        contract: int | str,
        *,
        period: str,
        bar: str,
        exchange: str | None = None,
        outside_rth: bool | None = None,
        source: str | None = None,
        format: str | None = None,
    ) -> None:
        (name,) = conids([contract], "history")
        match = _PERIOD.fullmatch(period)
        if match is None or int(match[1]) > PERIODS[match[2]]:
            most = ", ".join(f"{count}{unit}" for unit, count in PERIODS.items())
            raise ConfigError(f'period={period!r}: give one such as "1d"; the longest are {most}')
        if bar not in BARS:
            raise ConfigError(f"bar={bar!r}: give one of {', '.join(BARS)}")
        if source is not None and source not in SOURCES:
            raise ConfigError(f"source={source!r}: give one of {', '.join(SOURCES)}")
        if format is not None and not set(format.split("/")) <= {"%o", "%c", "%h", "%l", "%v"}:
            raise ConfigError(f'format={format!r}: give pieces such as "%o/%c/%h/%l/%v"')
        asked = {
            "exchange": exchange, "period": period, "bar": bar, "outsideRth": outside_rth, "source": source,
            "format": format,
        }  # fmt: skip
        given = {key: value for key, value in asked.items() if value is not None}
        object.__setattr__(self, "contract", name)
        object.__setattr__(self, "text", f"smh+{name}+{_json(given)}")


@dataclass(frozen=True)
class Requests:
    """What goes with every request of a stream, whenever it is made: its arguments as JSON."""

    orders: str
    fills: str
    summary: str
    ledger: str

    @classmethod
    def of(
        cls,
        *,
        days: int | None,
        order_filters: Iterable[str],
        realtime_only: bool | None,
        summary_keys: Iterable[str],
        summary_fields: Iterable[str],
        ledger_keys: Iterable[str],
        ledger_fields: Iterable[str],
    ) -> "Requests":
        """Raises ConfigError for arguments that IBKR would not understand."""
        if days is not None and days not in range(1, 8):
            raise ConfigError(f"days={days}: IBKR keeps 1 to 7")
        since = {} if days is None else {"days": days}
        filters = symbols("order_filters", order_filters)
        live = {} if realtime_only is None else {"realtimeUpdatesOnly": bool(realtime_only)}
        summary = _lists(summary_keys=summary_keys, summary_fields=summary_fields)
        ledger = _lists(ledger_keys=ledger_keys, ledger_fields=ledger_fields)
        return cls(
            _json(({"filters": filters} if filters else {}) | since), _json(live | since), _json(summary), _json(ledger)
        )

    def made(
        self,
        *,
        orders: bool = False,
        fills: bool = False,
        pnl: bool = False,
        summary: Iterable[str] = (),
        ledger: Iterable[str] = (),
        ladders: Iterable[tuple[str, int | str] | tuple[str, int | str, str]] = (),
        history: Iterable[History] = (),
        requests: Iterable[str] = (),
    ) -> list[str]:
        """All requests but those of market_data(), in the order in which they are sent."""
        made = [f"sor+{self.orders}"] if orders else []
        if fills:
            made.append(f"str+{self.fills}")
        if pnl:
            made.append("spl+{}")
        made += [f"ssd+{account}+{self.summary}" for account in accounts("summary", summary)]
        made += [f"sld+{account}+{self.ledger}" for account in accounts("ledger", ledger)]
        made += [f"sbd+{'+'.join(ladder)}" for ladder in account_conids(ladders)]
        made += _histories(history)
        made += _own(requests)
        return list(dict.fromkeys(made))


def fields_of(quotes: Any, default: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Contract → the market data fields it is asked for: a list of contracts, or {contract: its own fields}."""
    if isinstance(quotes, Mapping):
        return {conids([contract])[0]: field_ids(ids) for contract, ids in quotes.items()}
    return dict.fromkeys(conids(quotes), default)


def market_data(quotes: Mapping[str, Iterable[str]]) -> list[str]:
    """The requests for the market data of these contracts."""
    return [f"smd+{contract}+{_json({'fields': list(fields)})}" for contract, fields in quotes.items()]


def topic(request: str) -> str:
    """What an error may name where it is about this request: "sor", "ssd+DU1234567"."""
    return request.partition("+{")[0]


def argument(name: str) -> Item:
    """Which argument of WebApi asks for a topic, and the key within it: ("summary", "DU1") for "ssd+DU1"."""
    verb, _, key = name.partition("+")
    return (_ARGUMENTS[verb], key or FLAG) if verb in _ARGUMENTS else ("requests", name)


def ending(request: str, *, server_id: str | None = None) -> str | None:
    """What takes a request back: "uor+{}" for "sor+{}". None where that needs an id that has not come."""
    name = topic(request)
    if name.startswith("smh"):
        return None if server_id is None else f"umh+{server_id}"
    if name.startswith("sbd+"):
        return f"ubd+{name.split('+')[1]}"
    return f"u{name[1:]}+{{}}"


def _histories(history: Iterable[History]) -> list[str]:
    if isinstance(history, History):
        raise ConfigError("history is one History: give a list of them")
    asked = list(history)
    for one in asked:
        if not isinstance(one, History):
            raise ConfigError(f'history holds {one!r}: give tf.ibkr.History(265598, period="1d", bar="5min")')
    return [one.text for one in asked]


def _own(requests: Iterable[str]) -> list[str]:
    """Requests of the user's own. What does anything but subscribe would be done again on every connection."""
    texts = symbols("requests", requests)
    for text in texts:
        if not _OWN.fullmatch(text) or not text.isprintable():
            raise ConfigError(
                f"requests holds {text!r}: give requests that subscribe, which begin with s and two letters, such as "
                '"smd+265598+{…}": they are sent on every connection, and taken back with u in place of s'
            )
    return list(texts)


def _lists(**named: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those of the lists that are given, under the last part of their names: keys, fields."""
    lists = {name.rpartition("_")[2]: symbols(name, items) for name, items in named.items()}
    return {name: items for name, items in lists.items() if items}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
