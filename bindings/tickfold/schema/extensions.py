"""The negotiation of permessage-deflate (RFC 7692 §5 and §7.1), for both sides of a handshake.

A client sends an offer (`deflate_offer`), the server answers, and `negotiate` returns what both will do. It raises if
the answer is not acceptable: the connection must then fail, because the two sides could not read each other's messages.
`answer_offer` is the server's half, for simulated venues.
"""

import re
from dataclasses import dataclass
from typing import Final

from tickfold.schema.errors import ConfigError, NegotiationError

__all__ = ["DeflateParams", "answer_offer", "answered_params", "deflate_offer", "negotiate", "parse_extensions"]

NAME: Final = "permessage-deflate"
MAX_BITS: Final = 15

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_WORD = re.compile(_TOKEN)
_PARAMETER = re.compile(
    rf'[ \t]*;[ \t]*(?P<name>{_TOKEN})(?:[ \t]*=[ \t]*(?:(?P<token>{_TOKEN})|"(?P<quoted>(?:[^"\\]|\\.)*)"))?'
)
_SEPARATOR = re.compile(r"[ \t]*(?:,[ \t]*)+")

Parameters = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class DeflateParams:
    """What both sides agreed on (RFC 7692 §7.1): `server_*` is for what a client receives, `client_*` what it sends."""

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    #: Base-2 logarithm of the window, 8 to 15.
    server_max_window_bits: int = MAX_BITS
    client_max_window_bits: int = MAX_BITS

    def __post_init__(self) -> None:
        for name in ("server_max_window_bits", "client_max_window_bits"):
            if not 8 <= getattr(self, name) <= MAX_BITS:
                raise ConfigError(f"{name} must be 8 to 15, not {getattr(self, name)}")

    def __str__(self) -> str:
        """These parameters as the value of an answer's Sec-WebSocket-Extensions."""
        return "; ".join(
            [
                NAME,
                *(name for name in ("server_no_context_takeover", "client_no_context_takeover") if getattr(self, name)),
                *(
                    f"{name}={getattr(self, name)}"
                    for name in ("server_max_window_bits", "client_max_window_bits")
                    if getattr(self, name) != MAX_BITS
                ),
            ]
        )


def deflate_offer(
    *,
    server_no_context_takeover: bool = False,
    client_no_context_takeover: bool = False,
    server_max_window_bits: int | None = None,
    client_max_window_bits: int | bool = True,
) -> str:
    """A client's offer, as the value of Sec-WebSocket-Extensions.

    client_max_window_bits: True lets the server choose the size of our window; a number (8 to 15) is the largest that
    we would use; False leaves the parameter out, so that the server may not limit our window.
    """
    parts = [NAME]
    if server_no_context_takeover:
        parts.append("server_no_context_takeover")
    if client_no_context_takeover:
        parts.append("client_no_context_takeover")
    if server_max_window_bits is not None:
        parts.append(f"server_max_window_bits={_checked_bits('server_max_window_bits', server_max_window_bits)}")
    if client_max_window_bits is True:
        parts.append("client_max_window_bits")
    elif client_max_window_bits is not False:
        parts.append(f"client_max_window_bits={_checked_bits('client_max_window_bits', client_max_window_bits)}")
    return "; ".join(parts)


def negotiate(offer: str | None, response: str | None) -> DeflateParams | None:
    """What a server's answer to our offer means; None where it declined every extension.

    offer, response: the values of Sec-WebSocket-Extensions in the request and in the answer (several header lines are
    joined by commas); None or "" where there was none.

    Raises NegotiationError when the answer is malformed, names an extension or a parameter that was not offered, an
    unknown parameter, one parameter twice, a value out of range or a second extension, or goes back on what the offer
    asked for. Parameters that a server may state unasked (RFC 7692 §7.1.1.1, §7.1.1.2, §7.1.2.1) are accepted.
    """
    if not response:
        return None
    answered = parse_extensions(response)
    if len(answered) != 1:
        raise NegotiationError(f"the server chose {len(answered)} extensions instead of one: {response!r}")
    name, parameters = answered[0]
    offered = [theirs for ours, theirs in parse_extensions(offer or "") if ours == name]
    if not offered:
        raise NegotiationError(f"the server chose an extension that was not offered: {name}")
    if name != NAME:
        raise NegotiationError(f"the server chose an extension that is not supported: {name}")
    stated = _parameters(parameters, answer=True)
    objections = [_objection(_parameters(asked, answer=False), stated) for asked in offered]
    if all(objections):
        raise NegotiationError(str(objections[0]))
    return _agreed(stated)


def answered_params(response: str | None) -> DeflateParams | None:
    """The parameters in an answer whose offer is not known, as in a recording."""
    if not response:
        return None
    return negotiate(f"{NAME}; client_max_window_bits", response)


def answer_offer(offer: str | None, preferred: DeflateParams | None = None) -> DeflateParams | None:
    """A server's choice among a client's offers; `str()` of it is the header to answer with, None declines.

    preferred: what the server prefers; of each parameter the stricter value of both sides is chosen. Offers with
    unknown or invalid parameters are skipped, as RFC 7692 §7.1 asks.
    """
    wish = preferred or DeflateParams()
    try:
        elements = parse_extensions(offer or "")
    except NegotiationError:
        return None
    for name, parameters in elements:
        if name != NAME:
            continue
        try:
            asked = _parameters(parameters, answer=False)
        except NegotiationError:
            continue
        if "client_max_window_bits" not in asked and wish.client_max_window_bits != MAX_BITS:
            continue
        return DeflateParams(
            server_no_context_takeover=wish.server_no_context_takeover or "server_no_context_takeover" in asked,
            client_no_context_takeover=wish.client_no_context_takeover or "client_no_context_takeover" in asked,
            server_max_window_bits=min(wish.server_max_window_bits, asked.get("server_max_window_bits") or MAX_BITS),
            client_max_window_bits=min(wish.client_max_window_bits, asked.get("client_max_window_bits") or MAX_BITS),
        )
    return None


def parse_extensions(value: str) -> list[tuple[str, Parameters]]:
    """The elements of a Sec-WebSocket-Extensions value (RFC 6455 §9.1): names with their parameters, in order.

    A parameter without a value has None. Empty list elements are skipped (RFC 9110 §5.6.1). Raises NegotiationError on
    anything else that the grammar does not allow.
    """
    elements: list[tuple[str, Parameters]] = []
    end = len(value)
    position = _skip(_SEPARATOR, value, len(value) - len(value.lstrip(" \t")))
    while position < end:
        word = _WORD.match(value, position)
        if word is None:
            raise NegotiationError(f"malformed Sec-WebSocket-Extensions: {value!r}")
        position = word.end()
        parameters: Parameters = []
        while match := _PARAMETER.match(value, position):
            parameters.append((match["name"], _parameter_value(match, value)))
            position = match.end()
        elements.append((word[0], parameters))
        rest = _skip(_SEPARATOR, value, position)
        if rest == position and value[position:].strip(" \t"):
            raise NegotiationError(f"malformed Sec-WebSocket-Extensions: {value!r}")
        position = end if rest == position else rest
    return elements


def _skip(pattern: re.Pattern[str], value: str, position: int) -> int:
    match = pattern.match(value, position)
    return match.end() if match else position


def _parameter_value(match: re.Match[str], value: str) -> str | None:
    quoted = match["quoted"]
    if quoted is None:
        return match["token"]
    text = re.sub(r"\\(.)", r"\1", quoted)
    if not _WORD.fullmatch(text):  # RFC 6455 §9.1: after unescaping, a quoted value must be a token as well
        raise NegotiationError(f"malformed Sec-WebSocket-Extensions: {value!r}")
    return text


def _parameters(parameters: Parameters, *, answer: bool) -> dict[str, int | None]:
    """One element's parameters by name, checked one by one; a flag, or bits without a value, is None."""
    checked: dict[str, int | None] = {}
    for name, value in parameters:
        if name in checked:
            raise NegotiationError(f"{NAME}: {name} stands there twice")
        if name in ("server_no_context_takeover", "client_no_context_takeover"):
            if value is not None:
                raise NegotiationError(f"{NAME}: {name} takes no value, and has {value!r}")
            checked[name] = None
        elif name in ("server_max_window_bits", "client_max_window_bits"):
            # Only an offer may state client_max_window_bits without a value (RFC 7692 §7.1.2.2).
            if value is None and not (name == "client_max_window_bits" and not answer):
                raise NegotiationError(f"{NAME}: {name} needs a value")
            if value is not None and not re.fullmatch(r"[89]|1[0-5]", value):
                raise NegotiationError(f"{NAME}: {name} must be 8 to 15, not {value!r}")
            checked[name] = None if value is None else int(value)
        else:
            raise NegotiationError(f"{NAME}: unknown parameter {name}")
    return checked


def _objection(asked: dict[str, int | None], stated: dict[str, int | None]) -> str | None:
    """The reason why an answer does not fit this offer; None if it fits."""
    if "server_no_context_takeover" in asked and "server_no_context_takeover" not in stated:
        return f"{NAME}: the offer asked for server_no_context_takeover, the answer leaves it out"
    bits = asked.get("server_max_window_bits")
    answered = stated.get("server_max_window_bits") or MAX_BITS  # if left out, the largest window
    if bits is not None and answered > bits:
        return f"{NAME}: the offer asked for server_max_window_bits={bits}, the answer means {answered}"
    if "client_max_window_bits" in stated:
        if "client_max_window_bits" not in asked:
            return f"{NAME}: the answer states client_max_window_bits, which was not offered"
        most, chosen = asked["client_max_window_bits"] or MAX_BITS, stated["client_max_window_bits"] or MAX_BITS
        if chosen > most:
            return f"{NAME}: client_max_window_bits={chosen} is more than the {most} of the offer"
    return None


def _agreed(stated: dict[str, int | None]) -> DeflateParams:
    return DeflateParams(
        server_no_context_takeover="server_no_context_takeover" in stated,
        client_no_context_takeover="client_no_context_takeover" in stated,
        server_max_window_bits=stated.get("server_max_window_bits") or MAX_BITS,
        client_max_window_bits=stated.get("client_max_window_bits") or MAX_BITS,
    )


def _checked_bits(name: str, bits: int) -> int:
    if not 8 <= bits <= MAX_BITS:
        raise ConfigError(f"{name} must be 8 to 15, not {bits}")
    return bits
