"""Faults of a simulated venue, and when: a script that people can read.

    # The gateway logs everybody out at night, and refuses the login for a while.
    at 0.5  refuse 401
    at 0.5  drop
    at 2    accept

A line is one fault: seconds since the script began, in rising order, and what happens then:

    mute            no more data; Pings, logins and subscriptions are answered
    mute symbol     the same of one symbol only, the venue's first
    silence         nothing at all is said, Pings are not answered, and the connections stay up
    drip            every byte is sent on its own
    speak           ends mute, silence and drip
    slow            clients are told that they are too slow, in the venue's own words, and are cut off
    half-open       the open connections fall silent and are still counted: those that come are too many
    forget          ends half-open
    empty           subscriptions are confirmed as nothing, by venues that confirm them, and nothing comes of them
    full            ends empty, for subscriptions to come
    refuse STATUS   upgrades are answered with this HTTP status, such as 401, 404 or 503
    refuse login    every login is refused, in the venue's own words
    accept          ends both refusals
    drop            all connections end without a Close frame
    close CODE      the close handshake begins with this code, such as 1001
    cut             half a frame, then the connections end
    restart         drops all connections, listens no more, and listens again on the same port
    certificate wrong, certificate right
                    the same, with the certificate of somebody else, or the venue's own; for a venue with TLS
    clock SECONDS   the wall clock of this process jumps: from then on it is so far ahead of the machine's (+3600) or
                    behind it (-1800). The process must have been started as tickfold.testing.clock says
    repeat          what a client that was disconnected may have missed is said again
    flood EVENTS    so many events at once
"""

import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tickfold.schema.errors import ConfigError
from tickfold.sim import SimulatedVenue
from tickfold.sim.certificate import self_signed
from tickfold.testing.clock import jump

__all__ = ["Script", "Step"]

Does = Callable[[SimulatedVenue, str], Awaitable[None] | None]


def _silence(venue: SimulatedVenue, _: str) -> None:
    venue.faults.silent = True


def _mute(venue: SimulatedVenue, what: str) -> None:
    if what == "symbol":
        venue.faults.mute_symbol = True
    else:
        venue.faults.mute = True


def _drip(venue: SimulatedVenue, _: str) -> None:
    venue.faults.drip = True


def _speak(venue: SimulatedVenue, _: str) -> None:
    venue.faults.silent = venue.faults.mute = venue.faults.mute_symbol = venue.faults.drip = False


def _slow(venue: SimulatedVenue, _: str) -> None:
    for connection in list(venue.connections):
        venue.on_slow(connection)


def _empty(venue: SimulatedVenue, _: str) -> None:
    venue.faults.empty = True


def _full(venue: SimulatedVenue, _: str) -> None:
    venue.faults.empty = False


def _refuse(venue: SimulatedVenue, what: str) -> None:
    if what == "login":
        venue.faults.refuse_auth = True
    else:
        venue.faults.refuse_upgrade = int(what)


def _accept(venue: SimulatedVenue, _: str) -> None:
    venue.faults.refuse_auth, venue.faults.refuse_upgrade = False, None


async def _restart(venue: SimulatedVenue, _: str) -> None:
    await venue.stop()
    await venue.start()


async def _certificate(venue: SimulatedVenue, which: str) -> None:
    if not venue.url.startswith("wss:"):
        raise ConfigError("certificate: the venue has no TLS, and so no certificate: give it tls=")
    if which == "right":
        await venue.change_certificate(None)
        return
    with tempfile.TemporaryDirectory() as folder:
        await venue.change_certificate(self_signed(Path(folder)).server_context())


def _clock(_: SimulatedVenue, seconds: str) -> None:
    jump(int(seconds))


def _flood(venue: SimulatedVenue, events: str) -> None:
    left = int(events)
    while left > 0:
        left -= venue.step(left)


def _none(text: str) -> bool:
    return text == ""


def _which(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


def _number(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdecimal() and low <= int(text) <= high


#: What may happen → what is done, and whether what stands behind the word is right.
ACTIONS: Mapping[str, tuple[Does, Callable[[str], bool]]] = {
    "mute": (_mute, _which("", "symbol")),
    "silence": (_silence, _none),
    "drip": (_drip, _none),
    "speak": (_speak, _none),
    "slow": (_slow, _none),
    "half-open": (lambda venue, _: venue.go_half_open(), _none),
    "forget": (lambda venue, _: venue.forget(), _none),
    "empty": (_empty, _none),
    "full": (_full, _none),
    "refuse": (_refuse, lambda text: text == "login" or _number(300, 599)(text)),
    "accept": (_accept, _none),
    "drop": (lambda venue, _: venue.drop(), _none),
    "close": (lambda venue, code: venue.close(int(code)), _number(1000, 4999)),
    "cut": (lambda venue, _: venue.cut(), _none),
    "restart": (_restart, _none),
    "certificate": (_certificate, _which("wrong", "right")),
    "clock": (_clock, lambda text: re.fullmatch(r"[+-]\d{1,9}", text) is not None),
    "repeat": (lambda venue, _: venue.settle(), _none),
    "flood": (_flood, _number(1, 1_000_000)),
}


@dataclass(frozen=True)
class Step:
    """One line of a script.

    at     seconds since the script began
    word   a key of ACTIONS
    what   what stands behind it; "" for nothing
    """

    at: float
    word: str
    what: str = ""

    def __str__(self) -> str:
        """The line."""
        return f"at {self.at:g} {self.word} {self.what}".rstrip()


@dataclass(frozen=True)
class Script:
    """The faults of one script.

    name    what its errors begin with: the file's, without its ending
    about   its first comment
    steps   in the order of their time
    """

    name: str
    about: str
    steps: tuple[Step, ...]

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """A script from a file. Raises ConfigError, which names the line that it cannot read, and OSError."""
        path = Path(path)
        return cls.parse(path.read_text(encoding="utf-8"), path.stem)

    @classmethod
    def parse(cls, text: str, name: str = "script") -> Self:
        """A script from its text. Raises ConfigError, which names the line that it cannot read."""
        steps: list[Step] = []
        about = ""
        for number, line in enumerate(text.splitlines(), 1):
            said, _, comment = line.partition("#")
            about = about or comment.strip()
            if said.strip():
                step = _step(said.split(), f"{name}, line {number}")
                if steps and step.at < steps[-1].at:
                    raise ConfigError(f"{name}, line {number}: {step.at} s is before the line above it")
                steps.append(step)
        if not steps:
            raise ConfigError(f'{name}: no fault is in it; a line is such as "at 0.5 drop"')
        return cls(name, about, tuple(steps))

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self.steps[-1].at

    async def play(self, venue: SimulatedVenue, begins: Callable[[Step], object] = lambda _: None) -> None:
        """Does to a venue what the script says; returns once it has. `begins` is called with each step before it."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for step in self.steps:
            await asyncio.sleep(max(0.0, began + step.at - loop.time()))
            begins(step)
            doing = ACTIONS[step.word][0](venue, step.what)
            if doing is not None:
                await doing


def _step(words: list[str], where: str) -> Step:
    try:
        at = float(words[1]) if words[0] == "at" else -1.0
    except (IndexError, ValueError):
        at = -1.0
    if not 0 <= at < 1e6:
        raise ConfigError(f'{where}: begin with when, in seconds: "at 0.5 drop"')
    word, what = "".join(words[2:3]), " ".join(words[3:])
    if word not in ACTIONS:
        raise ConfigError(f"{where}: {word!r} is no fault; there are {', '.join(ACTIONS)}")
    if not ACTIONS[word][1](what):
        raise ConfigError(f"{where}: {word} {what}".rstrip() + ": see tickfold.testing.script for what it takes")
    return Step(at, word, what)
