"""Simulated venues: real websocket servers on loopback that behave like the venues, for tests, demos and benchmarks.

    async with tickfold.sim.AlpacaMarketData(seed=7, rate=5_000) as venue:
        stream = tf.alpaca.MarketData(url=venue.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"])
        async with tf.Engine(stream):
            await venue.wait_subscribed()
            await venue.play(100_000)

`venue.truth()` is the state that a client that missed nothing must have; `differences` compares a client with it.
"""

from tickfold.schema import registry
from tickfold.schema.errors import ConfigError
from tickfold.sim import listed
from tickfold.sim.deflate import DeflateSettings
from tickfold.sim.listed import *  # noqa: F403 - all of them
from tickfold.sim.market import Instrument
from tickfold.sim.server import Faults, SimulatedVenue
from tickfold.sim.truth import Truth, all_differences, differences

__all__ = [
    "VENUES",
    "DeflateSettings",
    "Faults",
    "Instrument",
    "SimulatedVenue",
    "Truth",
    "all_differences",
    "differences",
    "simulated",
]
__all__ += listed.__all__


def simulated(name: str) -> type[SimulatedVenue]:
    """The class that simulates a stream, ours or another package's. Raises ConfigError if there is none."""
    reference = registry.entry(name).simulated
    if reference is None:
        raise ConfigError(f"{name} has no simulated venue")
    found: type[SimulatedVenue] = registry.load(reference)
    return found


#: Name of a stream → the class that simulates it.
VENUES = {name: simulated(name) for name in registry.STREAMS}
