"""The package's face: its names, what it loads, and when."""

import subprocess
import sys

import pytest

import tickfold as tf

CONTRACT = """
    Engine Backoff alpaca ibkr decoder MessageReader Message Ping Pong Close negotiate DeflateParams get_include
    Quote Trade Bar BookLevel Order Fill Position Balance Pnl Status News Notice Gap Ack Error SessionState Raw
    TickfoldError ConnectError HandshakeError TlsError AuthError LimitError ProtocolError NegotiationError
    StaleError CallbackError ConfigError
"""


@pytest.mark.parametrize("name", sorted({*CONTRACT.split(), *tf.__all__}))
def test_every_public_name_can_be_had(name):
    assert getattr(tf, name) is not None
    assert name in tf.__all__
    assert name in dir(tf)


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="no attribute 'engines'"):
        _ = tf.engines


def test_decoding_loads_no_networking():
    program = """
import sys, tickfold as tf
loaded = {"asyncio", "picows", "uvloop", "ssl", "numpy"} & set(sys.modules)
assert not loaded, loaded
tf.decoder("ibkr").decode(b"{}")
loaded = {"picows", "uvloop", "ssl", "tickfold.net.session"} & set(sys.modules)
assert not loaded, loaded
tf.Engine
assert "tickfold.net.session" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_names_that_scripts_import_stay_where_they_were():
    program = """
from tickfold.tables.language import *
shape, select, text, decimal, epoch, one_of, symbol, each, envelope, Table
from tickfold.tables import STREAMS, load
from tickfold.tables.language import Rows, Select, Shape, Table, Value, flat
from tickfold.connection import connect
from tickfold.venues.base import Asked, Dialogue, Liveness, Opening, Said, Stream, StreamOptions
from tickfold.venues.base import ask, check_url, header_text, plain_fingerprint, quoted, symbols
from tickfold.venues.alpaca import MarketData, Trading
from tickfold.venues.ibkr import Portal, WebApi
from tickfold.venues.vega import ENDPOINTS, Stream
from tickfold.venues.etna import Quotes, Trading
from tickfold.sim.process import VenueProcess
from tickfold.sim import VENUES, Truth, differences
from tickfold.demo_streams import STREAMS
from tickfold.demo import settled
from tickfold.cli import VENUES, main, parser
from tickfold.engine import decoder, dispatch, frames, handler, listener, receiver, records, state
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_star_import():
    names: dict[str, object] = {}
    exec("from tickfold import *", names)
    assert names["Engine"] is tf.Engine
    assert names["alpaca"] is tf.alpaca
