"""`tickfold watch`: what a venue says, as a table of quotes and orders, or as a line a record."""

import argparse
import asyncio
import shlex
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tickfold.engine.records import KINDS, Error
from tickfold.net.loop import new_event_loop
from tickfold.net.stream import Stream, StreamOptions
from tickfold.schema import registry
from tickfold.schema.errors import ConfigError
from tickfold.venues.command import Command

#: What shows an engine to whoever looks, until it is cancelled.
Showing = Callable[[], Coroutine[Any, Any, None]]


def command(name: str) -> Command:
    """How a stream is served, ours or another package's. Raises ConfigError if it is not registered for that."""
    reference = registry.entry(name).command
    if reference is None:
        raise ConfigError(f"{name} has no command: its package registers it for decoders only")
    found: Command = registry.load(reference)
    return found


#: Our own streams → how they are served.
VENUES: dict[str, Command] = {name: command(name) for name in registry.STREAMS}


def add(venues: Any, names: Iterable[str], seconds: Callable[[str], float]) -> list[Any]:
    """Adds to a command's parser one for each of these streams that can be watched; returns them."""
    parsers = []
    for name in names:
        if registry.entry(name).command is None:
            continue
        known = command(name)
        venue = venues.add_parser(name, description=known.keys)
        for argument, how in known.arguments.items():
            venue.add_argument(argument, **how)
        venue.add_argument("--url", required=not known.own_url, help="instead of the venue's own" * known.own_url)
        venue.add_argument("--fingerprint", help="SHA-256 of the server's certificate, to pin it")
        venue.add_argument("--no-deflate", action="store_true", help="without permessage-deflate")
        venue.add_argument("--seconds", type=seconds, help="end after so long")
        venue.set_defaults(venue=name)
        parsers.append(venue)
    return parsers


def add_watch(venues: Any, names: Iterable[str], seconds: Callable[[str], float]) -> None:
    """Adds what `tickfold watch` takes."""
    for venue in add(venues, names, seconds):
        venue.add_argument("--lines", action="store_true", help="a line a record, also on a terminal")
        venue.add_argument(
            "--drift", action="store_true", help="at the end, what came that the tables do not know, and how often"
        )


def streams_of(options: argparse.Namespace) -> Sequence[Stream]:
    """What the arguments of a venue describe."""
    common: StreamOptions = {"deflate": not options.no_deflate}
    if options.fingerprint is not None:
        common["fingerprint"] = options.fingerprint
    return command(options.venue).watch(options, common)


class _Line(argparse.ArgumentParser):
    """Takes one line of a file; what is wrong with it is a ConfigError that names the line."""

    place = ""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{_Line.place}: {message}")


def streams_of_file(path: str) -> Sequence[Stream]:
    """The streams of a file, a line for each: `alpaca.data --quotes AAPL MSFT`. What begins with # is a comment.

    Raises ConfigError, which names the line, and OSError.
    """
    found: list[Stream] = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        _Line.place = f"{path}, line {number}"
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise ConfigError(f"{_Line.place}: {error}") from None
        if not words:
            continue
        if words[0] not in VENUES and registry.find(words[0]) is None:
            raise ConfigError(f"{_Line.place}: {words[0]!r} is no stream: there are {', '.join(VENUES)}")
        parser = _Line(prog="", add_help=False)
        add(parser.add_subparsers(required=True), [words[0]], float)
        options = parser.parse_args(words)
        if options.seconds is not None:
            raise ConfigError(f"{_Line.place}: --seconds is of all streams: give it on the command line")
        found += streams_of(options)
    if not found:
        raise ConfigError(f"{path}: no stream is in it; a line is such as: alpaca.data --quotes AAPL MSFT")
    return found


async def watch(options: argparse.Namespace) -> int:
    """Shows what the venue says until Ctrl-C, the end of the time, or a failure that no new attempt mends."""
    from tickfold.cli.display import Display, wants_table  # half of what every command would take to start
    from tickfold.live import Engine

    streams = streams_of(options)
    engine = Engine(*streams)
    table = wants_table() and not options.lines
    if not table:
        for kind in KINDS.values():
            if kind is not Error:
                engine.on(kind, _print)
    engine.on(Error, _complain)
    title = ", ".join(stream.label for stream in streams)
    await live(engine, options.seconds, Display(engine, title).table if table else None)
    if options.drift:
        for one in engine.drift():
            print(f"drift {one.stream}: {one.what} {one.key!r} of type {one.type!r}, {one.count} times: {one.sample!r}")
    return 0


async def live(engine: Any, seconds: float | None, showing: Showing | None) -> None:
    """Runs an engine, with `showing` beside it, until Ctrl-C, SIGTERM, the end of its streams, or so many seconds."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, engine.stop)
    if seconds is not None:
        loop.call_later(seconds, engine.stop)
    async with engine:
        beside = None if showing is None else asyncio.create_task(showing())
        try:
            await engine.wait()
        finally:
            if beside is not None:
                beside.cancel()
                await asyncio.gather(beside, return_exceptions=True)


def on_uvloop(main: Coroutine[Any, Any, int]) -> int:
    """Runs a command on an event loop of uvloop; returns its exit code."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)


def _print(record: Any) -> None:
    stated = (f"{name}={_value(getattr(record, name))}" for name in record.known_fields)
    print(type(record).__name__.lower(), record.symbol or "", *stated, flush=True)


def _complain(error: Any) -> None:
    print(f"error {error.code or ''} {error.topic or ''} {error.text or ''}", file=sys.stderr)


def _value(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(getattr(value, "name", value))
