"""What `tickfold watch` shows: rates, silence, gaps, lag, the age of quotes."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tickfold as tf
from support_live import run, until
from tickfold.cli.columns import ORDERS, QUOTES, STREAMS, Column, Fitting
from tickfold.cli.display import Display, Rate, _ago, _micros


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
        return dict(zip((column.name for column in STREAMS), row, strict=True))

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
            assert (shown()["late"], shown()["busy"], shown()["state"]) == ("", "", "live")
            stats = engine.stats[0]
            stats.data_age, stats.busy_share, stats.behind = 0.26, 0.421, "70,000 bytes wait"
            assert (shown()["late"], shown()["busy"]) == ("0.3 s", "42%")
            assert shown()["state"] == "live, behind: 70,000 bytes wait"
            quotes = display._rows(5)["quotes"]
            assert quotes and all(len(row) == len(QUOTES) and row[-1].endswith(" s") for row in quotes)

    run(main())


ROWS = {
    STREAMS: ["alpaca.data v2/iex", "live", "12,345", "1,234.5", "0.0 s", "0.0 s", "12", "12", "1", "1,234,567",
              "12.3 s", "0.1 s", "100%", "12.3", "123.4"],
    QUOTES: ["alpaca", "AAPL", "1,200", "12,345.67", "12,345.69", "1,100", "12,345.68", "0.1 s"],
    ORDERS: ["61e69015-8549-4bfd-b9c3-01e75843f47d", "AAPL", "buy", "trailing stop", "partially filled", "1,000",
             "250", "12,345.678", "12,345.68"],
}  # fmt: skip


@pytest.mark.parametrize("room", [24, 40, 80, 120, 300])
@pytest.mark.parametrize("columns", ROWS)
def test_numbers_are_whole_and_the_table_fits(columns, room):
    shown = Fitting(columns).fit([ROWS[columns]], room)
    assert 1 + sum(width + 3 for _, width in shown) <= room
    for number, width in shown:
        column = columns[number]
        assert width >= len(column.name)
        assert width >= len(ROWS[columns][number]) or (column.words is not None and width >= column.words)
    if room == 300:
        assert [width for _, width in shown] == [max(len(cell), len(column.name)) for cell, column in zip(
            ROWS[columns], columns, strict=True)]  # fmt: skip


def test_at_80_columns_it_shows_what_matters_most():
    def names(columns: tuple[Column, ...]) -> list[str]:
        return [columns[number].name for number, _ in Fitting(columns).fit([ROWS[columns]], 80)]

    assert names(STREAMS) == ["stream", "state", "msg/s", "no data", "gaps", "lag", "late", "busy"]
    assert names(QUOTES) == ["symbol", "bid size", "bid", "ask", "ask size", "last", "age"]
    assert names(ORDERS) == ["order", "symbol", "side", "status", "qty", "filled", "limit"]


def test_ids_are_cut_where_they_are_alike():
    order, symbol = ORDERS[0], ORDERS[1]
    assert [order.cut(text, 8) for text in ("922048212", "92204821")] == ["…2048212", "92204821"]
    assert symbol.cut("AAPL240816C00230000", 8) == "AAPL240…"


@given(
    cells=st.lists(st.text("x", max_size=30), min_size=8, max_size=8),
    wider=st.lists(st.text("x", max_size=30), min_size=8, max_size=8), room=st.integers(1, 200),
)  # fmt: skip
def test_whatever_the_cells_are(cells, wider, room):
    """Numbers are whole, and columns that were left out do not come back where cells shrink again."""
    fitting = Fitting(QUOTES)
    fitting.fit([wider], room)
    shown = fitting.fit([cells], room)
    assert 1 + sum(width + 3 for _, width in shown) <= room or len(shown) == 1
    assert all(QUOTES[number].words is not None or width >= len(cells[number]) for number, width in shown)
    assert shown == fitting.fit([["" for _ in cells]], room)
