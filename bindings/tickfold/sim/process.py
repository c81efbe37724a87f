"""Simulated venues in a process of their own, so that they do not count in the client's CPU time.

The child reads commands, one line of JSON each, from its standard input and answers each with one line. It exits at the
end of its input, so it cannot outlive its parent.

    {"do": "start", "venues": [{"name": "alpaca.data", "rate": 5000, "seed": 1}, …]}   → {"urls": [...]}
    {"do": "play", "events": null}      plays without end, or so many events              → {}
    {"do": "halt"}                      stops, and repeats what lost clients have missed  → {"played": seconds}
    {"do": "burst", "venue": 0, "events": 100000}   so many at full speed, after a halt   → {}
    {"do": "drop", "venue": 0}          drops the connections of one venue                → {}
    {"do": "truth"}                                                                       → {"truths": [...]}
"""

import asyncio
import contextlib
import json
import logging
import os
import ssl
import sys
import time
from types import TracebackType
from typing import Any, Self

from tickfold.sim import DeflateSettings, SimulatedVenue, Truth, simulated

_LINE = 1 << 28  # bytes of the longest line: a whole truth is one line


class VenueProcess:
    """The parent's side: `async with VenueProcess([{"name": "ibkr", "rate": 1000}]) as process`.

    venues   one mapping a venue: its name, and arguments of its class; `deflate` is a policy, `tls` the paths of a
             certificate and its key
    """

    def __init__(self, venues: list[dict[str, Any]]) -> None:
        self._venues = venues
        self._process: asyncio.subprocess.Process | None = None
        self.urls: list[str] = []

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tickfold.sim.process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE,
            # Ctrl-C in the terminal must reach only the parent, which then closes its connections in order.
            start_new_session=True,
        )
        try:
            self.urls = (await self.call("start", venues=self._venues))["urls"]
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the child; kills it after 5 s."""
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def call(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Sends a command and returns its answer. RuntimeError if the child has exited or answers with an error."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("the venues' process has not been started")
        with contextlib.suppress(ConnectionError):
            process.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
            await process.stdin.drain()
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError("the venues' process has ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"the venues' process says: {answer['error']}")
        return answer

    async def truths(self) -> list[Truth]:
        return [Truth.from_json(value) for value in (await self.call("truth"))["truths"]]


class _Child:
    def __init__(self) -> None:
        self.venues: list[SimulatedVenue] = []
        self._playing: list[asyncio.Task[None]] = []
        self._began = 0.0

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        commands = asyncio.StreamReader()
        with os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as pipe:
            transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), pipe)
            while line := await commands.readline():
                try:
                    answer = await self._do(**json.loads(line))
                except Exception as error:
                    answer = {"error": repr(error)}
                sys.stdout.write(json.dumps(answer) + "\n")
                sys.stdout.flush()
            transport.close()
        for task in self._playing:
            task.cancel()
        for venue in self.venues:
            await venue.stop()

    async def _do(self, do: str, **arguments: Any) -> dict[str, Any]:
        match do:
            case "start":
                for options in arguments["venues"]:
                    name = options.pop("name")
                    if options.get("tls") is not None:
                        files = options["tls"]
                        options["tls"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                        options["tls"].load_cert_chain(*files)
                    venue = simulated(name)(deflate=DeflateSettings(options.pop("deflate", "accept")), **options)
                    await venue.start()
                    self.venues.append(venue)
                return {"urls": [venue.url for venue in self.venues]}
            case "play":
                self._began = time.perf_counter()
                self._playing = [asyncio.create_task(self._play(v, arguments["events"])) for v in self.venues]
            case "halt":
                for task in self._playing:
                    task.cancel()
                await asyncio.gather(*self._playing, return_exceptions=True)
                for venue in self.venues:
                    venue.settle()
                return {"played": time.perf_counter() - self._began}
            case "burst":
                venue = self.venues[arguments["venue"]]
                rate, venue.rate = venue.rate, None
                await venue.play(arguments["events"])
                venue.rate = rate
            case "drop":
                self.venues[arguments["venue"]].drop()
            case "truth":
                return {"truths": [venue.truth().to_json() for venue in self.venues]}
            case _:
                raise ValueError(f"no command {do!r}")
        return {}

    async def _play(self, venue: SimulatedVenue, events: int | None) -> None:
        await venue.wait_subscribed()
        await venue.play(events)


def main() -> None:
    import uvloop

    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of what is sent to a TLS peer that has gone
    uvloop.run(_Child().serve())


if __name__ == "__main__":
    main()
