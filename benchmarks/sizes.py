"""What the same quotes take on a disk: as a journal, JSON lines, Parquet and DBN.

    python -m benchmarks.sizes [--quotes 1000000]

The quotes are those of benchmarks.payloads: Alpaca's messages, 48 symbols, a random walk. What each form has of them:

* journal      the messages as they came, each with the time of its receipt (ns) and the end of its read
* JSON lines   a line a message: the time of its receipt and the message; gzip at level 6, zstd at level 3
* Parquet      `tickfold export`: all fields of the record, a column each, zstd
* DBN          MBP-1 records by databento's encoder (pip install databento-dbn), zstd: symbol as a number, both times,
               prices and sizes. It has no place for exchanges, conditions and tape. Left out where it is not installed

Each is read back before its size counts. Prints the table of docs/journal.md.
"""

import argparse
import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path

import zstandard

import tickfold as tf
from benchmarks.payloads import BEGIN_NS, SYMBOLS, quotes
from tickfold.journal.export import export
from tickfold.journal.proof import verify
from tickfold.journal.writer import Writer, describe, table_hash
from tickfold.schema import registry

EVERY = 40_000  # ns from one quote to the next
LINE = b'{"recv":%d,"data":%s}\n'


def journal(path: Path, messages: list[bytes]) -> None:
    """Writes them as an engine does that reads one message at a time."""
    table = {"table": "alpaca.data", "table_hash": table_hash(registry.table("alpaca.data"))}
    writer = Writer(tf.Journal(path), describe([{"number": 0, "label": "feed", **table, "options": {}}], {}, "0"))
    writer.open()
    decoder = tf.decoder("alpaca.data", label="feed")
    decoder.journal = writer.log
    for number, message in enumerate(messages):
        decoder.feed(message, received(number))
    writer.close()
    assert writer.log.lost == 0


def received(number: int) -> int:
    return BEGIN_NS + number * EVERY + 180_000


def lines(messages: list[bytes]) -> bytes:
    return b"".join(LINE % (received(number), message) for number, message in enumerate(messages))


def dbn(path: Path, messages: list[bytes]) -> int:
    """Writes them as DBN; returns how many records a reader finds."""
    from databento_dbn import (
        Action,
        BidAskPair,
        Compression,
        DBNDecoder,
        Encoding,
        MBP1Msg,
        Metadata,
        Schema,
        Side,
        SType,
        Transcoder,
    )

    decoder = tf.decoder("alpaca.data")
    metadata = Metadata(
        dataset="XNAS.ITCH", start=BEGIN_NS, stype_in=SType.RAW_SYMBOL, stype_out=SType.INSTRUMENT_ID,
        schema=Schema.MBP_1, symbols=list(SYMBOLS),
    )  # fmt: skip
    with path.open("wb") as file:
        out = Transcoder(file, Encoding.DBN, Compression.ZSTD)
        out.write(bytes(metadata))
        for number, message in enumerate(messages):
            (quote,) = decoder.decode(message, received(number))
            level = BidAskPair(
                bid_px=round(quote.bid * 1e9), ask_px=round(quote.ask * 1e9), bid_sz=round(quote.bid_size),
                ask_sz=round(quote.ask_size),
            )  # fmt: skip
            out.write(bytes(MBP1Msg(
                publisher_id=2, instrument_id=quote.symbol_id, ts_event=quote.ts_event, price=level.bid_px,
                size=level.bid_sz, action=Action.MODIFY, side=Side.NONE, depth=0, ts_recv=quote.ts_recv,
                sequence=number, levels=level,
            )))  # fmt: skip
        out.flush()
    reader = DBNDecoder()
    reader.write(zstandard.ZstdDecompressor().stream_reader(path.read_bytes(), read_across_frames=True).read())
    return sum(isinstance(one, MBP1Msg) for one in reader.decode())


def compressed(path: Path, plain: bytes, compress: Callable[[bytes], bytes]) -> None:
    path.write_bytes(compress(plain))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizes")
    parser.add_argument("--quotes", type=int, default=1_000_000)
    count = parser.parse_args().quotes
    messages = quotes(count)
    sizes: dict[str, int] = {"as records in memory": tf.Quote.dtype().itemsize * count}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        plain = lines(messages)
        sizes["JSON lines"] = len(plain)
        found = path / "found"
        compressed(found, plain, lambda data: gzip.compress(data, 6))
        assert gzip.decompress(found.read_bytes()) == plain
        sizes["JSON lines, gzip"] = found.stat().st_size
        compressed(found, plain, zstandard.ZstdCompressor(level=3).compress)
        sizes["JSON lines, zstd"] = found.stat().st_size
        del plain
        journal(path / "day.tfj", messages)
        assert list(verify(path / "day.tfj"))[-1].faults == ()
        sizes["**journal**"] = (path / "day.tfj").stat().st_size
        assert export(path / "day.tfj", "quote", "parquet", found) == count
        sizes["Parquet, zstd"] = found.stat().st_size
        try:
            assert dbn(found, messages) == count
            sizes["DBN (MBP-1), zstd"] = found.stat().st_size
        except ImportError:
            print("databento-dbn is not installed")
    print(f"| {count:,} quotes | bytes each | times the journal's |\n|---|---|---|")
    for name, size in sizes.items():
        print(f"| {name} | {size / count:.1f} | {size / sizes['**journal**']:.2f} |")


if __name__ == "__main__":
    main()
