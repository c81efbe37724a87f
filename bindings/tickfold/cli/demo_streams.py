"""The streams with which the demo listens to each simulated venue."""

from collections.abc import Callable, Sequence
from functools import partial

from tickfold.cli.watch import VENUES, command
from tickfold.net.stream import Stream
from tickfold.sim import simulated


def streams(name: str, url: str) -> Sequence[Stream]:
    """The streams for the simulated venue of a stream, which listens at `url`."""
    return command(name).demo(url, simulated(name).default_names())


#: Stream → what makes the demo's streams for the URL of its simulated venue.
STREAMS: dict[str, Callable[[str], Sequence[Stream]]] = {name: partial(streams, name) for name in VENUES}
