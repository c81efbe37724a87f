"""IBKR's messages about an account besides orders: executions, P&L, summary, ledger, notices, bulletins."""

import json
import time
from random import Random
from typing import Any

from tickfold.sim.market import Instrument, decimal_text
from tickfold.sim.orders import Execution, SimOrder
from tickfold.sim.truth import Row

_LEDGERS = ("BASE", "USD", "EUR")
_MONEY = ("AvailableFunds", "BuyingPower", "EquityWithLoanValue", "ExcessLiquidity", "GrossPositionValue",
          "InitMarginReq", "MaintMarginReq", "NetLiquidation", "TotalCashValue")  # fmt: skip


class ExecutionWords:
    """`str`: each execution in full, first without its commission, later with it, each several times."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._told: dict[str, dict[str, Any]] = {}  # execution id → without the commission
        self._charged: dict[str, str] = {}  # execution id → commission
        self._later: list[str] = []  # executions whose commission was not sent yet

    def elements(self, order: SimOrder, execution: Execution, now_ms: int) -> list[dict[str, Any]]:
        """The elements for a fill: the execution, and others that are repeated."""
        id_ = f"0000e0d5.{execution.number:08x}.01.01"
        told = self._told[id_] = self._element(id_, order, execution, now_ms)
        self._later.append(id_)
        return [told] * self._rng.randint(1, 3) + self.again()

    def again(self) -> list[dict[str, Any]]:
        """Commissions that are known by now, and executions that are repeated."""
        elements = []
        while self._later and self._rng.random() < 0.5:
            id_ = self._later.pop(0)
            self._charged[id_] = self._commission(self._told[id_])
            elements.append(self.element(id_))
        if self._told and self._rng.random() < 0.2:
            elements.append(self.element(self._rng.choice(list(self._told)[-40:])))
        return elements

    def all(self) -> list[dict[str, Any]]:
        """The day's executions, with every commission."""
        for id_ in self._later:
            self._charged[id_] = self._commission(self._told[id_])
        self._later.clear()
        return [self.element(id_) for id_ in self._told]

    def element(self, id_: str) -> dict[str, Any]:
        told = dict(self._told[id_])
        if id_ in self._charged:
            told["commission"] = self._charged[id_]
            told["net_amount"] = float(told["net_amount"]) + float(self._charged[id_])
        return told

    def truth(self) -> list[Row]:
        """A row for each execution; with its commission if that was sent."""
        rows: list[Row] = []
        for id_, told in self._told.items():
            row: dict[str, str | None] = {
                "exec_id": id_,
                "order_id": told["order_id"],
                "account": told["account"],
                "symbol": str(told["conid"]),
                "side": "BUY" if told["side"] == "B" else "SELL",
                "price": told["price"],
                "qty": str(int(told["size"])),
            }
            if id_ in self._charged:
                row["commission"] = self._charged[id_]
            rows.append(row)
        return rows

    def _element(self, id_: str, order: SimOrder, execution: Execution, now_ms: int) -> dict[str, Any]:
        i = order.instrument
        price = i.price_text(execution.price, trim=False)
        verb = "Bot" if order.side == "BUY" else "Sld"
        return {
            "execution_id": id_,
            "symbol": i.symbol,
            "supports_tax_opt": "1",
            "side": order.side[0],
            "order_description": f"{verb} {execution.qty} @ {price} on ARCA",
            "order_ref": order.ref,
            "order_id": str(order.id),
            "trade_time": time.strftime("%Y%m%d-%H:%M:%S", time.gmtime(now_ms // 1000)),
            "trade_time_r": now_ms,
            "size": float(execution.qty),
            "price": price,
            "submitter": "simtrader",
            "exchange": "ARCA",
            "net_amount": execution.qty * execution.price / 10**i.places,
            "account": order.account,
            "accountCode": order.account,
            "account_allocation_name": order.account,
            "company_name": i.name,
            "contract_description_1": i.symbol,
            "sec_type": "STK",
            "listing_exchange": "NASDAQ.NMS",
            "conid": i.conid,
            "conidEx": str(i.conid),
            "clearing_id": "IB",
            "clearing_name": "IB",
            "liquidation_trade": "0",
            "is_event_trading": "0",
            "open_close": "???",
        }

    def _commission(self, told: dict[str, Any]) -> str:
        return decimal_text(max(100, int(told["size"]) * 2), 2)


class AccountWords:
    """`spl`, `ssd` and `sld`: P&L, summary and ledger of the accounts: in full at first, then only changes."""

    def __init__(self, rng: Random, accounts: list[str]) -> None:
        self._rng = rng
        self.accounts = accounts
        self._pnl = {a: {"dpl": 0, "nl": 11_825_000, "upl": 0, "uel": 9_012_000, "mv": 3_511_000} for a in accounts}
        self._summary = {a: {key: rng.randint(1_000_000, 50_000_000) for key in _MONEY} for a in accounts}
        self._cash = {a: {c: rng.randint(1_000_000, 20_000_000) for c in _LEDGERS} for a in accounts}
        self.told_pnl: set[str] = set()
        self.told_summary: dict[str, set[str]] = {}
        self.told_ledger: dict[str, set[str]] = {}

    def pnl(self, *, whole: bool) -> dict[str, Any]:
        """The frame of `spl`; without `whole` some keys of some accounts, some of them ""."""
        rng = self._rng
        args: dict[str, dict[str, Any]] = {}
        for account, figures in self._pnl.items():
            for key in figures:
                if whole or rng.random() < 0.5:
                    figures[key] += 0 if whole else rng.randint(-5_000, 5_000)
                    row = args.setdefault(f"{account}.Core", {"rowType": 1})
                    row[key] = figures[key] / 100
            if whole:
                self.told_pnl.add(account)
                args[f"{account}.Core"]["el"] = ""
        return {"topic": "spl", "args": args}

    def summary(self, account: str, *, whole: bool) -> dict[str, Any]:
        """The frame of `ssd`; without `whole` only some rows."""
        rng, now = self._rng, int(time.time())
        figures = self._summary[account]
        rows: list[dict[str, Any]] = []
        for key in figures:
            if whole or rng.random() < 0.3:
                figures[key] += 0 if whole else rng.randint(-5_000, 5_000)
                row = {"key": key, "timestamp": now, "severity": 0}
                rows.append({**row, "currency": "USD", "monetaryValue": figures[key] / 100})
                self.told_summary.setdefault(account, set()).add(key)
        if whole:
            rows.append({"key": "AccountType", "value": "INDIVIDUAL", "severity": 0, "timestamp": now})
            rows.append({"key": "Cushion", "value": "0.83", "severity": 0, "timestamp": now})
        return {"result": rows, "topic": f"ssd+{account}"}

    def ledger(self, account: str, *, whole: bool) -> dict[str, Any]:
        """The frame of `sld`; of a currency that has not changed it has only the name."""
        rng, now = self._rng, int(time.time())
        rows: list[dict[str, Any]] = []
        for currency in _LEDGERS:
            row: dict[str, Any] = {"key": f"LedgerList{currency}", "timestamp": now}
            if whole or rng.random() < 0.5:
                self._cash[account][currency] += 0 if whole else rng.randint(-5_000, 5_000)
                cash = self._cash[account][currency] / 100
                row |= {
                    "secondKey": currency,
                    "acctCode": account,
                    "cashbalance": cash,
                    "settledCash": cash,
                    "netLiquidationValue": cash,
                    "exchangeRate": 1,
                    "stockMarketValue": 0.0,
                    "unrealizedPnl": 0.0,
                    "realizedPnl": 0.0,
                    "severity": 0,
                }
                self.told_ledger.setdefault(account, set()).add(currency)
            rows.append(row)
        return {"result": rows, "topic": f"sld+{account}"}

    def pnl_truth(self) -> dict[str, Row]:
        names = {"dpl": "daily", "nl": "net_liq", "upl": "unrealized", "mv": "market_value"}
        return {
            f"{account}.Core": {name: json.dumps(self._pnl[account][key] / 100) for key, name in names.items()}
            for account in self.told_pnl
        }

    def balances_truth(self) -> list[Row]:
        """Rows of the summary by their keys, and of the ledger by their currencies."""
        rows: list[Row] = []
        for account, keys in self.told_summary.items():
            figures = self._summary[account]
            rows += [
                {"account": account, "currency": "USD", "name": key, "total": json.dumps(figures[key] / 100)}
                for key in sorted(keys)
            ]
        for account, currencies in self.told_ledger.items():
            cash = self._cash[account]
            rows += [
                {
                    "account": account,
                    "currency": currency,
                    "balance_type": "ledger",
                    "total": json.dumps(cash[currency] / 100),
                    "settled": json.dumps(cash[currency] / 100),
                }
                for currency in sorted(currencies)
            ]
        return rows


def notice(rng: Random, number: int) -> dict[str, Any]:
    """`ntf`: an object as documented or a list as seen; a notice, or a prompt that wants an answer."""
    if rng.random() < 0.5:
        args: dict[str, Any] = {"id": f"n{number}", "title": "Market data", "text": "A farm connection is OK"}
    else:
        args = {
            "orderId": 922_048_200 + number,
            "reqId": str(number),
            "messageId": "p12",
            "type": "M",
            "prompt": True,
            "dismissable": ["p12"],
            "options": ["Yes", "No"],
            "text": "The order exceeds the size limit. Continue?",
        }
    return {"topic": "ntf", "args": args if rng.random() < 0.5 else [args]}


def bulletin(rng: Random, number: int) -> dict[str, Any]:
    """`blt`: an exchange's news; the id is a number or a text."""
    args = {"id": number if rng.random() < 0.5 else str(number), "message": "NYSE: trading resumes in all symbols"}
    return {"topic": "blt", "args": [args]}


def history(i: Instrument, server_id: str, now_ms: int) -> dict[str, Any]:
    """`smh`: one answer with all bars."""
    step = 60_000
    first = now_ms - now_ms % step - 4 * step
    data = [
        {"t": first + n * step, "o": i.bid / 100, "h": i.ask / 100, "l": i.bid / 100, "c": i.ask / 100, "v": 100 + n}
        for n in range(5)
    ]
    return {
        "serverId": server_id,
        "symbol": i.symbol,
        "text": i.name,
        "priceFactor": 100,
        "startTime": time.strftime("%Y%m%d-%H:%M:%S", time.gmtime(first // 1000)),
        "high": f"{i.ask}/100/0",
        "low": f"{i.bid}/100/0",
        "timePeriod": "300s",
        "barLength": 60,
        "mdAvailability": "S",
        "mktDataDelay": 0,
        "outsideRth": False,
        "volumeFactor": 1,
        "priceDisplayRule": 1,
        "priceDisplayValue": "2",
        "negativeCapable": False,
        "messageVersion": 2,
        "data": data,
        "points": len(data),
        "topic": f"smh+{i.conid}",
    }


def ladder(i: Instrument, rng: Random) -> list[dict[str, Any]]:
    """`sbd`: rows of the price ladder."""
    rows: list[dict[str, Any]] = [{"row": 0, "focus": 1, "price": i.price_text(i.last or i.bid, trim=False)}]
    for away in range(3):
        ask, bid = i.price_text(i.ask + away, trim=False), i.price_text(i.bid - away, trim=False)
        rows.append({"row": 1 + away, "focus": 0, "price": ask, "ask": str(rng.randint(1, 40) * 100)})
        size = rng.randint(1, 40) * 100
        rows.append({"row": 5 + away, "focus": 0, "price": f"{size} @ {bid}", "bid": str(size)})
    return rows
