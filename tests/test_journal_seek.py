"""Finding a time in a journal: what is not asked for is passed over unread."""

from collections.abc import Callable

import pytest

import tickfold as tf
from crashes import begin
from test_journal import QUOTE, write
from tickfold.journal.cut import cut
from tickfold.journal.format import HEAD, BlockKind
from tickfold.journal.reader import Reader

START = 1_700_000_000_000_000_000
MS = 1_000_000


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the first entries of all blocks that are read and decompressed."""
    found: list[int] = []
    real = Reader._body

    def body(self, file, head, place):
        if head.kind is BlockKind.ENTRIES:
            found.append(head.first)
        return real(self, file, head, place)

    monkeypatch.setattr(Reader, "_body", body)
    return found


def played(replay: tf.Replay) -> list[tuple[float | None, int]]:
    """Bid and seq of all quotes that a replay calls back with."""
    seen: list[tuple[float | None, int]] = []
    replay.on(tf.Quote, lambda quote: seen.append((quote.bid, quote.seq)))
    replay.run()
    return seen


@pytest.mark.parametrize("rotate", [None, 1 << 16])
def test_a_piece_reads_the_blocks_that_have_it(rotate, tmp_path, opened):
    path = tmp_path / "day.tfj"
    write(path, 20_000, rotate=rotate)
    blocks = len(list(Reader(path)))
    assert len(opened) == blocks > 20
    opened.clear()
    assert cut(path, tmp_path / "cut.tfj", since=START + 9_000 * MS, until=START + 9_099 * MS) == 200
    assert 1 <= len(opened) <= 3
    piece = tf.replay(tmp_path / "cut.tfj")
    assert played(piece) == [(number + 0.25, number + 1) for number in range(9_000, 9_100)]
    assert (piece.lost, piece.complete) == (0, True)


def test_a_piece_from_or_to_a_time(tmp_path, opened):
    path = tmp_path / "day.tfj"
    write(path, 20_000)
    assert cut(path, tmp_path / "end.tfj", since=START + 19_990 * MS) == 20
    assert cut(path, tmp_path / "begin.tfj", until=START + 9 * MS) == 20
    assert cut(path, tmp_path / "none.tfj", since=START + 30_000 * MS) == 0
    assert len(opened) <= 3


def test_a_replay_that_folds_nothing_reads_from_the_start_on(tmp_path, opened):
    path = tmp_path / "day.tfj"
    write(path, 20_000)
    whole = played(tf.replay(path, start=START + 19_000 * MS))
    assert whole[0] == (19_000.25, 19_001)
    blocks = len(opened)
    opened.clear()
    replay = tf.replay(path, start=START + 19_000 * MS, fold=False)
    assert played(replay) == whole
    assert len(opened) <= blocks // 15 + 1
    assert replay.messages < 2_000
    assert (replay.complete, replay.lost, replay.torn, replay.diverged) == (True, 0, 0, None)
    assert played(tf.replay(path, start=START + 30_000 * MS, fold=False)) == []


def test_rows_know_what_came_before_the_start_where_it_is_folded(tmp_path):
    """The bid was told once, long before; from then on only the ask."""
    path = tmp_path / "day.tfj"
    writer, decoder = begin(path, table="ibkr")
    decoder.feed(b'{"topic":"smd+265598","conid":265598,"84":"188.25"}', START)
    for number in range(1, 5_000):
        decoder.feed(b'{"topic":"smd+265598","conid":265598,"86":"%d.5"}' % number, START + number * MS)
    writer.close()
    first: list[tuple[float | None, float | None]] = []
    for fold in (True, False):
        replay = tf.replay(path, start=START + 4_500 * MS, fold=fold)

        @replay.on(tf.Quote)
        def on_quote(quote: tf.Quote, replay: tf.Replay = replay) -> None:
            first.append((replay.quotes["265598"].bid, quote.ask))
            replay.stop()

        replay.run()
    assert first == [(188.25, 4_500.5), (None, 4_500.5)]


def test_a_clock_that_was_set_back(tmp_path, opened):
    path = tmp_path / "day.tfj"
    writer, decoder = begin(path)
    times = [START + (number if number < 10_000 else number - 5_000) * MS for number in range(20_000)]
    for number, at in enumerate(times):
        decoder.feed(QUOTE.replace(b"188.25", b"%d.25" % number), at)
    writer.close()
    since, until = START + 7_000 * MS, START + 7_009 * MS
    wanted = [number + 0.25 for number, at in enumerate(times) if since <= at <= until]
    assert len(wanted) == 20
    assert cut(path, tmp_path / "cut.tfj", since=since, until=until) == 40
    assert len(opened) <= 4
    assert [bid for bid, _ in played(tf.replay(tmp_path / "cut.tfj"))] == wanted
    # A replay goes by the order of the journal: from the first that is not before the start.
    for fold in (True, False):
        assert played(tf.replay(path, start=since, fold=fold))[:1] == [(7_000.25, 7_001)]
        assert len(played(tf.replay(path, start=since, fold=fold))) == 13_000


def test_damage_among_what_is_passed_over(tmp_path):
    path = tmp_path / "day.tfj"
    write(path, 5_000)
    whole = path.read_bytes()
    offsets = [block.place.offset for block in Reader(path)]
    reads: Callable[[Reader], list[object]] = lambda reader: list(reader.blocks(lambda _: False))  # noqa: E731
    path.write_bytes(whole[: offsets[-1] + HEAD.size + 10])
    reader = Reader(path)
    assert reads(reader) == []
    assert (reader.torn, reader.complete) == (HEAD.size + 10, False)
    damaged = bytearray(whole)
    damaged[offsets[3] + 20] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(tf.JournalError, match="the head of a block is damaged"):
        reads(Reader(path))
