"""The pytest plugin: a fixture that runs simulated venues with scripted faults, beside the test.

    pytest_plugins = ["tickfold.testing.plugin"]      # in conftest.py

A venue runs in a thread with an event loop of its own, so that it does not wait for the strategy's callbacks. A test
may be a plain function or run an event loop itself.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from tickfold.sim import SimulatedVenue, Truth, simulated
from tickfold.testing import clock
from tickfold.testing.script import Script, Step

__all__ = ["Running", "faulty_venue"]

START = 10.0  # seconds for the venue to listen


class Running:
    """A venue in its thread. Its events begin with its first subscription; the script begins with the venue.

    url      where it listens
    venue    the simulated venue itself. Numbers may be read from any thread: `venue.accepted`, the upgrades so far
    """

    def __init__(self, venue: SimulatedVenue, script: Script | None) -> None:
        self.venue = venue
        self.url = ""
        self._script = script
        self._at: Step | None = None  # of the script
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._began = threading.Event()
        self._failure: BaseException | None = None
        self._done = threading.Event()  # the script has ended
        self._thread = threading.Thread(target=self._run, name=f"simulated {venue.name}")

    def wait_done(self, seconds: float = 30.0) -> None:
        """Returns once the script has ended. Raises TimeoutError, which says where it is, and what ended the venue or
        the script before its end."""
        if not self._done.wait(seconds):
            at = "" if self._at is None else f": after \"{self._at}\""
            raise TimeoutError(f"{self.venue.name}: the script takes longer than {seconds} s{at}")
        if self._failure is not None:
            raise self._failure

    def truth(self, seconds: float = START) -> Truth:
        """What a client that has missed nothing knows; the venue stands still from then on, and has repeated it.

        Raises TimeoutError where that takes longer.
        """

        async def stand_still() -> Truth:
            self.venue.faults.mute = True
            self.venue.settle()
            return self.venue.truth()

        return asyncio.run_coroutine_threadsafe(stand_still(), self._loop).result(seconds)

    def start(self) -> None:
        """Raises what kept the venue from listening."""
        self._thread.start()
        self._began.wait(START)
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def stop(self) -> None:
        """Ends the venue and its thread. Raises what has ended the venue or its script before."""
        with contextlib.suppress(RuntimeError):  # the loop is closed by now
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        clock.stay()
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except BaseException as failure:
            self._failure = failure
        finally:
            self._began.set()
            self._done.set()

    async def _serve(self) -> None:
        async with self.venue:
            self.url = self.venue.url
            self._began.set()
            works: list[Coroutine[Any, Any, Any]] = [self._play(), self._faults(), self._stop.wait()]
            tasks = [asyncio.create_task(work) for work in works]
            try:
                while not self._stop.is_set():
                    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                    tasks = [task for task in tasks if task not in done]
                    for task in done:
                        task.result()  # raises what has ended it
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _play(self) -> None:
        await self.venue.wait_subscribed()
        await self.venue.play()

    async def _faults(self) -> None:
        if self._script is not None:
            await self._script.play(self.venue, self._begins)
        self._done.set()

    def _begins(self, step: Step) -> None:
        self._at = step


@pytest.fixture
def faulty_venue(request: pytest.FixtureRequest) -> Iterator[Callable[..., Running]]:
    """Runs a venue until the test has ended: `faulty_venue(name, script=None, **options)` returns it, Running.

    name      of the stream that it simulates: "alpaca.data", "ibkr" …
    script    a file, looked for beside the test; or a Script; None: no faults
    options   of the simulated venue: seed, rate, tls …
    """
    with contextlib.ExitStack() as venues:

        def run(name: str, script: str | Path | Script | None = None, **options: Any) -> Running:
            if isinstance(script, (str, Path)):
                script = Script.read(request.path.parent / script)
            running = Running(simulated(name)(**options), script)
            running.start()
            venues.callback(running.stop)
            return running

        yield run
