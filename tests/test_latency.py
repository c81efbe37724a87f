"""Histograms of latency: what they count, and what of a message's way they are taken of."""

import asyncio
import time

import numpy as np
import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.engine.decoder import Decoder
from tickfold.engine.dispatch import Dispatcher
from tickfold.engine.frames import encode_frame
from tickfold.engine.histogram import BOUNDS, Histogram
from tickfold.engine.listener import Listener
from tickfold.engine.receiver import Receiver
from tickfold.net.connection import connect
from wire import Peer


def test_an_empty_histogram_knows_nothing():
    histogram = Histogram()
    assert (histogram.count, histogram.sum, histogram.max, histogram.percentile(50)) == (0, 0, None, None)
    assert len(histogram.buckets) == 0 and len(histogram.counts) == len(BOUNDS) - 1


def test_each_time_is_in_the_bucket_that_holds_it():
    times = [*range(300), *(1 << power for power in range(36)), *((1 << power) - 1 for power in range(1, 37)), 999_999]
    for ns in times:
        histogram = Histogram()
        histogram.add(ns)
        ((low, high, count),) = histogram.buckets.tolist()
        assert low <= ns < high and count == 1
        assert high - low <= max(1, low / 64)
        assert histogram.percentile(50) == pytest.approx(ns, rel=1 / 64)
        assert histogram.max == histogram.sum == ns


def test_buckets_lie_side_by_side_up_to_a_minute():
    assert BOUNDS[0] == 0 and BOUNDS[-1] == 1 << 36
    assert (np.diff(BOUNDS) > 0).all()


@pytest.mark.parametrize(("ns", "counted"), [(-5, 0), (1 << 36, 1 << 36), (1 << 62, 1 << 62)])
def test_times_that_no_bucket_holds_count_in_the_nearest(ns, counted):
    histogram = Histogram()
    histogram.add(ns)
    assert histogram.count == 1 and histogram.max == counted
    assert histogram.counts[0 if ns < 0 else -1] == 1


def test_percentiles():
    histogram = Histogram()
    for ns in range(1, 101):
        histogram.add(ns)
    assert [histogram.percentile(percent) for percent in (0, 1, 50, 99, 99.5, 100)] == [1, 1, 50, 99, 100, 100]
    assert histogram.sum == 5050 and histogram.count == histogram.counts.sum() == 100
    for wrong in (-1, 100.1, float("nan")):
        with pytest.raises(ValueError, match="0 to 100"):
            histogram.percentile(wrong)
    histogram.reset()
    assert histogram.count == histogram.sum == 0 and histogram.max is None and len(histogram.buckets) == 0


def test_what_is_read_from_a_histogram_is_a_copy():
    histogram = Histogram()
    histogram.add(5)
    counts, buckets = histogram.counts, histogram.buckets
    histogram.add(5)
    assert counts[5] == 1 and buckets["count"].tolist() == [1] and histogram.counts[5] == 2


async def served(receiver: Receiver, reads: list[bytes]) -> None:
    """A connection on which each of these comes as a read of its own."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(Peer.answer(await reader.readuntil(b"\r\n\r\n")))
        for number, data in enumerate(reads):
            await until(lambda number=number: listener.octets == sum(map(len, reads[:number])))
            writer.write(data)
        await until(lambda: listener.octets == sum(map(len, reads)))
        writer.close()

    listener = Listener(receiver)
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        await connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", listener)
        await listener.wait_disconnected()
        assert listener.octets == sum(map(len, reads))


def quote(number: int) -> bytes:
    return b'[{"T":"q","S":"AAPL","bp":%d,"ap":190.5}]' % number


@pytest.mark.parametrize("loop", LOOPS)
def test_the_first_message_of_a_read_counts(loop):
    decoder = Decoder("alpaca.data")
    seen: list[float] = []
    decoder.on(tf.Quote, lambda record: seen.append(record.bid))
    two = encode_frame(1, quote(1)) + encode_frame(1, quote(2))
    half = encode_frame(1, quote(3))
    run(served(decoder, [two, half[:20], half[20:] + two, encode_frame(9, b"ping")]), loop=loop)
    assert seen == [1, 2, 3, 1, 2]
    latency = decoder.latency
    assert latency.read.count == latency.fold.count == latency.callback.count == 2
    assert 0 < latency.fold.percentile(50) <= latency.fold.max and latency.fold.sum > 0
    latency.reset()
    assert latency.read.count == latency.fold.count == latency.callback.count == 0


def test_without_callbacks_there_is_no_stage_of_theirs():
    decoder = Decoder("alpaca.data")
    run(served(decoder, [encode_frame(1, quote(1))]))
    assert decoder.quotes["AAPL"].bid == 1
    assert (decoder.latency.fold.count, decoder.latency.callback.count) == (1, 0)


def test_reads_are_looked_at_up_to_a_number_and_then_each_sixteenth():
    decoder = Decoder("alpaca.data")
    decoder.on(tf.Quote, lambda record: None)
    run(served(decoder, [encode_frame(1, quote(number)) for number in range(256 + 64)]))
    assert decoder.messages == 256 + 64
    assert decoder.latency.callback.count == 256 + 4


def test_what_a_callback_takes_is_the_callbacks_stage():
    decoder = Decoder("alpaca.data")

    @decoder.on(tf.Quote)
    def slow(record: tf.Quote) -> None:
        end = time.monotonic_ns() + 20_000_000
        while time.monotonic_ns() < end:
            pass

    run(served(decoder, [encode_frame(1, quote(1))]))
    assert decoder.latency.callback.max >= 20_000_000
    assert decoder.latency.callback.percentile(50) == pytest.approx(decoder.latency.callback.max, rel=1 / 64)


def test_a_callback_that_fails_is_counted():
    decoder = Decoder("alpaca.data", dispatcher=Dispatcher(on_callback_error="report"))
    decoder.on(tf.Quote, lambda record: 1 / 0)
    run(served(decoder, [encode_frame(1, quote(1)), encode_frame(1, quote(2))]))
    assert decoder.latency.callback.count == 2 and decoder.quotes["AAPL"].bid == 2
    assert decoder.dispatcher.callback_errors(decoder.stream) == 2


def test_texts_beside_a_record_are_there_in_a_message_that_is_looked_at():
    decoder = Decoder("alpaca.data", extra=["zz"])
    seen: list[object] = []
    decoder.on(tf.Quote, lambda record: seen.append(record.extra))
    run(served(decoder, [encode_frame(1, b'[{"T":"q","S":"A","bp":1,"zz":"x"},{"T":"q","S":"B","bp":1,"zz":"y"}]')]))
    assert seen == [{"zz": "x"}, {"zz": "y"}] and decoder.latency.callback.count == 1


def test_an_engine_has_the_latency_of_each_stream_across_connections(faulty_venue):
    running = faulty_venue("alpaca.data", rate=500.0)
    stream = tf.alpaca.MarketData(url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"])
    engine = tf.Engine(stream, slow_after=None)
    seen: list[float] = []
    engine.on(tf.Quote, lambda record: seen.append(record.bid))
    assert list(engine.latency) == [stream.label] and engine.latency[stream.label].read.count == 0

    async def main() -> None:
        for _ in range(2):
            before, quotes = engine.latency[stream.label].callback.count, len(seen)
            async with engine:
                await until(lambda quotes=quotes: len(seen) > quotes + 3, 10.0)
            assert engine.latency[stream.label].callback.count > before

    run(main())
