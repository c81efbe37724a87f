"""Alpaca's streams: market data (`v2/iex`, `v2/sip`, `v1beta3/crypto/us` …) and trading updates.

    engine = tf.Engine(tf.alpaca.MarketData("v2/iex", quotes=["AAPL"], trades=["*"]), tf.alpaca.Trading(paper=True))
"""

import base64
import json
import re
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack
from urllib.parse import urlsplit

from tickfold.engine.records import Ack, Error, ErrorSource
from tickfold.net.subscriptions import Subscriptions, among, named
from tickfold.schema.errors import AuthError, ConfigError, ConnectError, LimitError, cooled
from tickfold.venues.alpaca.credentials import Credentials
from tickfold.venues.alpaca.encoding import CONTENT_TYPE, Encode, encoding_of
from tickfold.venues.answers import LISTED_WITHIN
from tickfold.venues.base import (
    Asked,
    Change,
    Dialogue,
    Liveness,
    Opening,
    Pair,
    Said,
    Stream,
    StreamOptions,
    header_text,
    quoted,
    symbols,
    with_path,
)

__all__ = ["MarketData"]

HOST = "wss://stream.data.alpaca.markets"

#: The official clients ping every 10 s. Outside market hours silence is normal: only pongs tell life from death.
LIVENESS = Liveness(ping_after=10.0, dead_after=20.0)

#: Kind of feed → what can be subscribed.
CHANNELS = {
    "stocks": ("quotes", "trades", "bars", "updated_bars", "daily_bars", "statuses", "lulds", "imbalances"),
    "crypto": ("quotes", "trades", "bars", "updated_bars", "daily_bars", "orderbooks"),
    "perpetuals": ("pricing", "quotes", "trades", "bars", "updated_bars", "daily_bars", "orderbooks"),
    "options": ("quotes", "trades"),
    "news": ("news",),
}
#: Those that Alpaca writes otherwise.
_WIRE = {"updated_bars": "updatedBars", "daily_bars": "dailyBars"}
_NAMES = {wire: name for name, wire in _WIRE.items()}
_EXAMPLE = {
    "stocks": "AAPL", "crypto": "ETH/USD", "perpetuals": "BTC-PERP", "options": "SPY251219P00650000", "news": "*",
}  # fmt: skip

_ARGUMENTS = frozenset(name for names in CHANNELS.values() for name in names)

#: Seconds after which what the venue has left out is asked for again: at first, at most.
AGAIN = 1.0, 60.0

#: Error codes after which another attempt with the same credentials and requests is of no use.
FATAL = {
    402: "the key or secret is wrong, or the feed is not in the account's plan",
    408: "the account has no access to v2",
    409: "the feed or a channel is not in the account's plan",
    411: "the OAuth token lacks the scope `data`",
    412: "this feed speaks MessagePack only",
}
#: Error codes after which the venue closes, or cannot go on, and another attempt is of use → seconds to stay away:
#: 406, the venue has not yet noticed that an earlier connection is gone; 407, we were too slow for it.
PASSING = {404: None, 406: 10.0, 407: 3.0, 500: None}

#: Error codes that may answer a change of the subscriptions; the connection goes on.
_OF_REQUESTS = {400, 405, 409, 410, 412, 413}

#: Bytes of one subscribe message; longer lists are split (the official Python client does not pass 32 KiB frames).
_MESSAGE_BYTES = 30_000


@dataclass(frozen=True, init=False, eq=False, repr=False)
class MarketData(Stream):
    """A market data stream.

    feed         path of the feed: "v2/iex", "v2/sip", "v2/test", "v1beta3/crypto/us", "v1beta1/opra", "v1beta1/news" …
    quotes, trades, bars, updated_bars, daily_bars, statuses, lulds, imbalances, orderbooks, pricing, news
                 symbols, or ["*"] for all; which of them a feed has: see CHANNELS. Corrections and cancels come with
                 trades; pricing is that of perpetuals
    key, secret  of the API; where nothing is given, the environment's APCA_API_KEY_ID and APCA_API_SECRET_KEY, read
                 anew before each attempt
    credentials  (key, secret) instead, or a callable that returns them, asked anew before each attempt; may be a
                 coroutine function
    token        of an OAuth application, instead of key and secret, or a callable that returns it
    auth         how they are told: "message", in the dialogue; "headers", with the upgrade request; "basic", with it as
                 the Broker API wants them (RFC 7617)
    encoding     "json" or "msgpack"; None is JSON but for options, which come in MessagePack only
    url          instead of Alpaca's own host, as for the sandbox ("wss://stream.data.sandbox.alpaca.markets") or a
                 simulated venue; one that names no more than the host keeps the feed's path
    options      see StreamOptions
    """

    table: ClassVar[str] = "alpaca.data"
    by_symbol: ClassVar[Mapping[str, str]] = {
        "quotes": "Quote", "trades": "Trade", "bars": "Bar", "updated_bars": "Bar", "daily_bars": "Bar",
        "orderbooks": "BookLevel", "pricing": "Quote",
    }  # fmt: skip

    feed: str
    channels: tuple[tuple[str, tuple[str, ...]], ...]
    auth: Literal["message", "headers", "basic"]
    encoding: Literal["json", "msgpack"]
    _credentials: Credentials

    def __init__(
        self,
        feed: str = "v2/iex",
        *,
        quotes: Iterable[str] = (),
        trades: Iterable[str] = (),
        bars: Iterable[str] = (),
        updated_bars: Iterable[str] = (),
        daily_bars: Iterable[str] = (),
        statuses: Iterable[str] = (),
        lulds: Iterable[str] = (),
        imbalances: Iterable[str] = (),
        orderbooks: Iterable[str] = (),
        pricing: Iterable[str] = (),
        news: Iterable[str] = (),
        key: str | None = None,
        secret: str | None = None,
        credentials: Pair | Asked[Pair] | None = None,
        token: str | Asked[str] | None = None,
        auth: Literal["message", "headers", "basic"] = "message",
        encoding: Literal["json", "msgpack"] | None = None,
        url: str | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        feed = feed.strip("/")
        if not feed:
            raise ConfigError('feed is empty: give a path such as "v2/iex"')
        kind = kind_of(feed)
        _check_version(feed)
        address = with_path(HOST if url is None else url, f"/{feed}")
        if urlsplit(address).path == "/stream":
            raise ConfigError("the URL is that of trading updates, which tf.alpaca.Trading listens to")
        super().__init__(address, f"alpaca {feed}", LIVENESS, options)
        if encoding is None:
            encoding = "msgpack" if kind == "options" else "json"
        elif kind == "options" and encoding == "json":
            raise ConfigError(f'{feed}: options come in MessagePack only; leave encoding out, or give "msgpack"')
        encoding_of(encoding)
        if auth not in ("message", "headers", "basic"):
            raise ConfigError(f'auth={auth!r}: give "message", "headers" or "basic"')
        given = Credentials(key, secret, credentials, token)
        if given.is_token and auth == "basic":
            raise ConfigError('auth="basic" is for key and secret: a token goes with auth="message" or auth="headers"')
        wanted = {
            "trades": trades, "quotes": quotes, "bars": bars, "updated_bars": updated_bars, "daily_bars": daily_bars,
            "statuses": statuses, "lulds": lulds, "imbalances": imbalances, "orderbooks": orderbooks,
            "pricing": pricing, "news": news,
        }  # fmt: skip
        channels = tuple((name, names) for name, items in wanted.items() if (names := symbols(name, items)))
        _check(feed, kind, channels)
        self._put(
            feed=feed,
            channels=tuple((_WIRE.get(name, name), names) for name, names in channels),
            auth=auth,
            encoding=encoding,
            _credentials=given,
        )

    async def open(self, *, again: bool) -> Opening:
        key, secret = await self._credentials.asked()
        encode = encoding_of(self.encoding)
        headers = dict(CONTENT_TYPE[self.encoding])
        message = None
        if self.auth == "message":
            message = encode({"action": "auth", "key": "oauth" if key is None else key, "secret": secret})
        elif key is None:
            headers["Authorization"] = f"Bearer {secret}"
        elif self.auth == "basic":
            headers["Authorization"] = f"Basic {base64.b64encode(f'{key}:{secret}'.encode()).decode()}"
        else:
            headers["APCA-API-KEY-ID"] = header_text(key, "the key")
            headers["APCA-API-SECRET-KEY"] = header_text(secret, "the secret")
        dialogue = MarketDataDialogue(message, self.channels, encode)
        return Opening(self.url, headers, dialogue, (key or "", secret))

    def again(self, symbols: Collection[str] | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        what = among(self.asked, symbols)
        return what, what

    @property
    def asked(self) -> Mapping[str, Sequence[str]]:
        return {_NAMES.get(name, name): names for name, names in self.channels}

    def changed(self, add: bool, what: Mapping[str, Any]) -> Change:
        asked = [(name, given) for name, items in what.items() if (given := symbols(name, items))]
        _check(self.feed, kind_of(self.feed), asked)
        have = dict(self.channels)
        new: dict[str, tuple[str, ...]] = {}
        for name, items in asked:
            before = have.get(_WIRE.get(name, name), ())
            new[name] = tuple(item for item in items if (item in before) != add)
            kept = tuple(item for item in before if item not in new[name])
            have[_WIRE.get(name, name)] = before + new[name] if add else kept
        new = {name: items for name, items in new.items() if items}
        wire = [(_WIRE.get(name, name), items) for name, items in new.items()]
        messages = subscriptions(wire, encoding_of(self.encoding), "subscribe" if add else "unsubscribe")
        after = self._but(channels=tuple((name, items) for name, items in have.items() if items))
        return Change(after, add, new, messages)


def kind_of(feed: str) -> str:
    """Which channels a feed has, by its path: a key of CHANNELS."""
    if "crypto" in feed:
        return "perpetuals" if "perp" in feed else "crypto"
    if feed.endswith(("/opra", "/indicative")):
        return "options"
    return "news" if feed.endswith("/news") else "stocks"


#: Feeds by the last part of their path, for whoever gives no more.
_FEEDS = {
    **dict.fromkeys(("iex", "sip", "delayed_sip", "test"), "v2"),
    **dict.fromkeys(("boats", "overnight", "opra", "indicative", "news"), "v1beta1"),
    **dict.fromkeys(("crypto/us", "crypto/us-1", "crypto/eu-1"), "v1beta3"),
}


def _check_version(feed: str) -> None:
    """Raises ConfigError where a feed's path does not begin with its version: it would be answered with HTTP 404."""
    if re.match(r"v\d\w*/.", feed) is None:
        version = _FEEDS.get(feed)
        whole = 'give its whole path, such as "v2/iex" or "v1beta3/crypto/us"'
        meant = f'give "{version}/{feed}"' if version else whole
        raise ConfigError(f"the feed {feed!r} has no version: {meant}")


def _check(feed: str, kind: str, channels: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    """Raises ConfigError unless something is asked for, and all of it is something that the feed has."""
    known = CHANNELS[kind]
    if not channels:
        shown = ", ".join(f'{name}=["{_EXAMPLE[kind]}"]' for name in known[:1])
        raise ConfigError(f'nothing is subscribed: give {shown} or others of {", ".join(known)}; ["*"] is all')
    for name, given in channels:
        if name not in known:
            raise ConfigError(f"{feed} has no {name}: it has {', '.join(known)}")
        small = next((item for item in given if item != item.upper()), None)
        if small is not None:
            raise ConfigError(f"{name} holds {small!r}: Alpaca's symbols are in capitals, {small.upper()!r}")
        if kind == "options" and name == "quotes" and "*" in given:
            raise ConfigError('quotes=["*"]: Alpaca gives all quotes of no options feed; name the contracts')


def subscriptions(
    channels: Sequence[tuple[str, Sequence[str]]], encode: Encode, action: str = "subscribe"
) -> list[str | bytes]:
    """Messages for all channels, long lists in several: subscriptions add up. None where there is no channel."""
    texts = []
    request: dict[str, Any] = {"action": action}
    size = 0
    for channel, names in channels:
        for name in names:
            if size and size + len(name) + 3 > _MESSAGE_BYTES:
                texts.append(encode(request))
                request, size = {"action": action}, 0
            request.setdefault(channel, []).append(name)
            size += len(name) + 3
    if size:
        texts.append(encode(request))
    return texts


class MarketDataDialogue(Dialogue):
    """connected → (auth →) authenticated → subscribe → subscription, once for each subscribe: ready → all of it is
    listed, or a part and LISTED_WITHIN seconds are over: settled.

    Alpaca answers each message by all that is subscribed now, or by an error, in order. What was asked for and is not
    listed is told, and asked for again after AGAIN seconds, twice as long each time, until it is.
    """

    def __init__(
        self, auth: str | bytes | None, channels: Sequence[tuple[str, tuple[str, ...]]], encode: Encode
    ) -> None:
        self._auth = auth
        self._encode = encode
        self._wanted = {_NAMES.get(name, name): dict.fromkeys(names) for name, names in channels}
        self._subscribe = subscriptions(channels, encode)
        self.accepted = False
        self.standing: Subscriptions = Subscriptions()
        self._pending = len(self._subscribe)
        # One for each message that is yet to be answered; None: it asks again for what is missing.
        self._asked: deque[Change | None] = deque()
        self._again_at: float | None = None  # when what is missing is asked for again
        self._wait = AGAIN[0]
        self._told: dict[str, tuple[str, ...]] = {}  # what was told to be missing
        self._until: float | None = None  # when a part is enough; None: nothing has been missing yet
        self._enough = False  # it was

    def opened(self, now: float) -> Said:
        return ()  # the venue speaks first

    def record(self, record: Any, now: float) -> Said:
        if isinstance(record, Ack):
            if record.action == "subscription":
                self._listed(record.text)
                self._look_for_missing(now)
                return ()
            return self._acknowledged(record.action)
        if isinstance(record, Error) and record.source is ErrorSource.VENUE:
            self._refused(record.code, record.text)
        return ()

    def tick(self, now: float) -> Said:
        if self._until is not None and now >= self._until and self._missing != _lists(self._wanted):
            self._enough = True
        if self._again_at is None or now < self._again_at:
            return ()
        self._again_at, self._wait = None, min(2 * self._wait, AGAIN[1])
        messages = self._asking_for(self._missing)
        self._asked.extend([None] * len(messages))
        return messages

    @property
    def settled(self) -> bool:
        return not self._told or self._enough

    @property
    def _missing(self) -> dict[str, tuple[str, ...]]:
        return self.standing.lacking(self._wanted)

    def _asking_for(self, what: Mapping[str, Sequence[str]]) -> list[str | bytes]:
        return subscriptions([(_WIRE.get(name, name), names) for name, names in what.items()], self._encode)

    def _acknowledged(self, action: str | None) -> Said:
        if action == "connected" and self._auth is not None:
            auth, self._auth = self._auth, None
            return (auth,)
        if action == "authenticated" and not self.accepted:
            self.accepted = True
            self.ready = not self._subscribe  # everything was unsubscribed while the engine ran
            return self._subscribe
        return ()

    def change(self, change: Change, now: float) -> Said:
        self._asked.extend([change] * len(change.messages))
        for name, names in change.what.items():
            if change.add:
                self._wanted.setdefault(name, {}).update(dict.fromkeys(names))
            else:
                self._wanted[name] = {one: None for one in self._wanted.get(name, ()) if one not in names}
        return change.messages

    def opened_with(self, change: Change, now: float) -> None:
        self._judge(change)
        self._told = self._missing
        if not self._told:
            self._again_at = None

    def _listed(self, text: str | None) -> None:
        """A message is answered by all that is subscribed now."""
        listed = _listing(text)
        self.standing.put(self._wanted if listed is None else listed)
        if not self.ready:
            self._pending = max(0, self._pending - 1)
            self.ready = self._pending == 0
        elif self._asked:
            change = self._asked.popleft()
            if change is not None and change not in self._asked:
                self._judge(change)

    def _look_for_missing(self, now: float) -> None:
        """All that was asked for should be listed by now, unless something is yet to be answered."""
        if not self.ready or self._asked:
            return
        missing = self._missing
        if missing and missing != self._told:
            self.words = (f"{named(missing)}: not in the venue's list of what is subscribed",)
        if not missing:
            self._wait = AGAIN[0]
        elif self._again_at is None:
            self._again_at = now + self._wait
            if self._until is None:
                self._until = now + LISTED_WITHIN
        self._told = missing

    def _judge(self, change: Change) -> None:
        """All messages of a change have been answered."""
        missing = self.standing.lacking(change.what) if change.add else {}
        if missing:
            change.refuse(ConfigError(f"Alpaca has left out {named(missing)} without a word"))
            self._take_back(change)
        change.confirm()

    def _take_back(self, change: Change) -> None:
        """It was refused: what was to be added is not wanted, what was to be taken away is."""
        for name, names in change.what.items():
            have = self._wanted.setdefault(name, {})
            for one in names:
                if change.add:
                    have.pop(one, None)
                else:
                    have[one] = None

    def _refused(self, code: int | None, text: str | None) -> None:
        if self.ready and self._asked and code in _OF_REQUESTS:
            kind = LimitError if code == 405 else AuthError if code == 409 else ConfigError
            change = self._asked.popleft()
            if change is None:
                self.words = (f"{named(self._missing)}: refused with {code} {quoted(text)}",)
                return
            if not change.done:
                self._take_back(change)
            change.refuse(kind(f"Alpaca refuses the subscription with {code} {quoted(text)}"))
            return
        if code in FATAL:
            raise AuthError(f"Alpaca refuses with {code} {quoted(text)}: {FATAL[code]}")
        if code in PASSING:
            raise cooled(ConnectError(f"Alpaca ends the session with {code} {quoted(text)}"), PASSING[code])
        if self.accepted and not self.ready:
            # The subscription stands as it was. Asking again would be refused again, for ever.
            if code == 405:
                raise LimitError(f"Alpaca refuses the subscription with {code} {quoted(text)}: fewer symbols")
            if code in (400, 410, 413):
                raise ConfigError(f"Alpaca refuses the subscription with {code} {quoted(text)}")


def _lists(wanted: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(names) for name, names in wanted.items() if names}


def _listing(text: str | None) -> dict[str, list[str]] | None:
    """What the venue lists, by the names of arguments; None where that is no JSON."""
    try:
        answer = json.loads(text or "")
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    named_so = ((_NAMES.get(str(name), str(name)), names) for name, names in answer.items())
    return {
        name: [one for one in names if isinstance(one, str)]
        for name, names in named_so
        if name in _ARGUMENTS and isinstance(names, list)
    }
