"""What is done with journals: command line, tables, pieces."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tickfold as tf
from browser import checked
from support_live import run, until
from test_journal import record, write
from tickfold.cli.commands import main
from tickfold.journal.bench import bench
from tickfold.journal.cut import cut
from tickfold.journal.export import export
from tickfold.sim import AlpacaMarketData, AlpacaTrading

pyarrow = pytest.importorskip("pyarrow", reason="the extra `export` is not installed")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some seconds of quotes, trades and bars."""
    path = tmp_path_factory.mktemp("journal") / "day.tfj"
    run(record("alpaca.stocks", path, 2500), 60, "uvloop")
    return path


@pytest.fixture(scope="module")
def quotes(day: Path) -> list[tf.Quote]:
    found: list[tf.Quote] = []
    replay = tf.replay(day)
    replay.on(tf.Quote, lambda quote: found.append(quote.copy()))
    replay.run()
    assert len(found) > 500
    return found


def rows_of(table) -> list[dict]:
    """The rows of a pyarrow.Table; times as ns, for which Python has no type of its own."""
    for number, field in enumerate(table.schema):
        if pyarrow.types.is_timestamp(field.type):
            table = table.set_column(number, field.name, table.column(number).cast(pyarrow.int64()))
    return table.to_pylist()


def check_rows(table, quotes: list[tf.Quote]) -> None:
    """A pyarrow.Table holds these quotes, field by field; what was never stated is null."""
    assert table.num_rows == len(quotes)
    rows = rows_of(table)
    for row, quote in zip(rows, quotes, strict=True):
        for name in ("bid", "ask", "bid_size", "last", "conditions", "tape", "bid_exchange", "open_interest"):
            assert row[name] == getattr(quote, name), name
        assert (row["symbol"], row["stream"], row["seq"]) == (quote.symbol, quote.stream, quote.seq)
        assert row["ts_event"] == quote.ts_event
        assert row["last_flag"] == (None if quote.last_flag is None else quote.last_flag.name)


def test_parquet_read_back_equals_the_records(day, quotes, tmp_path):
    from pyarrow import parquet

    assert export(day, "quote", "parquet", tmp_path / "q.parquet") == len(quotes)
    check_rows(parquet.read_table(tmp_path / "q.parquet"), quotes)


def test_arrow_read_back_equals_the_records(day, quotes, tmp_path):
    assert export(day, tf.Quote, "arrow", tmp_path / "q.arrow") == len(quotes)
    with pyarrow.ipc.open_file(tmp_path / "q.arrow") as file:
        check_rows(file.read_all(), quotes)


def test_csv_has_a_line_a_record(day, quotes, tmp_path):
    export(day, "quote", "csv", tmp_path / "q.csv")
    lines = (tmp_path / "q.csv").read_text().splitlines()
    assert len(lines) == len(quotes) + 1
    names = lines[0].replace('"', "").split(",")
    first = dict(zip(names, lines[1].split(","), strict=True))
    assert float(first["bid"]) == quotes[0].bid
    assert first["open_interest"] == ""


def test_long_texts_and_enums_are_columns_too(tmp_path):
    path = tmp_path / "orders.tfj"
    run(record("ibkr", path, 1000), 60, "uvloop")
    replay, kept = tf.replay(path), []
    replay.on(tf.Order, lambda order: kept.append(order.copy()))
    replay.run()
    table = tf.replay(path)._table("order")
    assert [row["status"] for row in rows_of(table)] == [
        None if order.status is None else order.status.name for order in kept]  # fmt: skip
    events = tf.replay(path)._table("event")
    assert set(events.schema.names) >= {"event", "data"}


def test_frames(day, quotes):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = tf.replay(day).to_pandas("Quote")
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["bid"]) == [quote.bid for quote in quotes]
    assert frame["open_interest"].isna().all()


def test_frames_of_polars(day, quotes):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = tf.replay(day).to_polars(tf.Quote)
    assert isinstance(frame, polars.DataFrame)
    assert frame["bid"].to_list() == [quote.bid for quote in quotes]
    assert frame["open_interest"].null_count() == len(quotes)
    assert frame["symbol"].to_list() == [quote.symbol for quote in quotes]


@pytest.mark.parametrize(("kind", "to", "words"), [
    ("quotes", "csv", "'quotes' is no kind of record: give one of Ack, Balance"), ("quote", "xml", "to='xml'"),
])  # fmt: skip
def test_wrong_arguments_of_export(kind, to, words, day, tmp_path):
    with pytest.raises(tf.ConfigError, match=words):
        export(day, kind, to, tmp_path / "x")


def test_a_piece_of_a_journal(tmp_path):
    write(tmp_path / "day.tfj", 1000)
    first = 1_700_000_000_000_000_000
    count = cut(tmp_path / "day.tfj", tmp_path / "cut.tfj", since=first + 100_000_000, until=first + 199_000_000)
    assert count == 200  # a message and the end of a read each
    replay, seen = tf.replay(tmp_path / "cut.tfj"), []
    replay.on(tf.Quote, lambda quote: seen.append((quote.bid, quote.seq)))
    replay.run()
    assert seen == [(i + 0.25, i + 1) for i in range(100, 200)]
    assert (replay.complete, replay.lost, replay.diverged) == (True, 0, None)
    with pytest.raises(tf.ConfigError, match="exists, and no journal is overwritten"):
        cut(tmp_path / "day.tfj", tmp_path / "cut.tfj")


def test_the_commands(tmp_path, capsys):
    one, other, piece = tmp_path / "one.tfj", tmp_path / "other.tfj", tmp_path / "piece.tfj"
    write(one, 500)
    write(other, 501)
    assert main(["verify", str(one)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1].startswith("records ")
    assert main(["verify", str(one)]) == 0
    assert capsys.readouterr().out.splitlines() == told
    assert main(["diff", str(one), str(one)]) == 0
    assert main(["diff", str(one), str(other)]) == 1
    assert "message 500 is the first that differs" in capsys.readouterr().out
    when = datetime.fromtimestamp(1_700_000_000.2, UTC).isoformat()
    assert main(["cut", str(one), "--from", when, "-o", str(piece)]) == 0
    assert "600 entries" in capsys.readouterr().out
    assert main(["export", str(one), "--kind", "quote", "-o", str(tmp_path / "q.parquet")]) == 0
    assert "500 records" in capsys.readouterr().out
    whole = one.read_bytes()
    one.write_bytes(whole[:-10])
    assert main(["verify", str(one)]) == 1
    assert "no whole block" in capsys.readouterr().err
    one.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    assert main(["verify", str(one)]) == 1
    assert "byte" in capsys.readouterr().err


def test_the_benchmark_of_ones_own_feed(day, tmp_path, capsys):
    found = bench(day, 3000)
    assert 1000 < found.messages <= 3000
    assert found.costs[0][::2] == ("tickfold", 1.0)
    assert {"orjson.loads", "json.loads"} <= {cost.name for cost in found.costs}
    assert all(cost.ns > 0 for cost in found.costs)
    assert sorted(found.ages.values()) == list(found.ages.values())
    assert set(found.ages) == {50, 90, 99, 99.9, 100}
    assert sum(count for _, count in found.aged) > 1000
    assert found.each.keys() == found.spread.shares.keys() == {cost.name for cost in found.costs}
    for name, shares in found.spread.shares.items():
        assert sum(shares) == pytest.approx(1.0)
        assert len(shares) == len(found.spread.edges) - 1
        assert list(found.each[name].values()) == sorted(found.each[name].values())
    output = tmp_path / "bench.html"
    assert main(["bench", str(day), "--messages", "500", "-o", str(output)]) == 0
    assert "orjson.loads" in capsys.readouterr().out
    shown, pictures = checked(output.read_text())
    assert pictures == 3
    assert "What a message costs" in shown


KEYS = {"APCA_API_KEY_ID": "SIMKEY", "APCA_API_SECRET_KEY": "SIMSECRET", "PATH": ""}


def test_several_streams_are_recorded_by_a_file_until_sigint(tmp_path):
    path = tmp_path / "day.tfj"

    async def main_() -> bytes:
        async with AlpacaMarketData(seed=31, rate=2000.0) as data, AlpacaTrading(seed=31, rate=500.0) as trading:
            (tmp_path / "streams").write_text(
                f"# quotes, and the orders\nalpaca.data --url {data.url} --quotes '*'   # all of them\n\n"
                f"alpaca.trading --url {trading.url}\n"
            )
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tickfold", "record", "file", str(tmp_path / "streams"), "-o", str(path),
                "--rotate", "day", "--sync", "0.1", stdout=subprocess.PIPE, env=KEYS,
            )  # fmt: skip
            playing = [asyncio.create_task(venue.play(100_000)) for venue in (data, trading)]
            await until(lambda: data.subscribed and trading.subscribed, 30)
            await until(lambda: path.exists() and path.stat().st_size > 10_000, 30)
            child.send_signal(signal.SIGINT)
            out, _ = await child.communicate()
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
            assert child.returncode == 0
            return out

    assert b"0 lost" in run(main_(), 90)
    replay = tf.replay(path)
    replay.run()
    assert (replay.complete, replay.lost, replay.diverged) == (True, 0, None)
    assert {stream["table"] for stream in replay.header["streams"]} == {"alpaca.data", "alpaca.trading"}
    assert len(replay.quotes) > 5


@pytest.mark.parametrize(("text", "words"), [
    ("", "no stream is in it"), ("nobody --quotes A", "line 1: 'nobody' is no stream: there are alpaca.data"),
    ("\nibkr --what", "line 2: "), ("ibkr 'x", "line 1: No closing quotation"),
    ("alpaca.data --quotes A --seconds 5", "line 1: --seconds is of all streams"),
])  # fmt: skip
def test_files_of_streams_that_are_wrong(text, words, tmp_path, capsys):
    (tmp_path / "streams").write_text(text)
    assert main(["record", "file", str(tmp_path / "streams"), "-o", str(tmp_path / "day.tfj")]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "day.tfj").exists()


def test_recording_by_the_command_line(tmp_path):
    path = tmp_path / "day.tfj"

    async def main_() -> bytes:
        async with AlpacaMarketData(seed=31, rate=2000.0) as venue:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tickfold", "record", "alpaca.data", "--url", venue.url, "--quotes", "*",
                "-o", str(path), "--seconds", "1.5", stdout=subprocess.PIPE,
                env=KEYS,
            )  # fmt: skip
            playing = asyncio.create_task(venue.play(100_000))
            out, _ = await child.communicate()
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            assert child.returncode == 0
            return out

    said = run(main_(), 40)
    assert b"0 lost" in said
    replay = tf.replay(path)
    replay.run()
    assert replay.complete
    assert replay.messages > 100
    assert len(replay.quotes) > 5
