"""`tickfold compare`: journals made by hand, whose answer is known."""

from pathlib import Path
from random import Random

import pytest

import tickfold as tf
from browser import browse, checked, needs_browser, width
from tickfold.cli.commands import main
from tickfold.journal.compare import compare, gather
from tickfold.journal.compare_page import page
from tickfold.journal.writer import Writer, describe

MS = 1_000_000
START = 1_700_000_000_000_000_000


def feed(path: Path, *messages: tuple[float, str], table: str = "alpaca.data") -> Path:
    """A journal of messages, each with its time of receipt in ms; the stream is called after the file."""
    return feeds(path, {path.stem: (table, messages)})


def feeds(path: Path, streams: dict[str, tuple[str, tuple[tuple[float, str], ...]]]) -> Path:
    """A journal of several streams: label → table and messages."""
    described = [
        {"number": number, "label": label, "table": table, "table_hash": "", "options": {}}
        for number, (label, (table, _)) in enumerate(streams.items())
    ]
    writer = Writer(tf.Journal(path), describe(described, {}, "0"))
    writer.open()
    state, dispatcher = tf.State(), tf.Dispatcher()
    for number, (label, (table, messages)) in enumerate(streams.items()):
        decoder = tf.decoder(table, label=label, state=state, dispatcher=dispatcher, stream=number)
        decoder.journal = writer.log
        for ms, text in messages:
            decoder.feed(text.encode(), START + round(ms * MS))
            decoder.flush()
    writer.close()
    return path


def quote(bid: float, ask: float, symbol: str = "AAPL", size: int = 1) -> str:
    return f'[{{"T":"q","S":"{symbol}","bp":{bid},"ap":{ask},"bs":{size},"as":2}}]'


def times(name: str, *pairs: tuple[float, int], symbol: str = "AAPL") -> tuple[tuple[float, str], ...]:
    """Quotes at times in ms, with a bid each."""
    return tuple((ms, quote(bid, 200, symbol)) for ms, bid in pairs)


def test_who_is_first_and_by_how_much(tmp_path):
    # Leads of a, ms: 5, 5, -2, 0; and 100 for MSFT, which has one only in a and one only in b.
    a = feed(tmp_path / "a.tfj", *times("a", (0, 1), (100, 2), (202, 3), (300, 4)),
             *times("a", (400, 1), (600, 2), symbol="MSFT"), *times("a", (700, 1), symbol="OF_A"))  # fmt: skip
    b = feed(tmp_path / "b.tfj", *times("b", (5, 1), (105, 2), (200, 3), (300, 4)),
             *times("b", (500, 1), (600, 3), symbol="MSFT"), *times("b", (700, 1), symbol="OF_B"))  # fmt: skip
    everything, (apple, microsoft) = compare(a, b)
    assert apple[:5] == ("AAPL", 4, (2, 1), 1, (0, 0))
    assert apple.lead == {5: -2 * MS, 25: -2 * MS, 50: 0, 75: 5 * MS, 95: 5 * MS}
    assert microsoft == ("MSFT", 1, (1, 0), 0, (1, 1), dict.fromkeys((5, 25, 50, 75, 95), 100 * MS))
    assert everything[:5] == ("", 5, (3, 1), 1, (1, 1))
    assert everything.lead == {5: -2 * MS, 25: 0, 50: 5 * MS, 75: 5 * MS, 95: 100 * MS}
    turned, _ = compare(b, a)
    assert (turned.first, turned.only, turned.lead[5]) == ((1, 3), (1, 1), -100 * MS)


def test_prices_that_come_back_are_paired_by_the_usual_distance(tmp_path):
    # b is 50 ms behind. The price flips every 40 ms, so that the next flip of a is nearer to b's than its own.
    flips = [(3000 + 40 * i, i % 2) for i in range(100)]
    usual = [(1000 + 10 * i, 10 + i) for i in range(20)]
    missed = [pair for number, pair in enumerate(flips) if number % 10 != 3]
    a = feed(tmp_path / "a.tfj", *times("a", *usual, *flips))
    b = feed(tmp_path / "b.tfj", *times("b", *((ms + 50, bid) for ms, bid in usual + missed)))
    race, _ = compare(a, b)
    # Where b misses a flip it says the same price twice running, and the second is no change of it.
    assert race.equal == 20 + 80
    assert race.only == (20, 0)
    assert set(race.lead.values()) == {50 * MS}
    assert race.first == (100, 0)


@pytest.mark.parametrize("rows", [1, 20])
def test_what_is_read_in_pieces_is_what_is_read_at_once(rows, tmp_path, monkeypatch):
    rng = Random(9)
    names = ("AAPL", "MSFT", "KO")
    said = [(20.0 * i, rng.choice(names), rng.randrange(5)) for i in range(500)]
    a = feed(tmp_path / "a.tfj", *((ms, quote(bid, 200, name)) for ms, name, bid in said))
    late = sorted((ms + rng.uniform(-3, 9), name, bid) for ms, name, bid in said if rng.random() < 0.9)
    b = feed(tmp_path / "b.tfj", *((ms, quote(bid, 200, name)) for ms, name, bid in late))
    whole = compare(a, b, within=0.05)
    assert whole[0].equal > 200
    monkeypatch.setattr("tickfold.journal.compare.ROWS", rows)
    assert compare(a, b, within=0.05) == whole


def test_what_does_not_count(tmp_path):
    a = feed(tmp_path / "a.tfj", (0, quote(1, 9)), (10, quote(1, 9, size=5)), (20, quote(2, 9)), (5000, quote(3, 9)),
             (5001, quote(4, 9)))  # fmt: skip
    b = feed(tmp_path / "b.tfj", (12, quote(1, 9)), (22, quote(2, 9)), (6500, quote(3, 9)), (9000, quote(5, 9)))
    race, _ = compare(a, b)
    assert (race.equal, race.lead[5], race.lead[95]) == (2, 2 * MS, 12 * MS)  # a size is no price
    assert race.only == (2, 0)  # what comes after the other journal's end is not missing there
    far, _ = compare(a, b, within=2.0)
    assert far.equal == 3
    assert far.lead[95] == 1500 * MS


def test_two_streams_of_one_journal_and_the_tickers_of_numbers(tmp_path):
    ibkr = ((0, '{"topic":"smd+265598","conid":265598,"55":"AAPL","84":"1","86":"200"}'),
            (30, '{"topic":"smd+265598","conid":265598,"84":"2"}'))  # fmt: skip
    path = feeds(tmp_path / "day.tfj", {
        "slow": ("ibkr", ibkr), "fast": ("alpaca.data", times("", (1, 1), (20, 2)))})  # fmt: skip
    race, (apple,) = compare(path, path, streams=("slow", "fast"))
    assert (apple.symbol, race.equal, race.first) == ("AAPL", 2, (1, 1))
    assert (race.lead[5], race.lead[95]) == (-10 * MS, 1 * MS)
    with pytest.raises(tf.ConfigError, match="no stream 'quick': give one of fast, slow"):
        compare(path, path, streams=("slow", "quick"))


def test_nothing_in_common(tmp_path):
    a = feed(tmp_path / "a.tfj", *times("a", (0, 1)))
    b = feed(tmp_path / "b.tfj", *times("b", (0, 1), symbol="MSFT"))
    none = feed(tmp_path / "none.tfj", (0, '[{"T":"t","S":"AAPL","p":1,"s":1}]'))
    with pytest.raises(tf.ConfigError, match="no symbol in common"):
        compare(a, b)
    with pytest.raises(tf.ConfigError, match="no quote with bid and ask"):
        compare(a, none)
    with pytest.raises(tf.ConfigError, match="within=0: give seconds above 0"):
        compare(a, a, within=0)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Leads of a, ms: 5, 5, -2, 0; 100 for <&>."""
    a = feed(tmp_path / "a<1>.tfj", *times("a", (0, 1), (100, 2), (202, 3), (300, 4)),
             *times("a", (400, 1), symbol="<&>"), *times("a", (600, 2)))  # fmt: skip
    b = feed(tmp_path / "b.tfj", *times("b", (5, 1), (105, 2), (200, 3), (300, 4)), *times("b", (500, 1), symbol="<&>"),
             *times("b", (600, 9)))  # fmt: skip
    return a, b


def test_what_is_drawn(two):
    found = gather(*two)
    assert found.names == ("a<1>.tfj", "b.tfj")
    assert (found.ahead, found.behind) == ({90: 2, 107: 1}, {84: 1})  # 2 ** (90 / 4) ns are 5.9 ms
    assert [sum(counts) for counts in found.timeline.counts] == [3, 1, 1]
    assert (found.timeline.began, found.given_up) == (START + 5 * MS, 0)
    shown, pictures = checked(page(found))
    for words in ("a<1>.tfj against b.tfj", "5 quotes that both have; 1 only the first, 1 only the second",
                  "The first feed had 60.0% of the equal ones first, the second 20.0%, 20.0% came at the same ns",
                  "In the middle the first feed is 5 ms ahead", "113 ms behind", "<&>", "100.000"):  # fmt: skip
        assert words in shown, words
    assert pictures == 3 + len(found.races)


def test_a_page_of_feeds_that_have_no_quote_in_common(tmp_path):
    a = feed(tmp_path / "a.tfj", *times("a", (0, 1), (10, 2)))
    b = feed(tmp_path / "b.tfj", *times("b", (5, 3), (15, 4)))
    shown, pictures = checked(page(gather(a, b)))
    assert "No quote is in both." in shown
    assert pictures == 0


def test_what_could_not_wait_is_told(two, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tickfold.journal.compare.ROWS", 1)
    monkeypatch.setattr("tickfold.journal.pairs.MOST", 1)
    found = gather(*two)
    assert found.given_up > 0
    assert f"{found.given_up:,} quotes could not wait" in checked(page(found))[0]
    assert main(["compare", *map(str, two)]) == 0
    assert f"{found.given_up:,} quotes could not wait" in capsys.readouterr().out


@needs_browser
def test_a_browser_has_nothing_to_complain_of(two, tmp_path, capsys):
    output = tmp_path / "compare.html"
    assert main(["compare", *map(str, two), "-o", str(output)]) == 0
    assert "compare.html: the same with pictures" in capsys.readouterr().out
    dom, console = browse(output, tmp_path / "profile")
    assert console == []
    assert "&lt;&amp;&gt;" in dom
    assert dom.count("<svg") == 5
    assert width(output, tmp_path / "profile") == 400


def test_the_command(tmp_path, capsys):
    a = feed(tmp_path / "a.tfj", *times("a", (0, 1), (100, 2)), *times("a", (0, 1), symbol="MSFT"))
    b = feed(tmp_path / "b.tfj", *times("b", (5, 1), (105, 2)), *times("b", (0, 7), symbol="MSFT"))
    assert main(["compare", str(a), str(b)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert [line.split() for line in out if line.startswith(("all", "AAPL", "MSFT"))] == [
        ["all", "2", "100.0%", "0.0%", "0.0%", *["5.000"] * 5, "1", "1"],
        ["AAPL", "2", "100.0%", "0.0%", "0.0%", *["5.000"] * 5, "0", "0"],
        ["MSFT", "0", *["-"] * 8, "1", "1"],
    ]
    assert main(["compare", str(a), str(b), "--streams", "a", "x"]) == 1
    assert "has no stream 'x'" in capsys.readouterr().err
