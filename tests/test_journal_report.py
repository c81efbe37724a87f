"""`tickfold report`: its figures against a journal whose content is known, and its page."""

from pathlib import Path

import numpy
import pytest

import tickfold as tf
from browser import browse, checked, needs_browser, width
from tickfold.cli.commands import main
from tickfold.journal.page import page
from tickfold.journal.report import BINS, Report, Timeline, Types, gather
from tickfold.journal.writer import Writer, describe
from tickfold.schema import registry

MS = 1_000_000
START = 1_700_000_000_000_000_000
SECOND = 1000 * MS
PERCENTS = (1, 5, 25, 50, 75, 90, 95, 99, 99.9, 100)
STRANGE = "A<b>&\\\"'"  # a symbol, as JSON writes it


def stamp(ns: int) -> str:
    return f"{1_700_000_000 + ns // SECOND - 1_699_999_980:02d}.{ns % SECOND:09d}"


def quote(ns: int, age: int, symbol: str = "AAPL") -> bytes:
    """A quote that is received at START + ns, `age` ns after the venue's stamp. START is 22:13:20 UTC."""
    return f'[{{"T":"q","S":"{symbol}","bp":1,"ap":2,"t":"2023-11-14T22:13:{stamp(ns - age)}Z"}}]'.encode()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two streams, ten seconds: 100 quotes, each 1 ms older than the one before; trades; a gap; a lost session."""
    path = tmp_path_factory.mktemp("report") / "day.tfj"
    labels = {"fast & <slow>": "alpaca.data", "vega": "vega"}
    streams = [
        {"number": number, "label": label, "table": table, "table_hash": "", "options": {}}
        for number, (label, table) in enumerate(labels.items())
    ]
    writer = Writer(tf.Journal(path), describe(streams, {}, "0"))
    writer.open()
    state, dispatcher = tf.State(), tf.Dispatcher()
    fast, vega = (
        tf.decoder(table, label=label, state=state, dispatcher=dispatcher, stream=number)
        for number, (label, table) in enumerate(labels.items())
    )
    for decoder in (fast, vega):
        decoder.journal = writer.log
    fast.announce(True, "fast & <slow>", "ready", START)
    for number in range(100):
        ns = 10 * MS * number
        fast.feed(quote(ns, (number + 1) * MS), START + ns)
    fast.announce(False, "fast & <slow>", "<cut>", START + 2 * SECOND)
    fast.gap(START + 990 * MS, START + 3 * SECOND, "fast & <slow>", "reconnected")
    fast.feed(b'[{"T":"t","S":"%s","p":1,"s":1},{"T":"t","S":"AAPL","p":2,"s":1,"new<":"&"}]' % STRANGE.encode(),
              START + 4 * SECOND)  # fmt: skip
    vega.feed(b'{"result":{"vote":[]}}', START + 5 * SECOND)
    vega.feed(b"nonsense", START + 5 * SECOND)
    slow = {"loop_lag": 2.5, "callback_time": 1.25, "interval": 2.0, "data_age": 0.5, "unread": 7}
    fast.lag(True, "fast & <slow>", "held up & <late>", START + 6 * SECOND, **slow)
    fast.lag(False, "fast & <slow>", "keeps pace again", START + 7 * SECOND, loop_lag=0.0, data_age=None)
    fast.feed(quote(10 * SECOND, -5 * MS), START + 10 * SECOND)
    writer.close()
    return path


@pytest.fixture(scope="module")
def report(day: Path) -> Report:
    return gather(day)


def test_what_is_counted(report):
    fast, vega = report.streams
    assert (report.began, report.ended, report.messages) == (START, START + 10 * SECOND, 104)
    assert (report.complete, report.lost, report.torn) == (True, 0, 0)
    assert (fast.label, fast.table, fast.messages, vega.messages) == ("fast & <slow>", "alpaca.data", 102, 2)
    assert fast.types == {"q": 101, "t": 2}
    assert vega.types == {"result.vote": 1, "no object": 1}
    assert (fast.kinds["Quote"], fast.kinds["Trade"], fast.kinds["Gap"]) == (101, 2, 1)
    assert sum(map(sum, report.timeline.counts)) == 104


def test_what_is_counted_in_pieces_is_what_is_counted_at_once(day, report, monkeypatch):
    monkeypatch.setattr("tickfold.journal.report.ROWS", 3)
    pieces = gather(day)
    assert pieces.streams == report.streams
    assert [counts.tolist() for counts in pieces.timeline.counts] == [
        counts.tolist() for counts in report.timeline.counts]  # fmt: skip


def test_latency(report):
    # 1 to 100 ms, and one whose stamp is 5 ms ahead; the trades have none.
    (fast, vega) = report.streams
    assert fast.stamped == {"Quote": 101}
    assert vega.latency == {}
    wanted = (1, 5, 25, 50, 75, 90, 95, 99, 100, 100)
    assert fast.ages == [(1 << 20 + at, count) for at, count in enumerate((1, 1, 2, 4, 8, 17, 34, 33))]
    assert (fast.ahead, vega.ages, vega.ahead) == (1, [], 0)
    assert fast.latency["Quote"] == dict(zip(PERCENTS, (ms * MS for ms in wanted), strict=True))


def test_sizes(report):
    fast, vega = report.streams
    assert vega.bytes == 22 + 8
    assert (vega.sizes[1], vega.sizes[100]) == (8, 22)
    assert vega.lengths == [(8, 1), (32, 1)]
    assert fast.lengths == [(128, 102)]
    assert fast.sizes[50] == len(quote(0, 0))


def test_gaps_sessions_and_silence(report):
    fast = report.streams[0]
    assert [gap.what for gap in fast.gaps] == ["reconnected, 2.010 s"]
    assert [(state.time, state.what) for state in fast.states] == [
        (START, "connected, ready"), (START + 2 * SECOND, "not connected, <cut>")]  # fmt: skip
    assert [(lag.time, lag.what) for lag in fast.lags] == [
        (START + 6 * SECOND, "held up & <late>, busy for 1.25 s of 2.00 s, data 0.50 s late"),
        (START + 7 * SECOND, "keeps pace again")]  # fmt: skip
    name = STRANGE.replace("\\", "")
    assert fast.silences == [(name, 6 * SECOND, START + 4 * SECOND, 1), ("AAPL", 6 * SECOND, START + 4 * SECOND, 102)]


def test_drift(report):
    assert ("t", "new<", "unknown key", 1, b'"&"') in [
        (one.type, one.key, one.what, one.count, one.sample) for one in report.drift]  # fmt: skip


def test_the_time_line_keeps_its_counts_while_its_bins_grow():
    line = Timeline(2)
    times = START + 50 * MS * numpy.arange(10_000)
    for begin in range(0, 10_000, 100):
        for place in range(2):
            line.add(place, times[begin + place:begin + 100:2])
    assert line.began == START
    assert [sum(counts) for counts in line.counts] == [5000, 5000]
    assert BINS / 2 <= line.bins <= BINS
    assert not any(counts[line.bins :].any() for counts in line.counts)
    assert line.step == 2048 * MS  # the least doubling of 1 ms by which 500 s are at most 480 bins
    assert max(line.counts[0]) == 21  # every 100 ms


@pytest.mark.parametrize(("stream", "payload", "types"), [
    ("alpaca.data", b'[{"S":"A","T":"q"},{"T" : "t","x":{"y":1}}]', ["q", "t"]),
    ("alpaca.data", b"\x92\x82\xa1S\xa1A\xa1T\xa1q\x81\xa1T\xa7success", ["q", "success"]),
    ("ibkr", b'{"topic":"smd+265598","args":{"topic":"deeper"}}', ["smd"]),
    ("ibkr", b'{"message":"waiting for session"}', ["message"]),
    ("vega", b' {"result": {"events":[]}}', ["result.events"]), ("ibkr", b"ech+hb", ["no object"]),
    ("vega", b"[]", ["[]"]),
])  # fmt: skip
def test_types(stream, payload, types):
    assert Types(registry.table(stream).root).of(payload) == types


def test_the_page_is_well_formed_and_shows_the_figures(report):
    shown, pictures = checked(page(report))
    for words in ("fast & <slow>", STRANGE.replace("\\", ""), "<cut>", "reconnected, 2.010 s", "t new<", '"&"',
                  "held up & <late>, busy",
                  "104 messages, 10 a second", "6 s", "99.000", "101", "result.vote"):  # fmt: skip
        assert words in shown, words
    assert pictures == 4


def test_a_page_of_a_journal_without_messages(tmp_path):
    writer = Writer(tf.Journal(tmp_path / "none.tfj"), describe([
        {"number": 0, "label": "x", "table": "vega", "table_hash": "", "options": {}}], {}, "0"))  # fmt: skip
    writer.open()
    writer.close()
    shown, pictures = checked(page(gather(tmp_path / "none.tfj")))
    assert pictures == 0
    assert "No message." in shown
    assert "No record says when it was made." in shown


@needs_browser
def test_a_browser_has_nothing_to_complain_of(day, tmp_path):
    output = tmp_path / "report.html"
    assert main(["report", str(day), "-o", str(output)]) == 0
    dom, console = browse(output, tmp_path / "profile")
    assert console == []
    assert "A&lt;b&gt;&amp;\"'" in dom
    assert dom.count("<svg") == 4
    assert width(output, tmp_path / "profile") == 400
    output.write_text(output.read_text().replace("</body>", '<script src="data:,throw(1)"></script></body>'))
    assert len(browse(output, tmp_path / "profile")[1]) == 1  # so it would tell
    output.write_text(output.read_text().replace("</body>", '<div style="width: 600px">wide</div></body>'))
    assert width(output, tmp_path / "profile") > 600


def test_the_command(day, tmp_path, capsys):
    assert main(["report", str(day), "-o", str(tmp_path / "r.html")]) == 0
    assert "r.html: 104 messages" in capsys.readouterr().out
    assert (tmp_path / "r.html").read_text().startswith("<!DOCTYPE html>")
    whole = day.read_bytes()
    torn = tmp_path / "torn.tfj"
    torn.write_bytes(whole[:-10])
    assert "its writer was killed" in page(gather(torn))
