"""What the venues have in common: the frozen description of a stream, and the dialogue that makes it flow.

A stream says where to connect, with which credentials, what to subscribe and how life is told from death. It holds no
connection and may be used for many. A dialogue is one connection's talk, sans-I/O: it is given the typed records that
the engine decodes from the venue's answers, and answers with the messages to send.
"""

import copy
import difflib
import inspect
import re
import ssl as ssl_module
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self, TypedDict, TypeVar

from tickfold.net.dial import ENVIRONMENT, check_proxy
from tickfold.net.quiet import QuietHeaders, QuietUrl
from tickfold.net.subscriptions import Subscriptions
from tickfold.net.url import check_url, plain_fingerprint
from tickfold.schema.errors import ConfigError, TickfoldError

T = TypeVar("T")

#: What a dialogue says: texts go in text frames, bytes in binary ones.
Said = Sequence[str | bytes]

#: A value, or what is asked for it anew before each attempt; it may be a coroutine function.
Asked = Callable[[], T | Awaitable[T]]

#: Seconds, or what is asked for them again and again; None while nothing is expected.
Cadence = float | Callable[[], float | None]

#: The same for all symbols, or for each of some.
EachCadence = Cadence | Mapping[str, Cadence]


@dataclass(frozen=True)
class Liveness:
    """When a silent connection is looked after, and when it is dead; seconds without a byte from the venue.

    ping_after   a Ping (RFC 6455 §5.5.2) is sent; None sends none
    dead_after   the connection is dropped; None never drops
    """

    ping_after: float | None
    dead_after: float | None

    def __post_init__(self) -> None:
        for name in ("ping_after", "dead_after"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ConfigError(f"{name}={value}: give seconds above 0, or None")
        if self.ping_after is not None and self.dead_after is not None and self.ping_after >= self.dead_after:
            raise ConfigError(
                f"ping_after={self.ping_after}, dead_after={self.dead_after}: the venue needs time to answer a Ping: "
                "give a ping_after below dead_after"
            )


@dataclass(frozen=True)
class Opening:
    """One attempt: where to connect, what the upgrade request carries, and the dialogue that follows.

    Holds secrets; its repr shows none. `secrets` are those that no message may quote where the venue echoes them.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    dialogue: "Dialogue" = field(repr=False)
    secrets: Collection[str] = field(repr=False, default=())


@dataclass(eq=False)
class Change:
    """A subscription that is added to a running stream, or taken away from it.

    stream     the description that has it, for the connections to come
    add        whether it is added
    what       what is new in the description, or not in it any more, by the names of its arguments; empty: nothing
    messages   what asks the venue for it
    topics     what the venue's refusals may name, where it names anything
    anew       the venue takes it with a new connection only: this one is closed

    A dialogue calls `confirm` or `refuse` once.
    """

    stream: "Stream"
    add: bool
    what: Mapping[str, Any]
    messages: Said
    topics: Sequence[str] = ()
    anew: bool = False
    done: bool = False
    error: TickfoldError | None = None

    def confirm(self) -> None:
        """The venue has done it, or is known not to say so."""
        self.done = True

    def refuse(self, error: TickfoldError) -> None:
        """The venue will not do it; the connection goes on."""
        if not self.done:
            self.done, self.error = True, error


class Dialogue(ABC):
    """One connection's talk with its venue. `now` is in seconds of any monotonic clock.

    Every method answers with the messages to send, in order. It raises AuthError, ConfigError or LimitError where
    trying again is no use, and ConnectError where it is. Nothing is called again after an exception.
    """

    #: Everything that was asked for has been asked of the venue, and the credentials were accepted.
    ready: bool = False

    #: The venue has accepted the credentials. What it says before that is not in a journal: it may repeat them.
    accepted: bool = True

    #: Which subscriptions stand on this connection; None where the venue says nothing of them.
    standing: Subscriptions | None = None

    #: What of the subscriptions is missing, in words that are yet to be told.
    words: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """What a strategy takes for granted has come, such as the first list of orders; or it is not waited for."""
        return True

    @property
    def listening(self) -> bool:
        """Whether `hears` is to be called with each message. That costs time: it ends once all is answered."""
        return False

    @abstractmethod
    def opened(self, now: float) -> Said:
        """The websocket is open."""

    @abstractmethod
    def record(self, record: Any, now: float) -> Said:
        """The venue has sent this Ack, Error, Event or SessionState. The record is valid during the call."""

    def tick(self, now: float) -> Said:
        """Called about once a second while the connection is open."""
        return ()

    def overdue(self, now: float) -> Said:
        """`ready_timeout` is over, and the stream is not ready, or not settled: what is missing is raised, or told."""
        return ()

    def hears(self, payload: bytes) -> bool:
        """A message has come, and is yet to be decoded. Returns whether it has changed `ready`, `settled`, `standing`,
        `words` or `listening`."""
        return False

    def change(self, change: Change, now: float) -> Said:
        """The stream is ready, and a subscription is to be added or taken away. Most venues do not confirm it."""
        change.confirm()
        return change.messages

    def opened_with(self, change: Change, now: float) -> None:
        """The stream is ready, by a connection that was opened with this change. The venue may refuse it yet."""
        change.confirm()


class StreamOptions(TypedDict, total=False):
    """What every stream may be told.

    ssl               the context of a wss connection; without it the system's authorities must vouch for the server
    fingerprint       SHA-256 of the server's certificate in hex: exactly this certificate is accepted and no other,
                      self-signed, expired or whatever its name
    proxy             "http://host:port" of an HTTP proxy, "socks5://host:port" of a SOCKS proxy, with "user:password@"
                      before the host where it wants them; or "environment": what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and
                      NO_PROXY say. socks5h has the proxy look up the venue's name; socks4 and socks4a are the same with
                      SOCKS 4. None, the default, uses none
    headers           further headers of the upgrade request; they go before the venue's own of the same name
    label             names the stream in statistics and logs
    extra             keys of messages whose text is kept beside their records, as ["companyName"]: Record.extra
    deflate           offer permessage-deflate (RFC 7692)
    connect_timeout   seconds for TCP, TLS and the upgrade
    ready_timeout     seconds for the dialogue until the stream is ready
    close_timeout     seconds for the venue to answer our Close
    max_message_size  bytes, after inflating
    liveness          see Liveness; each venue has its own default
    data_within       seconds within which data is expected while the stream is ready, or a callable that is asked for
                      them, which returns None while no market is open; without it, no data is no fault. Pings, Pongs,
                      heartbeats, acknowledgments, errors and half frames are no data. "learn": ten times the longest
                      pause of the connection so far, 30 s at least, once data has come for a minute
    symbol_within     the same of each symbol that the stream asks for (of "*": has heard of), or a dict of symbols and
                      what is expected of each
    on_stale          what follows where none came: "tell" (a SessionState record), besides that "resubscribe" (what is
                      silent is unsubscribed and subscribed again, once), or "reconnect"
    """

    ssl: ssl_module.SSLContext | None
    fingerprint: str | None
    proxy: str | None
    headers: Mapping[str, str]
    label: str
    extra: Sequence[str]
    deflate: bool
    connect_timeout: float
    ready_timeout: float
    close_timeout: float
    max_message_size: int
    liveness: Liveness
    data_within: Cadence | Literal["learn"] | None
    symbol_within: EachCadence | None
    on_stale: Literal["tell", "resubscribe", "reconnect"]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Stream(ABC):
    """The frozen description of one stream; StreamOptions says what the common attributes mean."""

    #: The decoder's table: "alpaca.data", "ibkr" …
    table: ClassVar[str]

    #: Arguments that are asked for and do not exist → what there is instead.
    instead: ClassVar[Mapping[str, str]] = {}

    #: What of a text message is no UTF-8 reads as U+FFFD and is counted. False: it ends the connection (RFC 6455 §8.1).
    mends_text: ClassVar[bool] = False

    #: The names in `asked` whose keys are symbols, and which kind of record each brings.
    by_symbol: ClassVar[Mapping[str, str]] = {}

    url: str
    label: str
    ssl: ssl_module.SSLContext | None
    fingerprint: str | None
    proxy: str | None
    headers: Mapping[str, str]
    extra: tuple[str, ...]
    deflate: bool
    connect_timeout: float
    ready_timeout: float
    close_timeout: float
    max_message_size: int
    liveness: Liveness
    data_within: Cadence | Literal["learn"] | None
    symbol_within: EachCadence | None
    on_stale: Literal["tell", "resubscribe", "reconnect"]

    def __init__(self, url: str, label: str, liveness: Liveness, options: StreamOptions) -> None:
        check_options(type(self), options)
        check_url(url)
        fingerprint, context = options.get("fingerprint"), options.get("ssl")
        if url.startswith("ws:") and (fingerprint is not None or context is not None):
            raise ConfigError("a ws:// URL is not encrypted: ssl and fingerprint need wss://")
        if fingerprint is not None and context is not None:
            raise ConfigError("give ssl or fingerprint, not both: a pinned certificate is verified in no other way")
        if context is not None and not isinstance(context, ssl_module.SSLContext):
            raise ConfigError("ssl is no ssl.SSLContext; to accept a self-signed certificate, give its fingerprint")
        self._put(
            url=QuietUrl(url),
            label=options.get("label", label),
            ssl=context,
            fingerprint=None if fingerprint is None else plain_fingerprint(fingerprint),
            proxy=options.get("proxy"),
            headers=_headers(options.get("headers", {})),
            extra=_keys(options.get("extra", ())),
            deflate=options.get("deflate", True),
            connect_timeout=_seconds("connect_timeout", options.get("connect_timeout", 10.0)),
            ready_timeout=_seconds("ready_timeout", options.get("ready_timeout", 15.0)),
            close_timeout=_seconds("close_timeout", options.get("close_timeout", 5.0)),
            max_message_size=options.get("max_message_size", 16 << 20),
            liveness=options.get("liveness", liveness),
            data_within=_learnt(options.get("data_within")),
            symbol_within=self._each_symbol(options.get("symbol_within")),
            on_stale=options.get("on_stale", "tell"),
        )
        if self.proxy is not None:
            if self.proxy != ENVIRONMENT:
                check_proxy(self.proxy)
            self._put(proxy=QuietUrl(self.proxy))
        if self.on_stale not in ("tell", "resubscribe", "reconnect"):
            raise ConfigError(f'on_stale={self.on_stale!r}: give "tell", "resubscribe" or "reconnect"')
        if self.on_stale == "resubscribe" and type(self).again is Stream.again:
            raise ConfigError(f'on_stale="resubscribe": {self.label} cannot change while it runs; give "reconnect"')
        if self.max_message_size < 1024:
            raise ConfigError(f"max_message_size={self.max_message_size}: give 1024 bytes or more")

    def _each_symbol(self, value: EachCadence | None) -> EachCadence | None:
        if value is not None and not self.by_symbol:
            raise ConfigError(f"symbol_within: {type(self).__name__} asks for no symbols; give data_within")
        if isinstance(value, Mapping):
            return {name: _cadence(f"symbol_within[{name!r}]", one) or _never for name, one in value.items()}
        return _cadence("symbol_within", value)

    def _put(self, **values: Any) -> None:
        """Sets attributes while the description is being made; it is frozen to everybody else."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        # Neither a query, which may hold a token, nor any credential.
        return f"<{type(self).__name__} {self.label!r} at {self.url.partition('?')[0]}>"

    def with_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """These headers of a request, and those that the user gave."""
        own = {name.lower() for name in self.headers}
        return {name: value for name, value in headers.items() if name.lower() not in own} | dict(self.headers)

    @property
    def decoder_options(self) -> Mapping[str, Any]:
        """What the decoder is told besides its table, by the names of its arguments."""
        return {}

    @property
    def asked(self) -> Mapping[str, Sequence[str]]:
        """What it subscribes, by the names of its arguments; (FLAG,) for one that is True."""
        return {}

    def changed(self, add: bool, what: Mapping[str, Any]) -> Change:
        """The change by which `what` is added to the subscriptions, or taken away; the names are those of arguments.

        Raises ConfigError where a stream cannot change so while it runs.
        """
        raise ConfigError(f"{self.label}: the subscriptions of {type(self).__name__} cannot change while it runs")

    def again(self, symbols: Collection[str] | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What is to be unsubscribed, and subscribed then, to ask for these symbols again; None: for everything."""
        raise ConfigError(f"{self.label}: the subscriptions of {type(self).__name__} cannot change while it runs")

    def snapshot(self, payload: bytes) -> bytes:
        """The message as which the answer of the venue's REST interface is read; see Engine.feed_snapshot.

        Raises ConfigError where it is no such answer, or the stream takes none.
        """
        raise ConfigError(f"{self.label}: no answer of REST can be fed into {type(self).__name__}")

    def _but(self, **values: Any) -> Self:
        """The same description with other values."""
        other = copy.copy(self)
        other._put(**values)
        return other

    @abstractmethod
    async def open(self, *, again: bool) -> Opening:
        """Asks for the credentials and makes ready for one attempt.

        `again` says that an earlier connection of this stream had become ready: what looks like refused credentials
        may then be a passing state of the venue.
        """


#: Headers of the handshake itself (RFC 6455 §4.1).
_OURS = frozenset(
    ("host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions")
)


def _headers(value: Mapping[str, str]) -> dict[str, str]:
    """No message quotes a value: it may be a secret."""
    if not isinstance(value, Mapping):
        raise ConfigError(f"headers is a {type(value).__name__}: give a dict of names and values")
    for name, text in value.items():
        if not isinstance(name, str) or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise ConfigError(f"headers holds {name!r}: a name has letters, digits and - (RFC 9110 §5.1)")
        if name.lower() in _OURS:
            raise ConfigError(f"headers holds {name!r}, which belongs to the handshake itself (RFC 6455 §4.1)")
        if not isinstance(text, str) or not text.isascii() or not text.isprintable():
            raise ConfigError(f"headers: the value of {name!r} is not a text of printable ASCII characters")
    return QuietHeaders(value)


def _keys(value: Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, (str, bytes)):
        raise ConfigError(f"extra={value!r}: give a list of keys, extra=[{value!r}]")
    keys = tuple(value)
    if not all(isinstance(key, str) and key for key in keys):
        raise ConfigError(f"extra={list(keys)}: give keys as they stand in messages")
    return keys


def check_options(cls: type[Stream], options: Mapping[str, Any]) -> None:
    """Raises TypeError where a stream has no such arguments, with those that may be meant."""
    known = StreamOptions.__annotations__
    for name in options:
        if name not in known:
            others = [*inspect.signature(cls).parameters, *known]
            meant = difflib.get_close_matches(name, [other for other in others if other != "options"])
            hint = cls.instead.get(name, f"did you mean {' or '.join(meant)}?" if meant else "")
            raise TypeError(f"{cls.__name__} has no argument {name!r}{hint and ': ' + hint}")


def check_streams(streams: Sequence[Stream]) -> None:
    """Raises ConfigError where an engine cannot run these."""
    if not streams:
        raise ConfigError('no stream: give at least one, such as tf.alpaca.MarketData("v2/iex", quotes=["AAPL"])')
    for stream in streams:
        if not isinstance(stream, Stream):
            if isinstance(stream, (list, tuple, set)) and all(isinstance(one, Stream) for one in stream):
                raise ConfigError("the streams are arguments, not a list: tf.Engine(*streams)")
            raise ConfigError(f"{stream!r} is no stream: make one of tf.alpaca, tf.ibkr, tf.etna or tf.vega")
    if len(streams) > 256:
        raise ConfigError(f"{len(streams)} streams: an engine has at most 256")
    labels = [stream.label for stream in streams]
    for label in labels:
        if labels.count(label) > 1:
            raise ConfigError(
                f"{labels.count(label)} streams are called {label!r}, and records could not say from which they "
                f'come: give them names of their own, label="{label} 1" and label="{label} 2"'
            )


def _seconds(name: str, value: float) -> float:
    if not value > 0:
        raise ConfigError(f"{name}={value}: give seconds above 0")
    return value


def _cadence(name: str, value: Cadence | None) -> Cadence | None:
    if value is not None and not callable(value) and not (isinstance(value, (int, float)) and value > 0):
        raise ConfigError(f"{name}={value!r}: give seconds above 0, a callable that returns them, or None")
    return value


def _learnt(value: Cadence | Literal["learn"] | None) -> Cadence | Literal["learn"] | None:
    return "learn" if value == "learn" else _cadence("data_within", value)


def _never() -> None:
    """Nothing is expected."""


def quoted(text: str | None) -> str:
    """A venue's words for a message or a log: on one line, and of bounded length."""
    words = text or ""
    return repr(words if len(words) <= 200 else words[:200] + "…")
