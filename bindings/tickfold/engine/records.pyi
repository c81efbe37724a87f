# Generated from engine/schema/records.py: change that file, then `make records`.
from decimal import Decimal
from typing import Any

import numpy as np

from tickfold.schema.enums import BarClass as BarClass
from tickfold.schema.enums import BookAction as BookAction
from tickfold.schema.enums import ErrorSource as ErrorSource
from tickfold.schema.enums import Flag as Flag
from tickfold.schema.enums import LastFlag as LastFlag
from tickfold.schema.enums import NoticeKind as NoticeKind
from tickfold.schema.enums import OrderStatus as OrderStatus
from tickfold.schema.enums import OrderType as OrderType
from tickfold.schema.enums import RecordKind as RecordKind
from tickfold.schema.enums import Side as Side
from tickfold.schema.enums import StatusScope as StatusScope
from tickfold.schema.enums import TimeInForce as TimeInForce
from tickfold.schema.enums import TradeAction as TradeAction
from tickfold.schema.enums import Venue as Venue

UNKNOWN_TIME: int
KINDS: dict[str, type[Record]]

def layout() -> dict[str, Any]: ...

class Record:
    kind: RecordKind
    venue: Venue
    flags: Flag
    symbol: str | None
    symbol_id: int
    stream: str | int | None
    stream_id: int
    ts_event: int | None
    ts_recv: int
    seq: int
    known: int
    changed: int
    @classmethod
    def dtype(cls) -> np.dtype[Any]: ...
    @classmethod
    def mask(cls, *names: str) -> int: ...
    def copy(self) -> Record: ...
    def decimal(self, name: str) -> Decimal | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    @property
    def known_fields(self) -> tuple[str, ...]: ...
    @property
    def changed_fields(self) -> tuple[str, ...]: ...

class Quote(Record):
    bid: float | None
    ask: float | None
    bid_size: float | None
    ask_size: float | None
    last: float | None
    last_size: float | None
    mark: float | None
    prev_close: float | None
    open: float | None
    high: float | None
    low: float | None
    volume: float | None
    open_interest: float | None
    change: float | None
    change_percent: float | None
    last_flag: LastFlag | None
    tape: str | None
    bid_exchange: str | None
    ask_exchange: str | None
    last_exchange: str | None
    conditions: str | None
    availability: str | None
    ticker: str | None
    def copy(self) -> Quote: ...

class Trade(Record):
    price: float | None
    size: float | None
    action: TradeAction | None
    side: Side | None
    tape: str | None
    exchange: str | None
    conditions: str | None
    trade_type: str | None
    trade_id: str | None
    orig_trade_id: str | None
    buyer: str | None
    seller: str | None
    buy_order_id: str | None
    sell_order_id: str | None
    def copy(self) -> Trade: ...

class Bar(Record):
    open: float | None
    high: float | None
    low: float | None
    close: float | None
    volume: float | None
    vwap: float | None
    notional: float | None
    ts_updated: int | None
    trade_count: int | None
    interval: int | None
    bar_class: BarClass | None
    complete: bool | None
    def copy(self) -> Bar: ...

class BookLevel(Record):
    price: float | None
    size: float | None
    sequence: int | None
    prev_sequence: int | None
    orders: int | None
    row: int | None
    action: BookAction | None
    side: Side | None
    def copy(self) -> BookLevel: ...

class Order(Record):
    qty: float | None
    notional: float | None
    filled_qty: float | None
    leaves_qty: float | None
    avg_price: float | None
    last_qty: float | None
    last_price: float | None
    limit_price: float | None
    stop_price: float | None
    trail_price: float | None
    trail_percent: float | None
    high_water: float | None
    display_qty: float | None
    reserved_qty: float | None
    peg_offset: float | None
    commission: float | None
    ts_created: int | None
    ts_submitted: int | None
    ts_filled: int | None
    ts_canceled: int | None
    ts_expired: int | None
    ts_failed: int | None
    ts_replaced: int | None
    ts_updated: int | None
    ts_expires: int | None
    version: int | None
    status: OrderStatus | None
    side: Side | None
    type: OrderType | None
    tif: TimeInForce | None
    extended_hours: bool | None
    post_only: bool | None
    reduce_only: bool | None
    status_text: str | None
    type_text: str | None
    tif_text: str | None
    event: str | None
    ticker: str | None
    currency: str | None
    order_class: str | None
    asset_class: str | None
    exchange: str | None
    intent: str | None
    peg_reference: str | None
    account: str | None
    order_id: str | None
    parent_id: str | None
    replaces: str | None
    replaced_by: str | None
    client_order_id: str | None
    reason: str | None
    def copy(self) -> Order: ...

class Fill(Record):
    price: float | None
    qty: float | None
    commission: float | None
    net_amount: float | None
    cum_qty: float | None
    position: float | None
    side: Side | None
    action: TradeAction | None
    currency: str | None
    exchange: str | None
    liquidity: str | None
    account: str | None
    ticker: str | None
    exec_id: str | None
    order_id: str | None
    client_order_id: str | None
    def copy(self) -> Fill: ...

class Position(Record):
    qty: float | None
    avg_price: float | None
    cost_basis: float | None
    market_value: float | None
    market_price: float | None
    realized_pnl: float | None
    unrealized_pnl: float | None
    daily_pnl: float | None
    unrealized_percent: float | None
    account_percent: float | None
    avg_close_price: float | None
    fees_paid: float | None
    fees_received: float | None
    funding: float | None
    loss_socialization: float | None
    ts_created: int | None
    ts_updated: int | None
    status: str | None
    asset_class: str | None
    currency: str | None
    position_id: str | None
    account: str | None
    ticker: str | None
    def copy(self) -> Position: ...

class Balance(Record):
    total: float | None
    available: float | None
    settled: float | None
    net_cash: float | None
    pending: float | None
    net_liq: float | None
    equity: float | None
    excess_liq: float | None
    change: float | None
    change_percent: float | None
    buying_power: float | None
    option_buying_power: float | None
    forex_buying_power: float | None
    day_buying_power: float | None
    margin_initial: float | None
    margin_maint: float | None
    option_margin_maint: float | None
    margin_search: float | None
    margin_release: float | None
    margin_order: float | None
    margin_factor: float | None
    pending_orders: float | None
    day_trades: float | None
    market_value: float | None
    stock_value: float | None
    stock_long: float | None
    stock_short: float | None
    option_value: float | None
    option_long: float | None
    option_short: float | None
    forex_long: float | None
    forex_short: float | None
    future_value: float | None
    bond_value: float | None
    fund_value: float | None
    realized_pnl: float | None
    unrealized_pnl: float | None
    unrealized_day: float | None
    unrealized_percent: float | None
    total_pnl: float | None
    interest: float | None
    dividends: float | None
    exchange_rate: float | None
    ts_updated: int | None
    severity: int | None
    currency: str | None
    balance_type: str | None
    margin_mode: str | None
    name: str | None
    account: str | None
    market: str | None
    parent: str | None
    value: str | None
    def copy(self) -> Balance: ...

class Pnl(Record):
    daily: float | None
    unrealized: float | None
    realized: float | None
    net_liq: float | None
    excess_liq: float | None
    market_value: float | None
    uncushioned: float | None
    row_type: int | None
    account: str | None
    def copy(self) -> Pnl: ...

class Status(Record):
    limit_up: float | None
    limit_down: float | None
    price: float | None
    scope: StatusScope | None
    tape: str | None
    indicator: str | None
    code: str | None
    reason: str | None
    text: str | None
    reason_text: str | None
    def copy(self) -> Status: ...

class News(Record):
    ts_created: int | None
    ts_updated: int | None
    news_id: str | None
    headline: str | None
    summary: str | None
    author: str | None
    source: str | None
    url: str | None
    content: str | None
    symbols: str | None
    def copy(self) -> News: ...

class Notice(Record):
    prompt: bool | None
    notice_kind: NoticeKind | None
    notice_id: str | None
    order_id: str | None
    title: str | None
    text: str | None
    def copy(self) -> Notice: ...

class Gap(Record):
    ts_from: int | None
    ts_to: int | None
    missed: int | None
    topic: str | None
    reason: str | None
    def copy(self) -> Gap: ...

class Ack(Record):
    ok: bool | None
    action: str | None
    topic: str | None
    text: str | None
    def copy(self) -> Ack: ...

class Error(Record):
    code: int | None
    source: ErrorSource | None
    topic: str | None
    text: str | None
    data: bytes | None
    def copy(self) -> Error: ...

class SessionState(Record):
    heartbeat: int | None
    authenticated: bool | None
    connected: bool | None
    established: bool | None
    competing: bool | None
    paper: bool | None
    alive: bool | None
    username: str | None
    topic: str | None
    text: str | None
    def copy(self) -> SessionState: ...

class Raw(Record):
    topic: str | None
    data: bytes | None
    def copy(self) -> Raw: ...

class Event(Record):
    event: str | None
    action: str | None
    account: str | None
    event_id: str | None
    data: bytes | None
    def copy(self) -> Event: ...

class Stats(Record):
    implied_vol: float | None
    strike_vol: float | None
    option_vol_30d: float | None
    hist_vol: float | None
    hist_vol_30d: float | None
    hist_vol_close: float | None
    put_call_interest: float | None
    put_call_volume: float | None
    put_call_ratio: float | None
    option_volume: float | None
    option_volume_change: float | None
    avg_volume: float | None
    dividend: float | None
    dividend_yield: float | None
    dividend_next: float | None
    dividend_last: float | None
    market_cap: float | None
    pe_ratio: float | None
    eps: float | None
    beta: float | None
    week52_high: float | None
    week52_low: float | None
    close: float | None
    change_open: float | None
    delta: float | None
    gamma: float | None
    theta: float | None
    vega: float | None
    shortable: float | None
    fee_rate: float | None
    ema20: float | None
    ema50: float | None
    ema100: float | None
    ema200: float | None
    price_ema20: float | None
    price_ema50: float | None
    price_ema100: float | None
    price_ema200: float | None
    max_return: float | None
    max_loss: float | None
    max_profit: float | None
    break_even: float | None
    spx_delta: float | None
    futures_interest: float | None
    last_yield: float | None
    bid_yield: float | None
    ask_yield: float | None
    funding_rate: float | None
    index_price: float | None
    target_stake: float | None
    supplied_stake: float | None
    market_growth: float | None
    indicative_price: float | None
    indicative_volume: float | None
    mid: float | None
    volume_3m: float | None
    ts_funding: int | None
    def copy(self) -> Stats: ...

class Instrument(Record):
    expiry: str | None
    right: str | None
    tradable: bool | None
    permitted: bool | None
    shortable: str | None
    asset_class: str | None
    exchange: str | None
    listing: str | None
    conid: str | None
    underlying: str | None
    months: str | None
    company: str | None
    industry: str | None
    category: str | None
    description: str | None
    description2: str | None
    state: str | None
    trading_mode: str | None
    trigger: str | None
    note: str | None
    rating: str | None
    debt_class: str | None
    bond_type: str | None
    bond_state: str | None
    organization: str | None
    last_trading: str | None
    issued: str | None
    ex_dividend: str | None
    event: str | None
    event_date: str | None
    service: str | None
    def copy(self) -> Instrument: ...

class Ledger(Record):
    amount: float | None
    from_balance: float | None
    to_balance: float | None
    transfer_type: str | None
    asset: str | None
    from_account: str | None
    from_type: str | None
    from_market: str | None
    to_account: str | None
    to_type: str | None
    to_market: str | None
    transfer_id: str | None
    def copy(self) -> Ledger: ...
