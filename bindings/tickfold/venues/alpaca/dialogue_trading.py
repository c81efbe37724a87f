"""Alpaca's trading updates: the events of all orders of an account.

    engine = tf.Engine(tf.alpaca.Trading(paper=True))
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Unpack
from urllib.parse import urlsplit

from tickfold.engine.records import Ack, Error, ErrorSource
from tickfold.net.subscriptions import FLAG
from tickfold.schema.errors import AuthError, ConfigError, ConnectError
from tickfold.venues.alpaca.credentials import Credentials
from tickfold.venues.alpaca.encoding import CONTENT_TYPE, Encode, encoding_of
from tickfold.venues.base import (
    Asked,
    Dialogue,
    Liveness,
    Opening,
    Pair,
    Said,
    Stream,
    StreamOptions,
    answer_of,
    quoted,
    with_path,
)

__all__ = ["Trading"]

LIVE = "wss://api.alpaca.markets/stream"
PAPER = "wss://paper-api.alpaca.markets/stream"

#: No order may change for hours: only pongs tell life from death.
LIVENESS = Liveness(ping_after=10.0, dead_after=20.0)


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Trading(Stream):
    """The order events of one account. Nothing is replayed: feed_snapshot() takes the answer to `GET /v2/orders`.

    paper        the paper account's stream, or the live one
    key, secret, credentials, token
                 as those of MarketData
    encoding     "json" or "msgpack"
    url          instead of Alpaca's own, as for a simulated venue; one that names no more than the host keeps the path
    options      see StreamOptions
    """

    table: ClassVar[str] = "alpaca.trading"

    paper: bool
    encoding: Literal["json", "msgpack"]
    _credentials: Credentials

    def __init__(
        self,
        *,
        paper: bool = True,
        key: str | None = None,
        secret: str | None = None,
        credentials: Pair | Asked[Pair] | None = None,
        token: str | Asked[str] | None = None,
        encoding: Literal["json", "msgpack"] = "json",
        url: str | None = None,
        **options: Unpack[StreamOptions],
    ) -> None:
        encoding_of(encoding)
        own = PAPER if paper else LIVE
        address = own if url is None else with_path(url, urlsplit(own).path)
        if re.match(r"/v\d\w*/", urlsplit(address).path) is not None:
            raise ConfigError(
                f"the URL is that of market data ({urlsplit(address).path}): trading updates come from /stream of "
                "paper-api.alpaca.markets or api.alpaca.markets"
            )
        super().__init__(address, f"alpaca {'paper' if paper else 'live'}", LIVENESS, options)
        self._put(paper=bool(paper), encoding=encoding, _credentials=Credentials(key, secret, credentials, token))

    @property
    def asked(self) -> Mapping[str, Sequence[str]]:
        return {"trade_updates": (FLAG,)}

    def snapshot(self, payload: bytes) -> bytes:
        answer = answer_of(payload, "GET /v2/orders")
        orders = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(order, dict) and "id" in order and "client_order_id" in order for order in orders):
            raise ConfigError(f"no answer to GET /v2/orders, which lists orders: {quoted(payload.decode())}")
        return payload

    async def open(self, *, again: bool) -> Opening:
        key, secret = await self._credentials.asked()
        encode = encoding_of(self.encoding)
        dialogue = TradingDialogue(key, secret, encode)
        return Opening(self.url, CONTENT_TYPE[self.encoding], dialogue, (key or "", secret))


class TradingDialogue(Dialogue):
    """authenticate → authorization (authorized) → listen → listening (trade_updates): ready."""

    def __init__(self, key: str | None, secret: str, encode: Encode) -> None:
        data = {"oauth_token": secret} if key is None else {"key_id": key, "secret_key": secret}
        self._authenticate = encode({"action": "authenticate", "data": data})
        self._listen = encode({"action": "listen", "data": {"streams": ["trade_updates"]}})

        self.accepted = False

    def opened(self, now: float) -> Said:
        return (self._authenticate,)

    def record(self, record: Any, now: float) -> Said:
        if isinstance(record, Ack):
            return self._acknowledged(record)
        if isinstance(record, Error) and record.source is ErrorSource.VENUE and not self.ready:
            raise ConnectError(f"Alpaca says {quoted(record.text)}")
        return ()

    def _acknowledged(self, record: Ack) -> Sequence[str | bytes]:
        if record.action == "authorization" and not self.ready:
            if not record.ok:
                raise AuthError("Alpaca refuses the key and secret: paper and live accounts have their own")
            self.accepted = True
            return (self._listen,)
        if record.action == "listening" and not self.ready:
            self.ready = "trade_updates" in (record.text or "")
            if not self.ready:
                raise AuthError("Alpaca does not offer trade_updates to this account")
        return ()
