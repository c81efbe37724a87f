"""What IBKR's streams are asked for, checked before it goes into a request."""

from collections.abc import Iterable
from typing import Any

from tickfold.schema.errors import ConfigError
from tickfold.venues.base import answer_of, quoted, symbols
from tickfold.venues.ibkr.table import SNAPSHOT_TOPIC


def conids(value: Any, name: str = "quotes") -> tuple[str, ...]:
    """Contract ids as texts, each once."""
    if isinstance(value, (str, bytes, int)):
        raise ConfigError(f"{name}={value!r}: give a list of contract ids, {name}=[{value!r}]")
    try:
        texts = tuple(str(item) for item in value)
    except TypeError:
        raise ConfigError(f"{name} is a {type(value).__name__}: give a list of contract ids") from None
    for text in texts:
        number, at, exchange = text.partition("@")
        if not number.isdecimal() or (at and not exchange.isalnum()):
            raise ConfigError(
                f"{name} holds {text!r}: IBKR names instruments by contract id, such as 265598 or 8894@NYSE; "
                "GET /iserver/secdef/search finds a symbol's"
            )
    return tuple(dict.fromkeys(texts))


def accounts(name: str, value: Iterable[str]) -> tuple[str, ...]:
    """Account ids, each once."""
    ids = symbols(name, value)
    for id_ in ids:
        if not id_.isalnum():
            raise ConfigError(f"{name} holds {id_!r}: give account ids, such as DU1234567")
    return ids


def account_conids(value: Iterable[Any], name: str = "ladders") -> list[tuple[str, ...]]:
    """Account and contract id of each, and the exchange where one is given."""
    items = list(value)
    for item in items:
        if not isinstance(item, tuple) or len(item) not in (2, 3) or not str(item[-1]).isalnum():
            raise ConfigError(
                f"{name} holds {item!r}: give account and contract id, and an exchange where you want one: "
                f'{name}=[("DU1234567", 8894), ("DU1234567", 8894, "NYSE")]'
            )
    return [(accounts(name, [item[0]])[0], conids([item[1]], name)[0], *item[2:]) for item in items]


def field_ids(value: Iterable[int | str]) -> tuple[str, ...]:
    """Ids of market data fields as texts, each once."""
    if isinstance(value, (str, bytes, int)):
        raise ConfigError(f"fields={value!r}: give a list of field ids, fields=[{value!r}]")
    ids = tuple(dict.fromkeys(str(item) for item in value))
    if not ids or not all(id_.isdecimal() for id_ in ids):
        raise ConfigError(f"fields={list(ids)}: give field ids, such as 31 (last), 84 (bid), 86 (ask)")
    return ids


def snapshot_message(payload: bytes) -> bytes:
    """The message as which an answer to GET /iserver/account/orders is read; see Stream.snapshot."""
    answer = answer_of(payload, SNAPSHOT_TOPIC)
    if not isinstance(answer, dict) or not isinstance(answer.get("orders"), list):
        raise ConfigError(f'no answer to {SNAPSHOT_TOPIC}, which has "orders": {quoted(payload.decode())}')
    if not answer["orders"] and answer.get("snapshot") is False:
        raise ConfigError(f"{SNAPSHOT_TOPIC}: the gateway has no list of orders yet: ask again in a second")
    return b'{"topic":"%s",' % SNAPSHOT_TOPIC.encode() + payload.lstrip()[1:]
