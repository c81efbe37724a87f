"""`tickfold record`, `verify`, `diff`, `compare`, `report`, `cut`, `bench` and `export`: journals."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tickfold.cli.watch import add as add_venues
from tickfold.cli.watch import live, on_uvloop, streams_of, streams_of_file
from tickfold.schema.errors import ConfigError


def add(commands: Any, names: Iterable[str], seconds: Callable[[str], float]) -> None:
    """Adds the commands to the top parser."""
    record = commands.add_parser("record", help="write what a venue says to a journal")
    venues = record.add_subparsers(title="venues", required=True, metavar="|".join(names))
    file = venues.add_parser("file", help="several streams: a file with a line for each, as `tickfold watch` takes it")
    file.add_argument("streams", help="such a line is: alpaca.data --quotes AAPL MSFT; # begins a comment")
    file.add_argument("--seconds", type=seconds, help="end after so long")
    file.set_defaults(venue=None)
    for parser in (file, *add_venues(venues, names, seconds)):
        parser.add_argument("-o", "--output", required=True, help="the journal; it must not exist yet")
        parser.add_argument("--rotate", help='begin a new part after so many bytes, or with each "day" (UTC)')
        parser.add_argument("--sync", type=seconds, default=1.0, help="seconds that a dying machine may cost (1)")
    record.set_defaults(command=lambda options: on_uvloop(_record(options)))

    verify = commands.add_parser("verify", help="play a journal and print the hashes of all records and rows")
    verify.add_argument("journal")
    verify.set_defaults(command=_verify)

    diff = commands.add_parser("diff", help="the first message at which two journals, or two versions, differ")
    diff.add_argument("one")
    diff.add_argument("other", nargs="?", help="another journal")
    diff.add_argument("--python", help="instead: python of an environment with another version of tickfold")
    diff.set_defaults(command=_diff)

    compare = commands.add_parser("compare", help="two feeds of the same symbols: which is first, and by how much")
    compare.add_argument("one")
    compare.add_argument("other", help="may be the same journal, with --streams")
    compare.add_argument("--streams", nargs=2, metavar="LABEL", default=(None, None), help="one of each; else all")
    compare.add_argument("--within", type=seconds, default=1.0, help="seconds that equal quotes may lie apart (1)")
    compare.add_argument("--symbols", type=int, default=20, help="how many are listed (20)")
    compare.add_argument("-o", "--output", help="an HTML file to write: the same with pictures")
    compare.set_defaults(command=_compare)

    report = commands.add_parser("report", help="a page about a journal: rates, latency, gaps, silence, sizes, types")
    report.add_argument("journal")
    report.add_argument("-o", "--output", required=True, help="the HTML file to write")
    report.set_defaults(command=_report)

    cut = commands.add_parser("cut", help="a piece of a journal as a journal of its own")
    cut.add_argument("journal")
    cut.add_argument("-o", "--output", required=True, help="the new journal; it must not exist yet")
    cut.add_argument("--from", dest="since", type=_time, help="ISO 8601, UTC where no zone is given")
    cut.add_argument("--to", dest="until", type=_time, help="the same")
    cut.add_argument("--redact", action="store_true", help="replace accounts, ids and texts, the same everywhere in it")
    cut.set_defaults(command=_cut)

    bench = commands.add_parser("bench", help="what decoding a journal's messages costs, against JSON libraries")
    bench.add_argument("journal")
    bench.add_argument("--messages", type=int, default=100_000, help="how many at most (100000)")
    bench.add_argument("-o", "--output", help="an HTML file to write: the same with pictures")
    bench.set_defaults(command=_bench)

    export = commands.add_parser("export", help="records of a journal as a table")
    export.add_argument("journal")
    export.add_argument("--kind", required=True, help="quote, trade, order …")
    export.add_argument("--to", choices=("parquet", "csv", "arrow"), default="parquet", help="(parquet)")
    export.add_argument("-o", "--output", required=True, help="the file to write")
    export.set_defaults(command=_export)


def _time(text: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-28T14:30:00") from None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return int(when.timestamp()) * 1_000_000_000 + when.microsecond * 1000


async def _record(options: argparse.Namespace) -> int:
    from tickfold.journal.settings import Journal
    from tickfold.live import Engine

    rotate = int(options.rotate) if options.rotate and options.rotate.isdigit() else options.rotate
    streams = streams_of(options) if options.venue is not None else streams_of_file(options.streams)
    engine = Engine(*streams, journal=Journal(options.output, rotate=rotate, sync=options.sync))
    await live(engine, options.seconds, lambda: _tell(engine))
    journal = engine.journal
    assert journal is not None
    print(f"{journal.path}: {journal.entries:,} entries, {journal.bytes:,} bytes, {journal.lost:,} lost")
    return 0 if journal.lost == 0 and journal.failure is None else 1


async def _tell(engine: Any) -> None:
    """A line of rates and size, every second, where somebody looks."""
    before, then = 0, time.monotonic()
    while sys.stderr.isatty():
        await asyncio.sleep(1)
        journal, now = engine.journal, time.monotonic()
        rate = (journal.entries - before) / (now - then)
        before, then = journal.entries, now
        states = ", ".join(f"{stats.label} {stats.state}" for stats in engine.stats)
        line = f"{journal.entries:,} entries, {rate:,.0f}/s, {journal.bytes / 1e6:,.1f} MB, {journal.lost:,} lost"
        print(f"\r\x1b[K{line}; {states}", end="", file=sys.stderr, flush=True)


def _verify(options: argparse.Namespace) -> int:
    from tickfold.journal.proof import verify

    faults: tuple[str, ...] = ()
    for proof in verify(options.journal):
        print(proof)
        faults = proof.faults
    for fault in faults:
        print(f"tickfold: {options.journal}: {fault}", file=sys.stderr)
    print(f"records {proof.records} rows {proof.rows}")
    return 1 if faults else 0


def _diff(options: argparse.Namespace) -> int:
    from tickfold.journal.proof import diff

    if (options.other is None) == (options.python is None):
        raise ConfigError("give another journal, or --python, the interpreter of another version")
    if options.python is not None:
        return _diff_versions(options)
    found = diff(options.one, options.other)
    if found is None:
        print("no difference")
        return 0
    print(f"message {found.message:,} is the first that differs")
    for name, payload, records in zip((options.one, options.other), found.payloads, found.records, strict=True):
        print(f"\n{name}:\n{'(there is none)' if payload is None else payload.decode(errors='replace')}")
        for record in records:
            print(f"  {record!r}")
    return 1


def _diff_versions(options: argparse.Namespace) -> int:
    from tickfold.journal.versions import diff_versions

    found = diff_versions(options.one, options.python)
    if found is None:
        print("no difference")
        return 0
    print(f"message {found.message:,} is the first that differs")
    print("(what came behind the last one)" if found.payload is None else found.payload.decode(errors="replace"))
    for name, records in zip((sys.executable, options.python), found.records, strict=True):
        print(f"\n{name}:")
        for record in records:
            print(f"  {record}")
    return 1


def _compare(options: argparse.Namespace) -> int:
    from tickfold.journal.compare import PERCENTS, gather

    found = gather(options.one, options.other, streams=tuple(options.streams), within=options.within)
    everything, races = found.everything, found.races
    names = ("first", "second")
    for name, path, label in zip(names, (options.one, options.other), options.streams, strict=True):
        print(f"{name}: {path}" + (f", stream {label}" if label else ""))
    columns = [f"{percent}%" for percent in PERCENTS]
    print(f"{'':<54}how many ms the first feed is ahead, percentiles")
    print(f"{'':<16}{'equal':>11}{'1st':>9}{'2nd':>9}{'same':>9}", *(f"{column:>10}" for column in columns),
          f"{'only 1st':>10}", f"{'only 2nd':>10}", sep="")  # fmt: skip
    for race in [everything, *races[: options.symbols]]:
        shares = [f"{count / race.equal:.1%}" if race.equal else "-" for count in (*race.first, race.together)]
        leads = [f"{race.lead[percent] / 1e6:,.3f}" if race.equal else "-" for percent in PERCENTS]
        print(f"{race.symbol or 'all':<16}{race.equal:>11,}", *(f"{share:>9}" for share in shares),
              *(f"{lead:>10}" for lead in leads), *(f"{count:>10,}" for count in race.only), sep="")  # fmt: skip
    if len(races) > options.symbols:
        print(f"and {len(races) - options.symbols:,} more symbols: --symbols {len(races)} lists all")
    if found.given_up:
        print(f"{found.given_up:,} quotes could not wait for an equal one, too many waited: a lower --within helps")
    if options.output:
        from tickfold.journal.compare_page import page

        _write(options.output, page(found))
    return 0


def _report(options: argparse.Namespace) -> int:
    from tickfold.journal.page import page
    from tickfold.journal.report import gather

    found = gather(options.journal)
    Path(options.output).write_text(page(found), encoding="utf-8")
    print(f"{options.output}: {found.messages:,} messages")
    return 0


def _cut(options: argparse.Namespace) -> int:
    from tickfold.journal.cut import cut

    count = cut(options.journal, options.output, since=options.since, until=options.until, redact=options.redact)
    print(f"{options.output}: {count:,} entries")
    return 0 if count else 1


def _bench(options: argparse.Namespace) -> int:
    from tickfold.journal.bench import bench

    found = bench(options.journal, options.messages)
    print(f"{found.messages:,} messages of {found.bytes:.0f} bytes on average; CPU time of one, medians in turns")
    for cost in found.costs:
        print(f"  {cost.name:<20} {cost.ns:>9,.0f} ns   {cost.times:>6.2f} times tickfold's")
    print(f"one by one, in ns by the clock on the wall, of which {found.clock} are reading it")
    for name, each in found.each.items():
        print(f"  {name:<20}", "  ".join(f"{percent}%: {ns:,}" for percent, ns in each.items()))
    for percent, ns in found.ages.items():
        print(f"  {percent:>5}% of records came within {ns / 1e6:,.3f} ms of the venue's time")
    if options.output:
        from tickfold.journal.bench_page import page

        _write(options.output, page(Path(options.journal).name, found))
    return 0


def _write(output: str, text: str) -> None:
    Path(output).write_text(text, encoding="utf-8")
    print(f"{output}: the same with pictures")


def _export(options: argparse.Namespace) -> int:
    from tickfold.journal.export import export

    count = export(options.journal, options.kind, options.to, options.output)
    print(f"{options.output}: {count:,} records")
    return 0
