"""The simulated venues' own permessage-deflate: what is agreed to, and that zlib on the other side reads it."""

import zlib

import pytest

from tickfold.sim.deflate import Deflate, DeflateSettings, agree


@pytest.mark.parametrize(
    ("offer", "response"),
    [
        ("permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
        ("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover"),
        ('permessage-deflate; server_max_window_bits="10"', "permessage-deflate; server_max_window_bits=10"),
        ("permessage-deflate; server_max_window_bits=8, permessage-deflate", "permessage-deflate"),
        ("x-other, permessage-deflate", "permessage-deflate"),
    ],
)
def test_offers_that_are_honoured(offer, response):
    agreement = agree(offer, DeflateSettings())
    assert agreement is not None
    assert agreement.response == response


@pytest.mark.parametrize(
    "offer",
    [
        "",
        "x-other",
        "permessage-deflate; unknown",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
    ],
)
def test_offers_that_are_declined(offer):
    assert agree(offer, DeflateSettings()) is None


def test_settings():
    assert agree("permessage-deflate", DeflateSettings("deny")) is None
    agreement = agree("permessage-deflate", DeflateSettings(no_context_takeover=True, window_bits=11))
    assert agreement is not None
    assert agreement.response == "permessage-deflate; server_no_context_takeover; server_max_window_bits=11"
    with pytest.raises(ValueError, match="window_bits"):
        DeflateSettings(window_bits=8)


@pytest.mark.parametrize("fresh", [False, True])
def test_messages_inflate_with_the_agreed_window(fresh):
    agreement = agree("permessage-deflate", DeflateSettings(no_context_takeover=fresh, window_bits=9))
    assert agreement is not None
    deflate = Deflate(agreement, 6)
    inflater = zlib.decompressobj(-9)
    messages = [b'{"T":"q","bp":%d}' % number * 50 for number in range(40)]
    for message in messages:
        assert inflater.decompress(deflate.compress(message) + b"\x00\x00\xff\xff") == message


def test_a_bomb_is_refused():
    agreement = agree("permessage-deflate", DeflateSettings())
    assert agreement is not None
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_SYNC_FLUSH)
    with pytest.raises(ValueError, match="too big"):
        Deflate(agreement, 6).inflate(bomb[:-4], 1 << 16)
