"""All simulated venues.

Generated from tickfold/schema/registry.py: change that file, then `make records`.
"""

from tickfold.sim.alpaca.data import AlpacaMarketData as AlpacaMarketData
from tickfold.sim.alpaca.trading import AlpacaTrading as AlpacaTrading
from tickfold.sim.etna.streamer import EtnaStreamer as EtnaStreamer
from tickfold.sim.ibkr.gateway import IbkrGateway as IbkrGateway
from tickfold.sim.ibkr.portal import IbkrPortal as IbkrPortal
from tickfold.sim.vega.node import VegaNode as VegaNode

__all__ = [
    "AlpacaMarketData",
    "AlpacaTrading",
    "EtnaStreamer",
    "IbkrGateway",
    "IbkrPortal",
    "VegaNode",
]
