"""What IBKR's streams are asked for, checked before it goes into a request."""

from collections.abc import Iterable
from typing import Any

from tickfold.schema.errors import ConfigError
from tickfold.venues.base import Asked, symbols


def conids(value: Any, name: str = "quotes") -> tuple[str, ...]:
    """Contract ids as texts, each once."""
    if isinstance(value, (str, bytes, int)):
        raise ConfigError(f"{name}={value!r}: give a list of contract ids, {name}=[{value!r}]")
    texts = tuple(str(item) for item in value)
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


def account_conids(value: Iterable[tuple[str, int | str]], name: str = "ladders") -> list[tuple[str, str]]:
    """Pairs of account and contract id."""
    pairs = list(value)
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise ConfigError(f'{name}={pairs!r}: give pairs of account and contract id, {name}=[("DU1234567", 8894)]')
    return [(accounts(name, [account])[0], conids([conid], name)[0]) for account, conid in pairs]


def field_ids(value: Iterable[int | str]) -> tuple[str, ...]:
    """Ids of market data fields as texts, each once."""
    ids = tuple(dict.fromkeys(str(item) for item in value))
    if not ids or not all(id_.isdecimal() for id_ in ids):
        raise ConfigError(f"fields={list(ids)}: give field ids, such as 31 (last), 84 (bid), 86 (ask)")
    return ids


def given(name: str, value: str | Asked[str] | None) -> Asked[str] | None:
    """A callable for a value that may be a text already."""
    if value is None or callable(value):
        return value
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{name} is neither a text nor a callable")
    text = value
    return lambda: text
