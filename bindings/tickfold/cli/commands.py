"""The command line.

    tickfold demo                       both simulated venues and an engine, for about ten seconds
    tickfold sim VENUE                  a simulated venue for programs of yours
    tickfold watch VENUE …              what a venue says, as a table or as lines
    tickfold record VENUE … -o FILE     what a venue says, to a journal
    tickfold verify JOURNAL             play it, and print the hashes of all records and rows
    tickfold diff JOURNAL JOURNAL       the first message at which they differ
    tickfold compare JOURNAL JOURNAL    two feeds of the same symbols: which is first, and by how much
    tickfold report JOURNAL -o FILE     a page about it: rates, latency, gaps, silence, sizes, types
    tickfold cut JOURNAL -o FILE        a piece of it, between two times; --redact makes one that can be sent
    tickfold bench JOURNAL              what decoding its messages costs, against JSON libraries
    tickfold export JOURNAL -o FILE     its records as Parquet, CSV or Arrow

Keys are read from the environment only: a command line is seen by every user of the machine.
"""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from tickfold.cli import journals
from tickfold.cli import watch as watching
from tickfold.cli.watch import VENUES, on_uvloop
from tickfold.schema import registry
from tickfold.schema.errors import TickfoldError, describe


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code: 0, 1 for a failure, 2 for wrong arguments, 130 for Ctrl-C."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = parser(given).parse_args(given)
    except TickfoldError as error:
        print(f"tickfold: {describe(error)}", file=sys.stderr)
        return 1
    level = logging.INFO if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return int(options.command(options))
    except (TickfoldError, OSError) as error:
        print(f"tickfold: {describe(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def known(arguments: Sequence[str]) -> list[str]:
    """The streams: our own, and those that are named in these arguments and that other packages register.

    Raises ConfigError for a stream of theirs that cannot be loaded, or not be watched where that is asked for.
    """
    names = list(VENUES)
    for before, word in pairwise(arguments):
        if before in ("sim", "watch", "record", "--venue") and word not in names and registry.find(word) is not None:
            names.append(word)
            if before in ("watch", "record"):
                watching.command(word)
    return names


def parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser for these arguments: streams of other packages are known where they are named."""
    names = known(arguments)
    top = argparse.ArgumentParser(prog="tickfold", description="Brokers' websocket streams, folded into records.")
    top.add_argument("-v", "--verbose", action="store_true", help="log what happens to connections")
    commands = top.add_subparsers(title="commands", required=True, metavar="demo|sim|watch|record|…")

    demo = commands.add_parser("demo", help="simulated venues, an engine, and a report")
    demo.add_argument(
        "--venue", choices=names, action="append", help="which; may be repeated (alpaca.data and ibkr)"
    )
    demo.add_argument("--seconds", type=_positive, default=5.0, help="how long to play (5)")
    demo.add_argument("--rate", type=_positive, default=5_000.0, help="events a second of each venue (5000)")
    demo.add_argument("--burst", type=int, default=100_000, help="events of each venue at full speed (100000)")
    demo.add_argument("--seed", type=int, default=1, help="of the venues' models (1)")
    demo.add_argument("--no-deflate", action="store_true", help="without permessage-deflate")
    demo.add_argument("--no-drops", action="store_true", help="do not drop the connections half-way")
    demo.set_defaults(command=_demo)

    sim = commands.add_parser("sim", help="run a simulated venue")
    sim.add_argument("venue", choices=names)
    sim.add_argument("--port", type=int, default=0, help="0 takes a free one (0)")
    sim.add_argument("--rate", type=_positive, default=1_000.0, help="events a second (1000)")
    sim.add_argument("--full-speed", action="store_true", help="as fast as clients read; times mean nothing then")
    sim.add_argument("--seed", type=int, default=1, help="of the venue's model (1)")
    sim.add_argument("--deflate", choices=("accept", "require", "deny"), default="accept", help="(accept)")
    sim.add_argument("--certificate", help="PEM file: serve wss")
    sim.add_argument("--key", help="PEM file of the certificate's key")
    sim.add_argument("--seconds", type=_positive, help="end after so long")
    sim.set_defaults(command=_sim)

    watch = commands.add_parser("watch", help="show what a venue says")
    watching.add_watch(watch.add_subparsers(title="venues", required=True, metavar="|".join(names)), names, _positive)
    watch.set_defaults(command=_watch)
    journals.add(commands, names, _positive)
    return top


def _positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return value


def _demo(options: argparse.Namespace) -> int:
    from tickfold.cli.demo import DEFAULT, demo

    return on_uvloop(
        demo(
            names=list(dict.fromkeys(options.venue or DEFAULT)),
            seconds=options.seconds,
            rate=options.rate,
            burst=options.burst,
            deflate=not options.no_deflate,
            drops=not options.no_drops,
            seed=options.seed,
        )
    )


def _sim(options: argparse.Namespace) -> int:
    return on_uvloop(_serve(options))


async def _serve(options: argparse.Namespace) -> int:
    import ssl

    from tickfold.sim import DeflateSettings, simulated

    tls = None
    if options.certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate, options.key)
    venue = simulated(options.venue)(
        seed=options.seed,
        rate=None if options.full_speed else options.rate,
        tls=tls,
        deflate=DeflateSettings(options.deflate),
        port=options.port,
    )
    async with venue:
        print(venue.url, flush=True)
        if registry.entry(options.venue).command is not None:
            print("  " + watching.command(options.venue).hint.format(url=venue.url), flush=True)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        playing = asyncio.create_task(_play(venue))
        ended = asyncio.create_task(stop.wait())
        await asyncio.wait((playing, ended), timeout=options.seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in (playing, ended):
            task.cancel()
        await asyncio.gather(playing, ended, return_exceptions=True)
    return 0


async def _play(venue: Any) -> None:
    while True:
        await venue.wait_subscribed()
        await venue.play(1_000)


def _watch(options: argparse.Namespace) -> int:
    return on_uvloop(watching.watch(options))
