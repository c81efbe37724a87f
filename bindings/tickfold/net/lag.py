"""Whether an engine keeps pace with its streams: how long its event loop is held up, and what waits unread meanwhile.

Two things are looked at every STEP seconds. Whether the look itself came late: then one callback, or another task, held
up the event loop. And what of each stream waits unread in the kernel: many small callbacks that together are too slow
hold up nothing for long, but more and more waits behind them.
"""

import asyncio
import fcntl
import logging
import struct
import termios
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from tickfold.engine.decoder import Decoder
from tickfold.engine.listener import Listener
from tickfold.net.logs import fields
from tickfold.net.stats import StreamStats

__all__ = ["SLOW_AGAIN", "Behind", "Lagging", "Look", "PaceWatch", "unread", "watch_lag"]

log = logging.getLogger("tickfold")

#: Seconds between two looks: a hold-up may be this much longer than it is measured.
STEP: Final = 0.25

#: Looks over which the pace of a stream is measured, and in each of which more must wait to be told that it grows.
LOOKS: Final = 4

#: Bytes that one read takes: where fewer wait, the stream is kept pace with, unless they take long.
ONE_READ: Final = 65536

#: Seconds between two tellings that the engine is behind a stream.
SLOW_AGAIN: Final = 10.0

#: Seconds before a connection's end in which our being behind may have been its cause.
SLOW_BEFORE: Final = 10.0


async def watch_lag(told: Callable[[float], None]) -> None:
    """Calls `told(seconds)` after each look: for so long the event loop was held up. Never returns."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + STEP
        await asyncio.sleep(STEP)
        told(max(0.0, loop.time() - due))


def unread(listener: Listener | None) -> int:
    """Bytes that came in and that the kernel still keeps, under TLS those of its records; 0 without a connection."""
    transport = None if listener is None or not listener.connected else listener.transport
    sock = None if transport is None else transport.underlying_transport.get_extra_info("socket")
    if sock is None:
        return 0
    try:
        (count,) = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.FIONREAD, struct.pack("i", 0)))
    except (OSError, ValueError):  # it is being closed
        return 0
    return int(count)


class Look(NamedTuple):
    """What one look at a connection finds. The counts are those since it was opened."""

    at: float  # seconds, monotonic clock
    bytes: int  # that were read
    busy: float  # seconds that went into reading, and into the callbacks of what was read
    unread: int  # bytes


@dataclass
class Behind:
    """What is to be told of a stream: the fields of a Lag record, seconds and bytes. None: not known."""

    behind: bool
    text: str
    loop_lag: float
    callback_time: float
    interval: float
    backlog: float | None
    data_age: float | None
    unread: int


class PaceWatch:
    """Whether the engine keeps pace with one connection, sans-I/O.

    The engine is behind where the event loop was held up for longer than `slow_after` seconds, where what waits unread
    will take longer than that at the pace of the last second, or where more waited at each of the last LOOKS looks, and
    more than one read takes. It keeps pace again after two looks in a row that find none of this, less than half of
    `slow_after` to do and no more than one read takes.

    first   what was found when the connection became ready
    """

    def __init__(self, first: Look) -> None:
        self._looks = deque([first], maxlen=LOOKS + 1)
        self._good = 0  # looks in a row that found nothing
        self._fastest: float | None = None  # the least offset of a message's receipt from the venue's time, seconds
        self._told = float("-inf")  # when it was last told that the engine is behind
        self._said_behind = False  # the last thing told was that it is behind
        self.behind = False
        self.why = ""  # how it is behind by the last look alone; "" where it is not
        self.data_age: float | None = None
        self.busy_share: float | None = None
        self.unread = 0  # bytes, at the last look

    def look(self, look: Look, slow_after: float, held_up: float, offset: float | None) -> Behind | None:
        """Takes what was found. Returns what is to be told, if anything.

        held_up   seconds for which the event loop was held up before this look
        offset    of the newest data: seconds from the venue's time to the receipt. Clocks may differ: the least one of
                  the connection counts as no age at all
        """
        self._looks.append(look)
        self.unread = look.unread
        first = self._looks[0]
        interval, busy = look.at - first.at, look.busy - first.busy
        if offset is not None:
            self._fastest = offset if self._fastest is None else min(self._fastest, offset)
            self.data_age = offset - self._fastest
        self.busy_share = min(1.0, busy / interval)
        read = look.bytes - first.bytes
        backlog = look.unread * busy / read if read else None
        why = self.why = self._why(look, slow_after, held_up, backlog)
        if why:
            self._good, self.behind = 0, True
            if look.at < self._told + SLOW_AGAIN:
                return None
            self._told, self._said_behind = look.at, True
        else:
            work = 0.0 if backlog is None else backlog
            settled = look.unread <= ONE_READ and work < slow_after / 2
            self._good = self._good + 1 if settled else 0
            if not self.behind or self._good < 2:
                return None
            self.behind = False
            if not self._said_behind:
                return None
            self._said_behind, why = False, "keeps pace again"
        return Behind(
            behind=self.behind, text=why, loop_lag=held_up, unread=look.unread, data_age=self.data_age, backlog=backlog,
            callback_time=busy, interval=interval,
        )  # fmt: skip

    def _why(self, look: Look, slow_after: float, held_up: float, backlog: float | None) -> str:
        """Why the engine is behind; "" where it is not."""
        if held_up > slow_after:
            why = f"the event loop was held up for {held_up:.1f} s, and nothing was read meanwhile"
            return why + (f"; {look.unread:,} bytes wait unread" if look.unread else "")
        if backlog is not None and backlog > slow_after:
            return f"{look.unread:,} bytes wait unread, which take {backlog:.1f} s at the pace of the last second"
        if look.unread > ONE_READ and len(self._looks) > LOOKS:
            counts = [one.unread for one in self._looks]
            if all(less < more for less, more in pairwise(counts)):
                return f"more and more bytes wait unread, {look.unread:,} by now"
        return ""


class Lagging:
    """How one stream is kept pace with, over all its connections: in its statistics, and as Lag records.

    decoder   that tells it
    """

    def __init__(self, decoder: Decoder, stats: StreamStats) -> None:
        self._decoder, self._stats = decoder, stats
        self._watched: Listener | None = None
        self._watch: PaceWatch | None = None  # of that connection, since it was ready
        self._slow = float("-inf"), ""  # when the engine was last found behind (monotonic clock), and how so

    def begin(self, listener: Listener) -> None:
        """This connection is ready."""
        self._watched, self._watch = listener, PaceWatch(look_at(listener))

    def look(self, listener: Listener | None, held_up: float, slow_after: float) -> bool:
        """Looks at the connection of the moment; None: there is none that is ready. Returns whether a Lag was told.

        held_up   seconds for which the event loop could do nothing else
        """
        stats, watch, now = self._stats, self._watch, time.monotonic()
        if held_up > slow_after:
            stats.lag = max(stats.lag, held_up)
            self._slow = now, f"the event loop had been held up for {held_up:.1f} s"
        if listener is None or watch is None or listener is not self._watched:
            stats.behind = None
            return False
        times = self._decoder.newest()
        offset = None if times is None else (times[1] - times[0]) / 1e9
        lag = watch.look(look_at(listener), slow_after, held_up, offset)
        stats.busy_share, stats.data_age = watch.busy_share, watch.data_age
        if watch.why and held_up <= slow_after:
            self._slow = now, f"{watch.unread:,} bytes had been waiting unread"
        if lag is None:
            return False
        stats.behind = lag.text if lag.behind else None
        told = fields("lag", stats.label, behind=lag.behind, reason=lag.text)
        log.log(logging.WARNING if lag.behind else logging.INFO, "%s: %s", stats.label, lag.text, extra=told)
        self._decoder.lag(now_ns=time.time_ns(), topic=stats.label, **vars(lag))
        return True

    def cause(self) -> str:
        """For the reason why a connection has ended: whether we may have been too slow for the venue."""
        at, how = self._slow
        return "" if time.monotonic() - at > SLOW_BEFORE else f" ({how}: a slow callback may be the cause)"


def look_at(listener: Listener) -> Look:
    """Looks at a connection."""
    return Look(time.monotonic(), listener.octets, listener.busy_ns / 1e9, unread(listener))
