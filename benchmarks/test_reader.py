"""Bytes to messages without a socket: MessageReader on chunks of 64 KiB, beside websockets' own sans-I/O reader."""

import pytest

import tickfold as tf
from benchmarks import payloads
from benchmarks.conftest import note
from benchmarks.sender import WRITE, Stream

MESSAGES = payloads.quotes(5_000)


@pytest.fixture(params=[False, True], ids=["plain", "deflate"])
def deflate(request):
    return request.param


@pytest.fixture
def chunks(deflate):
    stream = Stream(MESSAGES, deflate)
    data = stream.dialogue + stream.quotes
    return [data[at : at + WRITE] for at in range(0, len(data), WRITE)]


def test_message_reader(benchmark, deflate, chunks):
    def setup():
        return (tf.MessageReader(extensions="permessage-deflate" if deflate else None),), {}

    def loop(reader):
        return sum(len(reader.feed(chunk)) for chunk in chunks)

    count = benchmark.pedantic(loop, setup=setup, rounds=50, warmup_rounds=2)
    assert count == len(MESSAGES) + 3
    note(benchmark, count)


def test_reader_and_decoder(benchmark, deflate, chunks):
    """All that a program with its own transport needs: from bytes to merged quotes."""
    decoder = tf.decoder("alpaca.data")

    def setup():
        return (tf.MessageReader(extensions="permessage-deflate" if deflate else None),), {}

    def loop(reader):
        return sum(decoder.feed(message.data) for chunk in chunks for message in reader.feed(chunk))

    count = benchmark.pedantic(loop, setup=setup, rounds=50, warmup_rounds=2)
    note(benchmark, count)


def test_websockets(benchmark, deflate, chunks):
    from websockets.client import ClientProtocol
    from websockets.extensions.permessage_deflate import PerMessageDeflate
    from websockets.protocol import OPEN
    from websockets.uri import parse_uri

    def setup():
        protocol = ClientProtocol(parse_uri("ws://127.0.0.1/"), max_size=None)
        protocol.state = OPEN
        if deflate:
            protocol.extensions = [PerMessageDeflate(False, False, 15, 15)]
        # The parser that a real connection runs once its handshake is over.
        protocol.parser = protocol.parse()
        return (protocol,), {}

    def loop(protocol):
        count = 0
        for chunk in chunks:
            protocol.receive_data(chunk)
            count += len(protocol.events_received())
        return count

    count = benchmark.pedantic(loop, setup=setup, rounds=10, warmup_rounds=1)
    note(benchmark, count)
