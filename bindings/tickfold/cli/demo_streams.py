"""The streams with which the demo listens to each simulated venue."""

from collections.abc import Callable, Sequence

from tickfold import alpaca, etna, ibkr, vega
from tickfold.sim.etna import streamer as etna_sim
from tickfold.sim.ibkr.gateway import default_market
from tickfold.sim.vega.markets import default_market as vega_market
from tickfold.venues.base import Stream


def _alpaca_data(url: str) -> list[Stream]:
    return [alpaca.MarketData(url=url, quotes=["*"], trades=["*"], bars=["*"], key="SIMKEY", secret="SIMSECRET")]


def _alpaca_trading(url: str) -> list[Stream]:
    return [alpaca.Trading(url=url, key="SIMKEY", secret="SIMSECRET")]


def _ibkr(url: str) -> list[Stream]:
    conids = [instrument.conid for instrument in default_market()]
    return [ibkr.WebApi(url, orders=True, quotes=conids, session="4f1c20b1a7f04a6b9d3c0e5a")]


def _portal(url: str) -> list[Stream]:
    conids = [instrument.conid for instrument in default_market()]
    return [ibkr.Portal(url, accounts=["DU1234567"], quotes=conids)]


def _vega(url: str) -> list[Stream]:
    markets = [instrument.symbol for instrument in vega_market()]
    return [vega.Stream("orders", url=url), vega.Stream("markets/data", url=url, market_ids=markets)]


def _etna(url: str) -> list[Stream]:
    securities = [instrument.conid for instrument in etna_sim.default_market()]
    return [
        etna.Quotes(url, securities=securities, user="5104", password="SIMPASSWORD"),
        etna.Trading(url, accounts=["611"], user="5104", password="SIMPASSWORD"),
    ]


#: Simulated venue → what makes the streams for its URL.
STREAMS: dict[str, Callable[[str], Sequence[Stream]]] = {
    "alpaca.data": _alpaca_data,
    "alpaca.trading": _alpaca_trading,
    "ibkr": _ibkr,
    "ibkr.portal": _portal,
    "vega": _vega,
    "etna": _etna,
}
