"""Vega's messages about markets, parties and the chain, besides orders and trades."""

from random import Random
from typing import Any

from tickfold.sim.book import Book, Level
from tickfold.sim.market import Instrument
from tickfold.sim.orders import Holding
from tickfold.sim.truth import Row
from tickfold.sim.vega.orders import hex64
from tickfold.sim.vega.words import (
    ACCOUNT,
    AUCTION_TRIGGER,
    LIQUIDITY_STATUS,
    MARGIN_MODE,
    MARKET_STATE,
    POSITION_STATUS,
    PROPOSAL_STATE,
    TRADING_MODE,
    TRANSACTION,
    TRANSFER,
    VOTE,
)

ASSET = hex64(7, 1)
_PROPOSAL = hex64(8, 1)
_INTERVAL_NS = 60_000_000_000


def default_market() -> list[Instrument]:
    """Two markets; prices are whole numbers in the market's own scale, as on the wire."""
    return [
        Instrument(hex64(3, 1), 3_120_450, 3_120_460, places=0, lot=40),
        Instrument(hex64(3, 2), 48_105, 48_107, places=0, lot=40),
    ]


class MarketWords:
    """One market: its data, its book and its candle."""

    def __init__(self, instrument: Instrument, rng: Random) -> None:
        self.instrument = instrument
        self.book = Book(instrument, rng)
        self.sequence = 0  # sequence number of the last update of the book
        self._last = instrument.bid
        self._candle: dict[str, int] | None = None

    def data(self, now_ns: int) -> dict[str, Any]:
        i = self.instrument
        middle = (i.bid + i.ask) // 2
        return {
            "markPrice": str(i.last or middle),
            "bestBidPrice": str(i.bid),
            "bestBidVolume": i.bid_size,
            "bestOfferPrice": str(i.ask),
            "bestOfferVolume": i.ask_size,
            "bestStaticBidPrice": str(i.bid),
            "bestStaticBidVolume": i.bid_size,
            "bestStaticOfferPrice": str(i.ask),
            "bestStaticOfferVolume": i.ask_size,
            "midPrice": str(middle),
            "staticMidPrice": str(middle),
            "market": i.symbol,
            "timestamp": now_ns,
            "openInterest": i.volume,
            "auctionStart": 0,
            "auctionEnd": 0,
            "indicativePrice": "0",
            "indicativeVolume": 0,
            "marketTradingMode": TRADING_MODE["CONTINUOUS"],
            "trigger": AUCTION_TRIGGER["UNSPECIFIED"],
            "extensionTrigger": AUCTION_TRIGGER["UNSPECIFIED"],
            "targetStake": "27513220000000000",
            "suppliedStake": "100000000000000000000000",
            "priceMonitoringBounds": [
                {
                    "minValidPrice": str(middle * 9 // 10),
                    "maxValidPrice": str(middle * 11 // 10),
                    "trigger": {"horizon": 3600, "probability": "0.9999999", "auctionExtension": 60},
                    "referencePrice": f"{middle}.5",
                    "active": True,
                }
            ],
            "marketValueProxy": "100000000000000000000000",
            "liquidityProviderFeeShare": [
                {
                    "party": hex64(4, 9),
                    "equityLikeShare": "0.6018518518518518518518518518518518518519",
                    "averageEntryValuation": "90000",
                    "averageScore": "0.5",
                    "virtualStake": "90000.0000000000000000",
                }
            ],
            "marketState": MARKET_STATE["ACTIVE"],
            "nextMarkToMarket": now_ns + 5_000_000_000,
            "lastTradedPrice": str(i.last) if i.last else "",
            "marketGrowth": "-0.0007812",
            "productData": None,
            "liquidityProviderSla": [],
            "nextNetworkCloseout": 0,
        }

    def truth(self) -> Row:
        i = self.instrument
        return {
            "symbol": i.symbol,
            "bid": str(i.bid),
            "ask": str(i.ask),
            "bid_size": str(i.bid_size),
            "ask_size": str(i.ask_size),
            "mark": str(i.last or (i.bid + i.ask) // 2),
            "open_interest": str(i.volume),
        }

    def depth(self) -> dict[str, Any]:
        """The whole book."""
        sides = (("buy", self.book.bids, True), ("sell", self.book.asks, False))
        return {
            "marketId": self.instrument.symbol,
            **{
                side: [_level(price, *levels[price]) for price in sorted(levels, reverse=bids)]
                for side, levels, bids in sides
            },
            "sequenceNumber": self.sequence,
        }

    def depth_update(self, levels: list[Level], now_ns: int) -> dict[str, Any]:
        """The levels that changed; one without a volume was deleted."""
        before, self.sequence = self.sequence, max(now_ns, self.sequence + 1)
        return {
            "marketId": self.instrument.symbol,
            "buy": [_level(price, size, orders) for side, price, size, orders in levels if side == "bid"],
            "sell": [_level(price, size, orders) for side, price, size, orders in levels if side == "ask"],
            "sequenceNumber": self.sequence,
            "previousSequenceNumber": before,
        }

    def candle(self, now_ns: int) -> dict[str, Any]:
        """The whole candle of the current minute, after the last trade."""
        i = self.instrument
        start = now_ns - now_ns % _INTERVAL_NS
        price = i.last or i.bid
        if self._candle is None or self._candle["start"] != start:
            self._candle = {"start": start, "open": price, "high": price, "low": price, "volume": 0, "notional": 0}
        candle = self._candle
        candle["high"] = max(candle["high"], price)
        candle["low"] = min(candle["low"], price)
        candle["volume"] += i.last_size
        candle["notional"] += i.last_size * price
        return {
            "start": start,
            "lastUpdate": now_ns,
            "high": str(candle["high"]),
            "low": str(candle["low"]),
            "open": str(candle["open"]),
            "close": str(price),
            "volume": candle["volume"],
            "notional": candle["notional"],
        }


def _level(price: int, size: int, orders: int) -> dict[str, Any]:
    return {
        "price": str(price), "numberOfOrders": orders, "volume": size, "ammVolume": 0, "ammVolumeEstimated": 0,
    }  # fmt: skip


class PartyWords:
    """The positions, accounts and margins of parties."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.balances: dict[tuple[str, str], int] = {}  # (party, "GENERAL" or a market) → amount in the asset's scale
        self.positions: dict[tuple[str, str], dict[str, Any]] = {}  # (party, market) → the last message

    def position(self, party: str, market: str, holding: Holding, now_ns: int) -> dict[str, Any]:
        rng = self._rng
        told = self.positions[party, market] = {
            "marketId": market,
            "partyId": party,
            "openVolume": holding.qty,
            "realisedPnl": str(rng.randint(-10**21, 10**21)),
            "unrealisedPnl": str(rng.randint(-10**21, 10**21)) if holding.qty else "0",
            "averageEntryPrice": str(abs(holding.spent) // abs(holding.qty)) if holding.qty else "0",
            "updatedAt": now_ns,
            "lossSocialisationAmount": "0",
            "positionStatus": POSITION_STATUS["UNSPECIFIED"],
            "takerFeesPaid": str(rng.randint(0, 10**18)),
            "makerFeesReceived": "0",
            "feesPaid": "0",
        }
        return told

    def position_truth(self, told: dict[str, Any]) -> Row:
        return {
            "account": told["partyId"],
            "symbol": told["marketId"],
            "qty": str(told["openVolume"]),
            "avg_price": told["averageEntryPrice"],
            "realized_pnl": told["realisedPnl"],
            "unrealized_pnl": told["unrealisedPnl"],
        }

    def account(self, party: str, market: str) -> dict[str, Any]:
        """The account after a change; `market` is "" for the general one."""
        key = (party, market)
        before = self.balances.get(key, 10**24 if not market else 10**22)
        self.balances[key] = max(0, before + self._rng.randint(-(10**20), 10**20))
        return self.account_now(party, market)

    def account_now(self, party: str, market: str) -> dict[str, Any]:
        return {
            "owner": party,
            "balance": str(self.balances[party, market]),
            "asset": ASSET,
            "marketId": market,
            "type": ACCOUNT["MARGIN" if market else "GENERAL"],
            "parentPartyId": "",
        }

    def margin_levels(self, party: str, market: str, now_ns: int) -> dict[str, Any]:
        level = self._rng.randint(10**18, 10**20)
        return {
            "maintenanceMargin": str(level),
            "searchLevel": str(level * 11 // 10),
            "initialMargin": str(level * 12 // 10),
            "collateralReleaseLevel": str(level * 14 // 10),
            "partyId": party,
            "marketId": market,
            "asset": ASSET,
            "timestamp": now_ns,
            "orderMargin": "0",
            "marginMode": MARGIN_MODE["CROSS_MARGIN"],
            "marginFactor": "0.9",
        }

    def ledger_movement(self, party: str, market: str, now_ns: int) -> dict[str, Any]:
        balance, amount = self.balances[party, market], self._rng.randint(1, 10**20)
        account = {"assetId": ASSET, "type": ACCOUNT["MARGIN" if market else "GENERAL"], "owner": party}
        if market:
            account["marketId"] = market
        settlement = {"assetId": ASSET, "type": ACCOUNT["GENERAL"]}
        entry = {
            "fromAccount": settlement,
            "toAccount": account,
            "amount": str(amount),
            "type": TRANSFER["MTM_WIN"],
            "timestamp": now_ns,
            "fromAccountBalance": "0",
            "toAccountBalance": str(balance),
        }
        return {"entries": [entry], "balances": [{"account": account, "balance": str(balance)}]}


def vote(party: str, now_ns: int, value: str) -> dict[str, Any]:
    return {
        "partyId": party,
        "value": VOTE[value],
        "proposalId": _PROPOSAL,
        "timestamp": now_ns,
        "totalGovernanceTokenBalance": "11235000000000000000000",
        "totalGovernanceTokenWeight": "0.000172846153846153846153846153846",
        "totalEquityLikeShareWeight": "0",
        "elsPerMarket": [],
    }


def liquidity_provision(party: str, market: str, now_ns: int) -> dict[str, Any]:
    return {
        "id": hex64(9, 1),
        "partyId": party,
        "createdAt": now_ns - 10**12,
        "updatedAt": now_ns,
        "marketId": market,
        "commitmentAmount": "100000000000000000000000",
        "fee": "0.0001",
        "sells": [],
        "buys": [],
        "version": 2,
        "status": LIQUIDITY_STATUS["ACTIVE"],
        "reference": "lp-1",
    }


def governance(party: str, now_ns: int) -> dict[str, Any]:
    proposal = {
        "id": _PROPOSAL,
        "reference": "prop-1",
        "partyId": party,
        "state": PROPOSAL_STATE["OPEN"],
        "timestamp": now_ns,
        "errorDetails": "",
    }
    return {"proposal": proposal, "yes": [vote(party, now_ns, "YES")], "no": []}


def transaction_result(party: str, number: int, *, failed: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "partyId": party,
        "status": TRANSACTION["FAILURE" if failed else "SUCCESS"],
        "hash": hex64(10, number),
        "orderSubmission": {"marketId": hex64(3, 1), "size": 10},
    }
    if failed:
        told["failure"] = {"error": "order submission: margin check failed", "errors": []}
    return told
