"""Journals: what was recorded plays again byte for byte, and nothing that is damaged is believed."""

import asyncio
import json
import logging
import os
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tickfold as tf
from crashes import begin, kill_one
from support_live import run, until
from test_end_to_end import CASES, KEYS, QUICK
from tickfold.engine.journal import ENTRY_HEAD, PADDING, Block, Log, crc32c, join, split
from tickfold.engine.replay import Collector
from tickfold.journal.format import HEAD
from tickfold.journal.proof import RecordHash, diff, hash_of_rows, verify
from tickfold.journal.reader import Reader
from tickfold.sim import AlpacaMarketData, DeflateSettings

QUOTE = b'[{"T":"q","S":"AAPL","bp":188.25,"ap":188.5,"bs":1,"as":2,"t":"2024-08-06T14:15:31.5Z"}]'


def collected(host) -> tuple[Collector, dict[int, bytes]]:
    """Has the bytes of each record that is handed on noted under its seq; `note` is to be called before look-up."""
    found: dict[int, bytes] = {}
    collector = Collector()

    def note(record: tf.Record) -> None:
        found[record.seq] = collector.take()

    host.on(tf.Record, native=collector.address, context=collector.context)
    host.on(tf.Record, note)
    return collector, found


async def record(case: str, path: Path, steps: int = 1500, drop: bool = False) -> tuple[dict[int, bytes], str]:
    """Runs an engine with a journal; returns the bytes of its records by seq, and the hash of its rows in the end."""
    make, streams = CASES[case]
    async with make(seed=21, rate=None, deflate=DeflateSettings("require")) as venue:
        engine = tf.Engine(*streams(venue), reconnect=QUICK, journal=path)
        _, found = collected(engine)
        async with engine:
            await engine.wait_ready()
            await venue.wait_subscribed()
            await venue.play(steps)
            if drop:
                venue.drop()
                await until(lambda: all(stats.drops for stats in engine.stats))
                await engine.wait_ready()
                await until(lambda: len(venue.connections) == len(streams(venue)) and venue.subscribed)
                await venue.play(steps)
            await asyncio.sleep(0.05)
        assert engine.journal is not None
        assert engine.journal.lost == 0
        return found, hash_of_rows(engine.state)


@pytest.mark.parametrize("drop", [False, True])
@pytest.mark.parametrize("case", ["alpaca.stocks", "alpaca.crypto.msgpack", "alpaca.trading", "ibkr", "ibkr.portal",
                                  "vega", "etna"])  # fmt: skip
def test_what_was_recorded_plays_again_byte_for_byte(case, drop, tmp_path):
    path = tmp_path / "day.tfj"
    live, rows = run(record(case, path, drop=drop), 60, "uvloop")
    replay = tf.replay(path)
    _, played = collected(replay)
    replay.run()
    assert replay.other == ""
    assert (replay.complete, replay.torn, replay.lost, replay.diverged) == (True, 0, 0, None)
    assert len(played) > 1000
    same = played.keys() & live.keys()
    assert len(same) > 1000
    assert [seq for seq in sorted(same) if played[seq] != live[seq]] == []
    # Before the venue has accepted the login nothing is recorded: only words of the session can be missing.
    kinds = {live[seq][0] for seq in live.keys() - played.keys()}
    assert kinds <= {tf.RecordKind.ACK, tf.RecordKind.SESSION_STATE, tf.RecordKind.EVENT}
    assert hash_of_rows(replay.state) == rows


def test_no_credential_is_in_a_journal(tmp_path):
    path = tmp_path / "day.tfj"
    run(record("alpaca.stocks", path, 50), 30)
    data = b"".join(block.data for block in Reader(path))
    assert b'"T":"q"' in data
    for secret in (*KEYS.values(), "authenticated"):
        assert secret.encode() not in data
        assert secret not in str(Reader(path).header)


def test_what_a_callback_retires_is_retired_at_the_same_place(tmp_path):
    path = tmp_path / "day.tfj"

    async def main():
        make, streams = CASES["ibkr"]
        async with make(seed=22, rate=None, order_share=1.0) as venue:
            engine = tf.Engine(*streams(venue), journal=path)
            _, found = collected(engine)
            retired = []

            @engine.on(tf.Order)
            def on_order(order: tf.Order) -> None:
                if order.status is tf.OrderStatus.FILLED:
                    retired.append(engine.orders.retire())

            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(2000)
                await asyncio.sleep(0.05)
            assert sum(retired) > 10
            return found, hash_of_rows(engine.state)

    live, rows = run(main(), 40)
    replay = tf.replay(path)
    _, played = collected(replay)
    replay.run()
    assert replay.diverged is None
    same = played.keys() & live.keys()
    assert len(same) > 1000
    assert all(played[seq] == live[seq] for seq in same)
    assert hash_of_rows(replay.state) == rows


def test_orders_that_may_be_out_of_date_are_so_again(tmp_path):
    """The connection is lost, and nobody tells the open orders anew."""
    path = tmp_path / "day.tfj"

    async def main():
        make, streams = CASES["alpaca.trading"]
        async with make(seed=24, rate=None) as venue:
            engine = tf.Engine(*streams(venue), reconnect=tf.Backoff(initial=5.0, maximum=5.0), journal=path)
            async with engine:
                await engine.wait_ready()
                await venue.wait_subscribed()
                await venue.play(800)
                await asyncio.sleep(0.05)
                venue.drop()
                await until(lambda: engine.stats[0].drops == 1)
            return hash_of_rows(engine.state), [order.order_id for order in engine.orders.stale]

    rows, stale = run(main(), 30)
    assert len(stale) > 5
    replay = tf.replay(path)
    replay.run()
    assert [order.order_id for order in replay.orders.stale] == stale
    assert hash_of_rows(replay.state) == rows


def test_a_snapshot_that_was_fed_between_two_connections_plays_again(tmp_path):
    path = tmp_path / "day.tfj"
    answer = b'[{"id":"61e69015","client_order_id":"mine","symbol":"AAPL","qty":"5","filled_qty":"0","status":"new"}]'

    async def main():
        make, streams = CASES["alpaca.trading"]
        async with make(seed=24, rate=None) as venue:
            (stream,) = streams(venue)
            engine = tf.Engine(stream, reconnect=tf.Backoff(initial=5.0, maximum=5.0), journal=path)
            async with engine:
                await engine.wait_ready()
                venue.drop()
                await until(lambda: engine.stats[0].drops == 1)
                assert engine.feed_snapshot(stream, answer) >= 1
            return hash_of_rows(engine.state)

    rows = run(main(), 30)
    replay = tf.replay(path)
    replay.run()
    assert replay.orders["61e69015"].client_order_id == "mine"
    assert hash_of_rows(replay.state) == rows


def write(path: Path, count: int = 2000, **options) -> None:
    """A journal of `count` quotes, without an engine."""
    writer, decoder = begin(path, **options)
    for i in range(count):
        decoder.feed(QUOTE.replace(b"188.25", b"%d.25" % i), 1_700_000_000_000_000_000 + i * 1_000_000)
    writer.close()


def test_a_second_start_of_an_engine_is_another_part(tmp_path):
    path = tmp_path / "day.tfj"

    async def main():
        async with AlpacaMarketData(seed=23, rate=None) as venue:
            engine = tf.Engine(tf.alpaca.MarketData(url=venue.url, quotes=["*"], **KEYS), journal=path)
            for _ in range(2):
                async with engine:
                    await engine.wait_ready()
                    await venue.wait_subscribed()
                    await venue.play(200)
                    await asyncio.sleep(0.05)
            return hash_of_rows(engine.state)

    rows = run(main(), 30)
    assert (tmp_path / "day.1.tfj").exists()
    replay = tf.replay(path)
    replay.run()
    assert hash_of_rows(replay.state) == rows


def test_a_file_that_exists_is_not_overwritten(tmp_path):
    (tmp_path / "day.tfj").write_text("mine")
    with pytest.raises(tf.ConfigError, match="exists, and no journal is overwritten"):
        write(tmp_path / "day.tfj")
    assert (tmp_path / "day.tfj").read_text() == "mine"
    with pytest.raises(tf.ConfigError, match="No such file or directory"):
        write(tmp_path / "nowhere" / "day.tfj")
    write(tmp_path / "day-%Y.tfj", 10)
    assert (tmp_path / f"day-{datetime.now(UTC).year}.tfj").exists()


@pytest.mark.parametrize(("options", "words"), [
    ({"path": 5}, "give a path"), ({"path": "x", "rotate": 5}, "65,536 bytes or more"),
    ({"path": "x", "sync": 0}, "give seconds above 0"),
])  # fmt: skip
def test_wrong_settings(options, words):
    with pytest.raises(tf.ConfigError, match=words):
        tf.Journal(**options)


def test_parts_by_size(tmp_path):
    path = tmp_path / "day.tfj"
    write(path, 80_000, rotate=1 << 16)
    parts = sorted(tmp_path.iterdir())
    assert len(parts) >= 3
    assert all(part.stat().st_size < 1 << 18 for part in parts)
    replay = tf.replay(path)
    replay.run()
    assert (replay.messages, replay.complete, replay.quotes["AAPL"].bid) == (80_000, True, 79999.25)


def test_a_block_that_is_killed_within_is_left_out(tmp_path):
    path = tmp_path / "day.tfj"
    write(path, 3000)
    whole = path.read_bytes()
    blocks = [block.place.offset for block in Reader(path)]
    assert len(blocks) >= 5
    for cut in (blocks[-1] + 1, blocks[-1] + HEAD.size, blocks[-1] + HEAD.size + 100, blocks[1] + 40):
        path.write_bytes(whole[:cut])
        replay = tf.replay(path)
        replay.run()
        begun = max(block for block in blocks if block <= cut)
        assert replay.torn == cut - begun
        assert replay.complete is False
        assert 0 < replay.messages < 3000


def test_a_flipped_bit_anywhere_is_found(tmp_path):
    path = tmp_path / "day.tfj"
    write(path, 600)
    whole = bytearray(path.read_bytes())
    assert len(list(verify(path))) == 1
    for at in range(0, len(whole), 7):
        whole[at] ^= 1 << at % 8
        path.write_bytes(whole)
        whole[at] ^= 1 << at % 8
        with pytest.raises(tf.JournalError, match=rf"{path}, byte [\d,]+: "):
            list(verify(path))


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.23, 0.4])
def test_a_killed_writer_leaves_what_it_has_synced(seconds, tmp_path):
    """200 kills at random moments: `make crashes`."""
    killed = kill_one(tmp_path / "day.tfj", seconds)
    assert killed.found >= killed.kept
    assert killed.found > 0 or seconds < 0.1


def test_a_removed_file_is_told_and_the_next_part_goes_on(tmp_path, caplog):
    folder = tmp_path / "journals"
    folder.mkdir()
    path = folder / "day.tfj"
    writer, decoder = begin(path, sync=0.02)

    def feed_until(condition) -> None:
        limit = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < limit
            decoder.feed(QUOTE, time.time_ns())
            time.sleep(0.002)

    feed_until(lambda: writer.blocks >= 1)
    path.unlink()
    folder.rmdir()
    with caplog.at_level(logging.WARNING):
        feed_until(lambda: writer.failure is not None)
        feed_until(lambda: writer.log.lost > 0)
        folder.mkdir()
        feed_until(lambda: writer.failure is None)
        feed_until(lambda: writer.parts == 2 and writer.blocks >= 4)
    writer.close()
    assert "its file has been removed" in caplog.text
    assert "it is written again" in caplog.text
    (folder / "day.1.tfj").rename(path)
    replay = tf.replay(path)
    replay.run()
    assert replay.lost > 0
    assert replay.complete is True


@pytest.fixture
def small_disk(tmp_path):
    """A filesystem of 256 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)], check=False).returncode:
        pytest.skip("no filesystem can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def feed_until(writer, decoder, condition, message: bytes = QUOTE) -> None:
    """Feeds quotes until a condition holds."""
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        for _ in range(50):
            decoder.feed(message.replace(b"188.25", b"%d.25" % int.from_bytes(os.urandom(4), "big")), time.time_ns())
        time.sleep(0.001)


def test_a_full_disk_is_told_and_counted(small_disk, caplog):
    """A real one: it is full once the journal and a file beside it are, and has room again once that file is gone."""
    beside = small_disk / "beside"
    beside.write_bytes(bytes(128 << 10))
    path = small_disk / "day.tfj"
    writer, decoder = begin(path, sync=0.02)
    with caplog.at_level(logging.WARNING):
        feed_until(writer, decoder, lambda: writer.failure is not None and writer.log.lost > 0)
        assert decoder.quotes["AAPL"].ask == 188.5
        beside.unlink()
        feed_until(writer, decoder, lambda: writer.failure is None)
    writer.close()
    assert caplog.text.count("No space left on device") >= 1
    assert "it is written again" in caplog.text
    replay = tf.replay(path)
    replay.run()
    assert (replay.lost, replay.complete) == (writer.log.lost, True)
    assert replay.messages > 0
    assert list(verify(path))[-1].faults == (f"{replay.lost:,} entries were lost when it was written",)


def test_a_slow_disk_is_told_and_counted(tmp_path, caplog, monkeypatch):
    """Each write waits; what does not fit into the queue is lost, and the thread that receives does not wait."""
    hold = threading.Event()
    real = os.write
    monkeypatch.setattr("tickfold.journal.writer.WAITING", 4)
    writer, decoder = begin(tmp_path / "day.tfj", sync=0.02)
    monkeypatch.setattr("tickfold.journal.writer.os.write", lambda file, data: hold.wait(30) and real(file, data))
    with caplog.at_level(logging.WARNING):
        feed_until(writer, decoder, lambda: writer.log.lost > 0)
        assert "the disk is too slow: 4 blocks wait" in caplog.text
        assert decoder.quotes["AAPL"].ask == 188.5
        hold.set()
        feed_until(writer, decoder, lambda: writer.failure is None)
    writer.close()
    replay = tf.replay(tmp_path / "day.tfj")
    replay.run()
    assert (replay.lost, replay.complete) == (writer.log.lost, True)


def test_blocks_that_the_disk_does_not_take_are_counted_and_told():
    taken: list[Block] = []
    log = Log(lambda block: len(taken) < 2 and not taken.append(block))
    decoder = tf.decoder("alpaca.data")
    decoder.journal = log
    for _ in range(5000):
        decoder.feed(QUOTE)
    assert log.lost > 1000
    assert sum(block.count for block in taken) + log.lost <= log.entries + 1
    before = log.lost
    taken.clear()
    for _ in range(1000):
        decoder.feed(QUOTE)
    assert log.lost == before
    assert join(split(taken[:1])[0], taken[0].count)[24:].startswith(b"[")


def test_the_pace_and_the_start_of_a_replay(tmp_path):
    path = tmp_path / "day.tfj"
    write(path, 300)  # 0.3 s
    replay = tf.replay(path, speed=1.5)
    began = time.monotonic()
    replay.run()
    assert time.monotonic() - began >= 0.19
    seen = []
    later = tf.replay(path, start=1_700_000_000_100_000_000)
    later.on(tf.Quote, lambda quote: seen.append(quote.bid))
    later.run()
    assert seen == [float(f"{i}.25") for i in range(100, 300)]
    assert later.messages == 300
    when = datetime.fromtimestamp(1_700_000_000.1, UTC)
    assert tf.replay(path, start=when)._start == 1_700_000_000_100_000_000
    with pytest.raises(tf.ConfigError, match="no time zone"):
        tf.replay(path, start=datetime(2024, 1, 1))
    with pytest.raises(tf.ConfigError, match="factor above 0"):
        tf.replay(path, speed=0)


def test_progress_stop_and_errors_of_callbacks(tmp_path):
    path = tmp_path / "day.tfj"
    write(path, 3000)
    shares: list[float] = []
    replay = tf.replay(path, progress=shares.append)
    seen = 0

    @replay.on(tf.Quote)
    def on_quote(quote: tf.Quote) -> None:
        nonlocal seen
        seen += 1
        if seen == 1000:
            replay.stop()
        if seen == 2000:
            raise ValueError("mine")

    replay.run()
    assert (seen, replay.ended) == (1000, False)
    with pytest.raises(tf.CallbackError, match="ValueError: mine"):
        replay.run()
    assert seen == 2000
    replay.run()
    assert (seen, replay.ended, shares[-1] > 0.98, shares == sorted(shares)) == (3000, True, True, True)


def test_what_is_no_journal(tmp_path):
    with pytest.raises(tf.JournalError, match="cannot be read: No such file"):
        tf.replay(tmp_path / "day.tfj")
    for content in (b"", b"hello", b"x" * 4096):
        (tmp_path / "day.tfj").write_bytes(content)
        with pytest.raises(tf.JournalError, match="no journal"):
            tf.replay(tmp_path / "day.tfj")


def test_verify_and_diff(tmp_path):
    one, same, other = tmp_path / "one.tfj", tmp_path / "same.tfj", tmp_path / "other.tfj"
    write(one, 900)
    write(same, 900)
    write(other, 901)
    proofs = [list(verify(path))[-1] for path in (one, same, other)]
    assert proofs[0] == proofs[1]
    assert proofs[0].records != proofs[2].records
    assert diff(one, same) is None
    found = diff(one, other)
    assert found is not None
    assert (found.message, found.payloads[0]) == (900, None)
    assert [record.bid for record in found.records[1]] == [900.25]


def test_the_hash_of_records_follows_what_is_handed_on():
    def hashed(*payloads: bytes) -> str:
        decoder = tf.decoder("alpaca.data")
        found = RecordHash(decoder)
        for payload in payloads:
            decoder.feed(payload, 5)
        return found.hexdigest()

    news = b'[{"T":"n","id":1,"headline":"one","content":"%s"}]'
    assert hashed(QUOTE) == hashed(QUOTE)
    assert hashed(QUOTE) != hashed(QUOTE, QUOTE.replace(b"188.25", b"188.26"))
    assert hashed(news % b"a") != hashed(news % b"b")


def test_entries_as_columns_and_back():
    taken: list[Block] = []
    log = Log(lambda block: taken.append(block) or True)
    long = [1, "x" * 70_000]
    entries = [(1, 2, 1_700_000_000_000_000_000, 5, long), (2, 7, 3, 2**63, []), (3, 0, -(2**63), 0, ["é"])]
    for entry in entries:
        log.note(*entry)
    log.cut()
    assert [block.count for block in taken] == [1, 2]
    found = []
    for block, columns in zip(taken, split(taken), strict=True):
        assert len(columns) == block.size
        data, at = join(columns, block.count), 0
        assert data[-PADDING:] == bytes(PADDING)
        while at < block.size:
            size, stream, type_, _, when, seq = ENTRY_HEAD.unpack_from(data, at)
            at += ENTRY_HEAD.size + size
            found.append((type_, stream, when, seq, json.loads(data[at - size : at])))
        for wrong in (columns[:-1], columns + b"x", columns[:20], b""):
            with pytest.raises(ValueError, match=r"cannot have \d+ entries|do not add up"):
                join(wrong, block.count)
    assert found == entries
    assert split([]) == []
    assert join(b"", 0) == bytes(PADDING)


@pytest.mark.parametrize(("data", "crc"), [
    # RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRCs.
    (bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43), (bytes(range(32)), 0x46DD794E),
    (bytes(range(31, -1, -1)), 0x113FDB5C), (b"123456789", 0xE3069283), (b"", 0),
])  # fmt: skip
def test_crc32c(data, crc):
    assert crc32c(data) == crc
