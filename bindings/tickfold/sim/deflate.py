"""The server's half of permessage-deflate (RFC 7692), on Python's own zlib.

It shares no code with the engine on purpose: the code under test must not be tested against itself.
"""

import zlib
from dataclasses import dataclass
from typing import Literal

Policy = Literal["accept", "require", "deny"]

_TAIL = b"\x00\x00\xff\xff"


@dataclass(frozen=True)
class DeflateSettings:
    """What a simulated venue does with an offer of permessage-deflate.

    policy                accept an offer, refuse clients that make none, or ignore offers
    no_context_takeover   answer `server_no_context_takeover` even where the client did not ask for it (RFC 7692 §7.1.1)
    window_bits           the largest LZ77 window of the server, 9 to 15; answered if below 15 or asked for (§7.1.2)
    level                 zlib's compression level
    """

    policy: Policy = "accept"
    no_context_takeover: bool = False
    window_bits: int = 15
    level: int = 6

    def __post_init__(self) -> None:
        if self.policy not in ("accept", "require", "deny"):
            raise ValueError(f'deflate policy {self.policy!r} is none of "accept", "require" and "deny"')
        if not 9 <= self.window_bits <= 15:
            raise ValueError(f"window_bits is {self.window_bits}: zlib compresses with 9 to 15")


@dataclass(frozen=True)
class Agreement:
    """The parameters of one connection, and the header value that states them."""

    server_no_context_takeover: bool
    client_no_context_takeover: bool
    server_max_window_bits: int
    response: str


def agree(offers: str, settings: DeflateSettings) -> Agreement | None:
    """The first acceptable offer of a Sec-WebSocket-Extensions value, or None."""
    if settings.policy == "deny":
        return None
    for offer in offers.split(","):
        agreement = _agree_to(offer, settings)
        if agreement is not None:
            return agreement
    return None


def _agree_to(offer: str, settings: DeflateSettings) -> Agreement | None:
    name, *parameters = (part.strip() for part in offer.split(";"))
    if name != "permessage-deflate":
        return None
    stated: dict[str, str | None] = {}
    for parameter in parameters:
        key, equals, value = (part.strip() for part in parameter.partition("="))
        if key in stated:
            return None
        stated[key] = value.strip('"') if equals else None
    server_bits = settings.window_bits
    for key, text in stated.items():
        if key in ("server_no_context_takeover", "client_no_context_takeover"):
            if text is not None:
                return None
        elif key in ("server_max_window_bits", "client_max_window_bits"):
            if text is None:
                if key == "server_max_window_bits":
                    return None
            elif not text.isdecimal() or text.startswith("0") or not 8 <= int(text) <= 15:
                return None
            elif key == "server_max_window_bits":
                server_bits = min(server_bits, int(text))
        else:
            return None
    if server_bits < 9:
        return None  # zlib cannot write raw deflate with a window of 256 bytes
    server_fresh = settings.no_context_takeover or "server_no_context_takeover" in stated
    client_fresh = "client_no_context_takeover" in stated
    answer = ["permessage-deflate"]
    if server_fresh:
        answer.append("server_no_context_takeover")
    if client_fresh:
        answer.append("client_no_context_takeover")
    if server_bits < 15 or "server_max_window_bits" in stated:
        answer.append(f"server_max_window_bits={server_bits}")
    return Agreement(server_fresh, client_fresh, server_bits, "; ".join(answer))


class Deflate:
    """Compresses and inflates the messages of one connection."""

    def __init__(self, agreement: Agreement, level: int) -> None:
        self._agreement = agreement
        self._level = level
        self._compressor = self._new_compressor()
        self._decompressor = zlib.decompressobj(-15)

    def _new_compressor(self) -> "zlib._Compress":
        return zlib.compressobj(self._level, zlib.DEFLATED, -self._agreement.server_max_window_bits)

    def compress(self, payload: bytes) -> bytes:
        data = self._compressor.compress(payload) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        if self._agreement.server_no_context_takeover:
            self._compressor = self._new_compressor()
        return data[:-4]

    def inflate(self, payload: bytes, limit: int) -> bytes:
        """The message of `payload`. Raises zlib.error if it is malformed, ValueError if it inflates beyond `limit`."""
        data = self._decompressor.decompress(payload + _TAIL, limit + 1)
        if len(data) > limit:
            raise ValueError("message too big")
        if self._agreement.client_no_context_takeover:
            self._decompressor = zlib.decompressobj(-15)
        return data
