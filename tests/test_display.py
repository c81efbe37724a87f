"""What `tickfold watch` shows: rates, silence, gaps, lag, the age of quotes."""

import asyncio

import tickfold as tf
from support_live import run, until
from tickfold.cli.display import QUOTES, STREAMS, Display, Rate, _ago, _micros


def test_rates_are_those_of_the_last_seconds():
    rate = Rate()
    assert rate.of(10.0, 5, 500) == (0.0, 0.0)
    assert rate.of(10.5, 10, 600) == (10.0, 200.0)
    for step in range(1, 21):
        now = 10.5 + step / 4
        shown = rate.of(now, 10 + 100 * step, 600)
    assert shown == (400.0, 0.0)


def test_how_long_ago():
    now = 1_000_000_000_000
    assert [_ago(ns, now) for ns in (None, 0, now, now + 5, now - 1_500_000_000, now - 600_000_000_000)] == [
        "", "", "0.0 s", "0.0 s", "1.5 s", "10 min",
    ]  # fmt: skip


def test_stages_that_are_not_known_are_left_out():
    assert _micros([None, None, None]) == "" and _micros([1_000, 500, None]) == "1.5"


def test_a_running_engine(faulty_venue):
    running = faulty_venue("alpaca.data", "faults/lost.faults", rate=500.0)
    stream = tf.alpaca.MarketData(url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"])
    engine = tf.Engine(stream, slow_after=None)
    display = Display(engine, "title")

    def shown() -> dict[str, str]:
        (row,) = display._rows(5)["streams"]
        return dict(zip(STREAMS, row, strict=True))

    before = shown()
    assert (before["stream"], before["state"], before["silent"], before["p50 µs"]) == (stream.label, "idle", "", "")

    async def main() -> None:
        async with engine:
            await until(lambda: shown()["state"].startswith("backoff"), 10.0)
            await until(lambda: shown()["gaps"] != "0" and shown()["state"] == "live", 10.0)
            await asyncio.sleep(0.3)
            row = shown()
            assert float(row["msg/s"].replace(",", "")) > 0 and float(row["kB/s"]) > 0
            assert row["silent"].endswith(" s") and int(row["drops"]) >= 1 and row["lag"] == ""
            assert float(row["p99 µs"].replace(",", "")) >= float(row["p50 µs"].replace(",", "")) > 0
            engine.stats[0].lag = 1.26
            assert shown()["lag"] == "1.3 s"
            quotes = display._rows(5)["quotes"]
            assert quotes and all(len(row) == len(QUOTES) and row[-1].endswith(" s") for row in quotes)

    run(main())
