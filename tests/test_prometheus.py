"""The figures of an engine in Prometheus' words: a real registry, scraped by HTTP while the engine runs."""

import asyncio
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.parser import text_string_to_metric_families

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.engine.histogram import BOUNDS, Histogram
from tickfold.prometheus import EDGES, PLACES, Collector, _buckets
from tickfold.sim import AlpacaMarketData

#: (name of the sample, its labels but the stream) → value
Samples = dict[tuple[str, tuple[str, ...]], float]


@contextmanager
def served(engine: tf.Engine) -> Iterator[str]:
    """A registry with the engine's collector, behind a web server; yields its URL."""
    registry = CollectorRegistry()
    registry.register(Collector(engine))
    server, thread = start_http_server(0, addr="127.0.0.1", registry=registry)
    try:
        yield f"http://127.0.0.1:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def scraped(url: str) -> Samples:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode()
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation and family.type in ("counter", "gauge", "histogram"), family
        for sample in family.samples:
            rest = tuple(value for name, value in sorted(sample.labels.items()) if name != "stream")
            found[sample.name, rest] = sample.value
    return found


def engine_of(url: str) -> tf.Engine:
    stream = tf.alpaca.MarketData(url=url, key="SIMKEY", secret="SIMSECRET", quotes=["*"])
    return tf.Engine(stream, slow_after=None)


def test_before_anything_ran():
    with served(engine_of("ws://127.0.0.1:9/v2/iex")) as url:
        samples = scraped(url)
    assert samples["tickfold_up", ()] == 1
    assert samples["tickfold_messages_total", ()] == 0 and samples["tickfold_ready", ()] == 0
    assert samples["tickfold_state", ("idle",)] == 1 and samples["tickfold_state", ("live",)] == 0
    assert ("tickfold_last_message_timestamp_seconds", ()) not in samples
    assert samples["tickfold_stage_duration_seconds_count", ("fold",)] == 0
    assert samples["tickfold_behind", ()] == samples["tickfold_busy_seconds_total", ()] == 0
    assert ("tickfold_busy_ratio", ()) not in samples and ("tickfold_data_age_seconds", ()) not in samples


@pytest.mark.parametrize("loop", LOOPS)
def test_while_it_runs(loop, faulty_venue):
    running = faulty_venue("alpaca.data", "faults/lost.faults", rate=500.0)
    engine = engine_of(running.url)
    seen: list[float] = []
    engine.on(tf.Quote, lambda quote: seen.append(quote.bid))

    async def main() -> Samples:
        began = time.time()
        with served(engine) as url:
            async with engine:
                await until(lambda: engine.stats[0].gaps > 0 and engine.stats[0].ready and len(seen) > 20, 10.0)
                samples = await asyncio.to_thread(scraped, url)
        assert samples["tickfold_up", ()] == 1
        assert began < samples["tickfold_last_message_timestamp_seconds", ()] < time.time()
        return samples

    samples = run(main(), loop=loop)
    stats = engine.stats[0]
    assert samples["tickfold_ready", ()] == samples["tickfold_state", ("live",)] == 1
    assert 1 <= samples["tickfold_gaps_total", ()] <= stats.gaps
    assert 1 <= samples["tickfold_connection_drops_total", ()] <= stats.drops
    assert 2 <= samples["tickfold_connections_total", ()] <= stats.connects
    assert 20 < samples["tickfold_messages_total", ()] <= stats.messages
    assert samples["tickfold_received_bytes_total", ()] > 1_000
    for stage in ("read", "fold", "callback"):
        count = samples["tickfold_stage_duration_seconds_count", (stage,)]
        assert 0 < count <= engine.latency[stats.label].read.count
        bounds = [value for (name, labels), value in samples.items()
                  if name == "tickfold_stage_duration_seconds_bucket" and stage in labels]  # fmt: skip
        assert bounds == sorted(bounds) and bounds[-1] == count and len(bounds) == len(EDGES) + 1
        assert 0 < samples["tickfold_stage_duration_seconds_sum", (stage,)] < 60


def test_a_scrape_does_not_wait_for_a_callback_that_takes_long(faulty_venue):
    engine = engine_of(faulty_venue("alpaca.data", rate=500.0).url)
    entered, leave = threading.Event(), threading.Event()

    @engine.on(tf.Quote)
    def on_quote(quote: tf.Quote) -> None:
        entered.set()
        leave.wait(10.0)

    thread = threading.Thread(target=engine.run)
    with served(engine) as url:
        assert scraped(url)["tickfold_up", ()] == 1
        thread.start()
        assert entered.wait(10.0)
        samples = scraped(url)
        assert samples["tickfold_up", ()] == 0 and samples["tickfold_messages_total", ()] == 0
        leave.set()
        assert scraped(url)["tickfold_up", ()] == 1
        engine.stop()
        thread.join()


def test_an_engine_that_is_behind():
    running = AlpacaMarketData(seed=1)

    async def main() -> tuple[Samples, Samples]:
        async with running:
            engine = tf.Engine(
                tf.alpaca.MarketData(url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"]), slow_after=0.2
            )
            with served(engine) as url:
                async with engine:
                    await engine.wait_ready()
                    running.settle()
                    await until(lambda: len(engine.quotes) > 0)
                    time.sleep(0.8)
                    await until(lambda: engine.stats[0].behind is not None)
                    behind = await asyncio.to_thread(scraped, url)
                    await until(lambda: engine.stats[0].behind is None)
                    return behind, await asyncio.to_thread(scraped, url)

    behind, again = run(main())
    assert behind["tickfold_behind", ()] == 1 and again["tickfold_behind", ()] == 0
    for samples in (behind, again):
        assert 0 <= samples["tickfold_busy_ratio", ()] <= 1
        assert samples["tickfold_busy_seconds_total", ()] > 0
        assert samples["tickfold_data_age_seconds", ()] >= 0


def test_the_bounds_are_those_of_buckets():
    assert [BOUNDS[place] for place in PLACES] == list(EDGES)
    histogram = Histogram()
    for ns in (127, 128, 1 << 20, 1 << 35):
        histogram.add(ns)
    counted = dict(_buckets(histogram))
    assert counted["1.28e-07"] == 1 and counted[repr(256 / 1e9)] == 2
    assert counted[repr((1 << 33) / 1e9)] == 3 and counted["+Inf"] == 4
