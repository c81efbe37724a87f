# Generated from engine/schema/records.py: change that file, then `make records`.
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

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
from tickfold.schema.enums import StreamState as StreamState
from tickfold.schema.enums import TimeInForce as TimeInForce
from tickfold.schema.enums import TradeAction as TradeAction
from tickfold.schema.enums import Venue as Venue

UNKNOWN_TIME: int
KINDS: dict[str, type[Record]]

_Number = float | Decimal | str
_Time = int | datetime
_Changed = int | str | Iterable[str]

class Record:
    __hash__: ClassVar[None]  # type: ignore[assignment]
    __match_args__: ClassVar[tuple[()]]
    @property
    def kind(self) -> RecordKind: ...
    @property
    def venue(self) -> Venue: ...
    @property
    def flags(self) -> Flag: ...
    @property
    def symbol(self) -> str | None: ...
    @property
    def symbol_id(self) -> int: ...
    @property
    def stream(self) -> str | int | None: ...
    @property
    def stream_id(self) -> int: ...
    @property
    def ts_event(self) -> int | None: ...
    @property
    def ts_recv(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def known_fields(self) -> tuple[str, ...]: ...
    @property
    def changed_fields(self) -> tuple[str, ...]: ...
    @property
    def extra(self) -> dict[str, str]: ...
    @classmethod
    def dtype(cls) -> np.dtype[Any]: ...
    @classmethod
    def mask(cls, *names: str) -> int: ...
    def copy(self) -> Self: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: Any) -> Self: ...
    def __replace__(self, **values: Any) -> Self: ...
    def decimal(self, name: str) -> Decimal | None: ...
    def parsed(self, name: str) -> Any: ...
    def as_dict(self, *, enums: Literal["member", "name"] = ..., exact: bool = ...) -> dict[str, Any]: ...
    def to_json(self) -> str: ...

class Quote(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        bid: _Number | None = ...,
        ask: _Number | None = ...,
        bid_size: _Number | None = ...,
        ask_size: _Number | None = ...,
        last: _Number | None = ...,
        last_size: _Number | None = ...,
        mark: _Number | None = ...,
        prev_close: _Number | None = ...,
        open: _Number | None = ...,
        high: _Number | None = ...,
        low: _Number | None = ...,
        volume: _Number | None = ...,
        open_interest: _Number | None = ...,
        change: _Number | None = ...,
        change_percent: _Number | None = ...,
        last_flag: LastFlag | str | None = ...,
        tape: str | None = ...,
        bid_exchange: str | None = ...,
        ask_exchange: str | None = ...,
        last_exchange: str | None = ...,
        conditions: str | None = ...,
        availability: str | None = ...,
        ts_received: _Time | None = ...,
        ticker: str | None = ...,
    ) -> None: ...
    @property
    def bid(self) -> float | None: ...
    @property
    def ask(self) -> float | None: ...
    @property
    def bid_size(self) -> float | None: ...
    @property
    def ask_size(self) -> float | None: ...
    @property
    def last(self) -> float | None: ...
    @property
    def last_size(self) -> float | None: ...
    @property
    def mark(self) -> float | None: ...
    @property
    def prev_close(self) -> float | None: ...
    @property
    def open(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def volume(self) -> float | None: ...
    @property
    def open_interest(self) -> float | None: ...
    @property
    def change(self) -> float | None: ...
    @property
    def change_percent(self) -> float | None: ...
    @property
    def last_flag(self) -> LastFlag | None: ...
    @property
    def tape(self) -> str | None: ...
    @property
    def bid_exchange(self) -> str | None: ...
    @property
    def ask_exchange(self) -> str | None: ...
    @property
    def last_exchange(self) -> str | None: ...
    @property
    def conditions(self) -> str | None: ...
    @property
    def availability(self) -> str | None: ...
    @property
    def ts_received(self) -> int | None: ...
    @property
    def ticker(self) -> str | None: ...

class Trade(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        price: _Number | None = ...,
        size: _Number | None = ...,
        orig_price: _Number | None = ...,
        orig_size: _Number | None = ...,
        buyer_fee: _Number | None = ...,
        seller_fee: _Number | None = ...,
        ts_received: _Time | None = ...,
        action: TradeAction | str | None = ...,
        side: Side | str | None = ...,
        tape: str | None = ...,
        exchange: str | None = ...,
        conditions: str | None = ...,
        orig_conditions: str | None = ...,
        trade_type: str | None = ...,
        trade_id: str | None = ...,
        orig_trade_id: str | None = ...,
        buyer: str | None = ...,
        seller: str | None = ...,
        buy_order_id: str | None = ...,
        sell_order_id: str | None = ...,
    ) -> None: ...
    @property
    def price(self) -> float | None: ...
    @property
    def size(self) -> float | None: ...
    @property
    def orig_price(self) -> float | None: ...
    @property
    def orig_size(self) -> float | None: ...
    @property
    def buyer_fee(self) -> float | None: ...
    @property
    def seller_fee(self) -> float | None: ...
    @property
    def ts_received(self) -> int | None: ...
    @property
    def action(self) -> TradeAction | None: ...
    @property
    def side(self) -> Side | None: ...
    @property
    def tape(self) -> str | None: ...
    @property
    def exchange(self) -> str | None: ...
    @property
    def conditions(self) -> str | None: ...
    @property
    def orig_conditions(self) -> str | None: ...
    @property
    def trade_type(self) -> str | None: ...
    @property
    def trade_id(self) -> str | None: ...
    @property
    def orig_trade_id(self) -> str | None: ...
    @property
    def buyer(self) -> str | None: ...
    @property
    def seller(self) -> str | None: ...
    @property
    def buy_order_id(self) -> str | None: ...
    @property
    def sell_order_id(self) -> str | None: ...

class Bar(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        open: _Number | None = ...,
        high: _Number | None = ...,
        low: _Number | None = ...,
        close: _Number | None = ...,
        volume: _Number | None = ...,
        vwap: _Number | None = ...,
        notional: _Number | None = ...,
        ts_updated: _Time | None = ...,
        trade_count: int | None = ...,
        interval: int | None = ...,
        bar_class: BarClass | str | None = ...,
        complete: bool | None = ...,
        exchange: str | None = ...,
        currency: str | None = ...,
    ) -> None: ...
    @property
    def open(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def close(self) -> float | None: ...
    @property
    def volume(self) -> float | None: ...
    @property
    def vwap(self) -> float | None: ...
    @property
    def notional(self) -> float | None: ...
    @property
    def ts_updated(self) -> int | None: ...
    @property
    def trade_count(self) -> int | None: ...
    @property
    def interval(self) -> int | None: ...
    @property
    def bar_class(self) -> BarClass | None: ...
    @property
    def complete(self) -> bool | None: ...
    @property
    def exchange(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...

class BookLevel(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        price: _Number | None = ...,
        size: _Number | None = ...,
        sequence: int | None = ...,
        prev_sequence: int | None = ...,
        orders: int | None = ...,
        row: int | None = ...,
        action: BookAction | str | None = ...,
        side: Side | str | None = ...,
    ) -> None: ...
    @property
    def price(self) -> float | None: ...
    @property
    def size(self) -> float | None: ...
    @property
    def sequence(self) -> int | None: ...
    @property
    def prev_sequence(self) -> int | None: ...
    @property
    def orders(self) -> int | None: ...
    @property
    def row(self) -> int | None: ...
    @property
    def action(self) -> BookAction | None: ...
    @property
    def side(self) -> Side | None: ...

class Order(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        qty: _Number | None = ...,
        notional: _Number | None = ...,
        filled_qty: _Number | None = ...,
        leaves_qty: _Number | None = ...,
        avg_price: _Number | None = ...,
        last_qty: _Number | None = ...,
        last_price: _Number | None = ...,
        limit_price: _Number | None = ...,
        stop_price: _Number | None = ...,
        trail_price: _Number | None = ...,
        trail_percent: _Number | None = ...,
        high_water: _Number | None = ...,
        display_qty: _Number | None = ...,
        reserved_qty: _Number | None = ...,
        peg_offset: _Number | None = ...,
        commission: _Number | None = ...,
        ratio: _Number | None = ...,
        ts_created: _Time | None = ...,
        ts_submitted: _Time | None = ...,
        ts_filled: _Time | None = ...,
        ts_canceled: _Time | None = ...,
        ts_expired: _Time | None = ...,
        ts_failed: _Time | None = ...,
        ts_replaced: _Time | None = ...,
        ts_updated: _Time | None = ...,
        ts_expires: _Time | None = ...,
        version: int | None = ...,
        status: OrderStatus | str | None = ...,
        side: Side | str | None = ...,
        type: OrderType | str | None = ...,
        tif: TimeInForce | str | None = ...,
        extended_hours: bool | None = ...,
        post_only: bool | None = ...,
        reduce_only: bool | None = ...,
        status_text: str | None = ...,
        type_text: str | None = ...,
        side_text: str | None = ...,
        tif_text: str | None = ...,
        event: str | None = ...,
        ticker: str | None = ...,
        currency: str | None = ...,
        order_class: str | None = ...,
        asset_class: str | None = ...,
        exchange: str | None = ...,
        listing: str | None = ...,
        company: str | None = ...,
        contract: str | None = ...,
        intent: str | None = ...,
        peg_reference: str | None = ...,
        account: str | None = ...,
        order_id: str | None = ...,
        parent_id: str | None = ...,
        replaces: str | None = ...,
        replaced_by: str | None = ...,
        client_order_id: str | None = ...,
        reason: str | None = ...,
        description: str | None = ...,
    ) -> None: ...
    @property
    def qty(self) -> float | None: ...
    @property
    def notional(self) -> float | None: ...
    @property
    def filled_qty(self) -> float | None: ...
    @property
    def leaves_qty(self) -> float | None: ...
    @property
    def avg_price(self) -> float | None: ...
    @property
    def last_qty(self) -> float | None: ...
    @property
    def last_price(self) -> float | None: ...
    @property
    def limit_price(self) -> float | None: ...
    @property
    def stop_price(self) -> float | None: ...
    @property
    def trail_price(self) -> float | None: ...
    @property
    def trail_percent(self) -> float | None: ...
    @property
    def high_water(self) -> float | None: ...
    @property
    def display_qty(self) -> float | None: ...
    @property
    def reserved_qty(self) -> float | None: ...
    @property
    def peg_offset(self) -> float | None: ...
    @property
    def commission(self) -> float | None: ...
    @property
    def ratio(self) -> float | None: ...
    @property
    def ts_created(self) -> int | None: ...
    @property
    def ts_submitted(self) -> int | None: ...
    @property
    def ts_filled(self) -> int | None: ...
    @property
    def ts_canceled(self) -> int | None: ...
    @property
    def ts_expired(self) -> int | None: ...
    @property
    def ts_failed(self) -> int | None: ...
    @property
    def ts_replaced(self) -> int | None: ...
    @property
    def ts_updated(self) -> int | None: ...
    @property
    def ts_expires(self) -> int | None: ...
    @property
    def version(self) -> int | None: ...
    @property
    def status(self) -> OrderStatus | None: ...
    @property
    def side(self) -> Side | None: ...
    @property
    def type(self) -> OrderType | None: ...
    @property
    def tif(self) -> TimeInForce | None: ...
    @property
    def extended_hours(self) -> bool | None: ...
    @property
    def post_only(self) -> bool | None: ...
    @property
    def reduce_only(self) -> bool | None: ...
    @property
    def status_text(self) -> str | None: ...
    @property
    def type_text(self) -> str | None: ...
    @property
    def side_text(self) -> str | None: ...
    @property
    def tif_text(self) -> str | None: ...
    @property
    def event(self) -> str | None: ...
    @property
    def ticker(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def order_class(self) -> str | None: ...
    @property
    def asset_class(self) -> str | None: ...
    @property
    def exchange(self) -> str | None: ...
    @property
    def listing(self) -> str | None: ...
    @property
    def company(self) -> str | None: ...
    @property
    def contract(self) -> str | None: ...
    @property
    def intent(self) -> str | None: ...
    @property
    def peg_reference(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def order_id(self) -> str | None: ...
    @property
    def parent_id(self) -> str | None: ...
    @property
    def replaces(self) -> str | None: ...
    @property
    def replaced_by(self) -> str | None: ...
    @property
    def client_order_id(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...

class Fill(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        price: _Number | None = ...,
        qty: _Number | None = ...,
        commission: _Number | None = ...,
        net_amount: _Number | None = ...,
        cum_qty: _Number | None = ...,
        position: _Number | None = ...,
        fee_maker: _Number | None = ...,
        fee_infrastructure: _Number | None = ...,
        fee_liquidity: _Number | None = ...,
        fee_treasury: _Number | None = ...,
        fee_buy_back: _Number | None = ...,
        fee_high_volume: _Number | None = ...,
        side: Side | str | None = ...,
        action: TradeAction | str | None = ...,
        currency: str | None = ...,
        exchange: str | None = ...,
        liquidity: str | None = ...,
        side_text: str | None = ...,
        account: str | None = ...,
        ticker: str | None = ...,
        asset_class: str | None = ...,
        listing: str | None = ...,
        company: str | None = ...,
        contract: str | None = ...,
        description: str | None = ...,
        exec_id: str | None = ...,
        order_id: str | None = ...,
        client_order_id: str | None = ...,
    ) -> None: ...
    @property
    def price(self) -> float | None: ...
    @property
    def qty(self) -> float | None: ...
    @property
    def commission(self) -> float | None: ...
    @property
    def net_amount(self) -> float | None: ...
    @property
    def cum_qty(self) -> float | None: ...
    @property
    def position(self) -> float | None: ...
    @property
    def fee_maker(self) -> float | None: ...
    @property
    def fee_infrastructure(self) -> float | None: ...
    @property
    def fee_liquidity(self) -> float | None: ...
    @property
    def fee_treasury(self) -> float | None: ...
    @property
    def fee_buy_back(self) -> float | None: ...
    @property
    def fee_high_volume(self) -> float | None: ...
    @property
    def side(self) -> Side | None: ...
    @property
    def action(self) -> TradeAction | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def exchange(self) -> str | None: ...
    @property
    def liquidity(self) -> str | None: ...
    @property
    def side_text(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def ticker(self) -> str | None: ...
    @property
    def asset_class(self) -> str | None: ...
    @property
    def listing(self) -> str | None: ...
    @property
    def company(self) -> str | None: ...
    @property
    def contract(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def exec_id(self) -> str | None: ...
    @property
    def order_id(self) -> str | None: ...
    @property
    def client_order_id(self) -> str | None: ...

class Position(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        qty: _Number | None = ...,
        avg_price: _Number | None = ...,
        cost_basis: _Number | None = ...,
        market_value: _Number | None = ...,
        market_price: _Number | None = ...,
        realized_pnl: _Number | None = ...,
        unrealized_pnl: _Number | None = ...,
        daily_pnl: _Number | None = ...,
        unrealized_percent: _Number | None = ...,
        account_percent: _Number | None = ...,
        avg_close_price: _Number | None = ...,
        fees_paid: _Number | None = ...,
        fees_received: _Number | None = ...,
        fees_taker: _Number | None = ...,
        fees_paid_since: _Number | None = ...,
        fees_received_since: _Number | None = ...,
        fees_taker_since: _Number | None = ...,
        funding_since: _Number | None = ...,
        funding: _Number | None = ...,
        loss_socialization: _Number | None = ...,
        ts_created: _Time | None = ...,
        ts_updated: _Time | None = ...,
        status: str | None = ...,
        asset_class: str | None = ...,
        currency: str | None = ...,
        position_id: str | None = ...,
        account: str | None = ...,
        ticker: str | None = ...,
    ) -> None: ...
    @property
    def qty(self) -> float | None: ...
    @property
    def avg_price(self) -> float | None: ...
    @property
    def cost_basis(self) -> float | None: ...
    @property
    def market_value(self) -> float | None: ...
    @property
    def market_price(self) -> float | None: ...
    @property
    def realized_pnl(self) -> float | None: ...
    @property
    def unrealized_pnl(self) -> float | None: ...
    @property
    def daily_pnl(self) -> float | None: ...
    @property
    def unrealized_percent(self) -> float | None: ...
    @property
    def account_percent(self) -> float | None: ...
    @property
    def avg_close_price(self) -> float | None: ...
    @property
    def fees_paid(self) -> float | None: ...
    @property
    def fees_received(self) -> float | None: ...
    @property
    def fees_taker(self) -> float | None: ...
    @property
    def fees_paid_since(self) -> float | None: ...
    @property
    def fees_received_since(self) -> float | None: ...
    @property
    def fees_taker_since(self) -> float | None: ...
    @property
    def funding_since(self) -> float | None: ...
    @property
    def funding(self) -> float | None: ...
    @property
    def loss_socialization(self) -> float | None: ...
    @property
    def ts_created(self) -> int | None: ...
    @property
    def ts_updated(self) -> int | None: ...
    @property
    def status(self) -> str | None: ...
    @property
    def asset_class(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def position_id(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def ticker(self) -> str | None: ...
    @property
    def realized(self) -> float | None: ...
    @property
    def unrealized(self) -> float | None: ...

class Balance(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        total: _Number | None = ...,
        available: _Number | None = ...,
        cash: _Number | None = ...,
        settled: _Number | None = ...,
        net_cash: _Number | None = ...,
        pending: _Number | None = ...,
        net_liq: _Number | None = ...,
        equity: _Number | None = ...,
        excess_liq: _Number | None = ...,
        change: _Number | None = ...,
        change_percent: _Number | None = ...,
        buying_power: _Number | None = ...,
        option_buying_power: _Number | None = ...,
        forex_buying_power: _Number | None = ...,
        day_buying_power: _Number | None = ...,
        margin_initial: _Number | None = ...,
        margin_maint: _Number | None = ...,
        option_margin_maint: _Number | None = ...,
        margin_search: _Number | None = ...,
        margin_release: _Number | None = ...,
        margin_order: _Number | None = ...,
        margin_factor: _Number | None = ...,
        pending_orders: _Number | None = ...,
        day_trades: _Number | None = ...,
        market_value: _Number | None = ...,
        stock_value: _Number | None = ...,
        stock_long: _Number | None = ...,
        stock_short: _Number | None = ...,
        option_value: _Number | None = ...,
        option_long: _Number | None = ...,
        option_short: _Number | None = ...,
        forex_long: _Number | None = ...,
        forex_short: _Number | None = ...,
        future_value: _Number | None = ...,
        bond_value: _Number | None = ...,
        fund_value: _Number | None = ...,
        realized_pnl: _Number | None = ...,
        unrealized_pnl: _Number | None = ...,
        unrealized_day: _Number | None = ...,
        unrealized_percent: _Number | None = ...,
        total_pnl: _Number | None = ...,
        interest: _Number | None = ...,
        dividends: _Number | None = ...,
        exchange_rate: _Number | None = ...,
        ts_updated: _Time | None = ...,
        severity: int | None = ...,
        currency: str | None = ...,
        balance_type: str | None = ...,
        margin_mode: str | None = ...,
        name: str | None = ...,
        account: str | None = ...,
        market: str | None = ...,
        parent: str | None = ...,
        value: str | None = ...,
    ) -> None: ...
    @property
    def total(self) -> float | None: ...
    @property
    def available(self) -> float | None: ...
    @property
    def cash(self) -> float | None: ...
    @property
    def settled(self) -> float | None: ...
    @property
    def net_cash(self) -> float | None: ...
    @property
    def pending(self) -> float | None: ...
    @property
    def net_liq(self) -> float | None: ...
    @property
    def equity(self) -> float | None: ...
    @property
    def excess_liq(self) -> float | None: ...
    @property
    def change(self) -> float | None: ...
    @property
    def change_percent(self) -> float | None: ...
    @property
    def buying_power(self) -> float | None: ...
    @property
    def option_buying_power(self) -> float | None: ...
    @property
    def forex_buying_power(self) -> float | None: ...
    @property
    def day_buying_power(self) -> float | None: ...
    @property
    def margin_initial(self) -> float | None: ...
    @property
    def margin_maint(self) -> float | None: ...
    @property
    def option_margin_maint(self) -> float | None: ...
    @property
    def margin_search(self) -> float | None: ...
    @property
    def margin_release(self) -> float | None: ...
    @property
    def margin_order(self) -> float | None: ...
    @property
    def margin_factor(self) -> float | None: ...
    @property
    def pending_orders(self) -> float | None: ...
    @property
    def day_trades(self) -> float | None: ...
    @property
    def market_value(self) -> float | None: ...
    @property
    def stock_value(self) -> float | None: ...
    @property
    def stock_long(self) -> float | None: ...
    @property
    def stock_short(self) -> float | None: ...
    @property
    def option_value(self) -> float | None: ...
    @property
    def option_long(self) -> float | None: ...
    @property
    def option_short(self) -> float | None: ...
    @property
    def forex_long(self) -> float | None: ...
    @property
    def forex_short(self) -> float | None: ...
    @property
    def future_value(self) -> float | None: ...
    @property
    def bond_value(self) -> float | None: ...
    @property
    def fund_value(self) -> float | None: ...
    @property
    def realized_pnl(self) -> float | None: ...
    @property
    def unrealized_pnl(self) -> float | None: ...
    @property
    def unrealized_day(self) -> float | None: ...
    @property
    def unrealized_percent(self) -> float | None: ...
    @property
    def total_pnl(self) -> float | None: ...
    @property
    def interest(self) -> float | None: ...
    @property
    def dividends(self) -> float | None: ...
    @property
    def exchange_rate(self) -> float | None: ...
    @property
    def ts_updated(self) -> int | None: ...
    @property
    def severity(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def balance_type(self) -> str | None: ...
    @property
    def margin_mode(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def market(self) -> str | None: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...

class Pnl(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        daily: _Number | None = ...,
        unrealized: _Number | None = ...,
        realized: _Number | None = ...,
        net_liq: _Number | None = ...,
        excess_liq: _Number | None = ...,
        market_value: _Number | None = ...,
        uncushioned: _Number | None = ...,
        row_type: int | None = ...,
        account: str | None = ...,
        segment: str | None = ...,
    ) -> None: ...
    @property
    def daily(self) -> float | None: ...
    @property
    def unrealized(self) -> float | None: ...
    @property
    def realized(self) -> float | None: ...
    @property
    def net_liq(self) -> float | None: ...
    @property
    def excess_liq(self) -> float | None: ...
    @property
    def market_value(self) -> float | None: ...
    @property
    def uncushioned(self) -> float | None: ...
    @property
    def row_type(self) -> int | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def segment(self) -> str | None: ...

class Status(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        limit_up: _Number | None = ...,
        limit_down: _Number | None = ...,
        price: _Number | None = ...,
        scope: StatusScope | str | None = ...,
        tape: str | None = ...,
        indicator: str | None = ...,
        code: str | None = ...,
        reason: str | None = ...,
        text: str | None = ...,
        reason_text: str | None = ...,
    ) -> None: ...
    @property
    def limit_up(self) -> float | None: ...
    @property
    def limit_down(self) -> float | None: ...
    @property
    def price(self) -> float | None: ...
    @property
    def scope(self) -> StatusScope | None: ...
    @property
    def tape(self) -> str | None: ...
    @property
    def indicator(self) -> str | None: ...
    @property
    def code(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def reason_text(self) -> str | None: ...

class News(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        ts_created: _Time | None = ...,
        ts_updated: _Time | None = ...,
        news_id: str | None = ...,
        headline: str | None = ...,
        summary: str | None = ...,
        author: str | None = ...,
        source: str | None = ...,
        url: str | None = ...,
        content: str | None = ...,
        symbols: str | None = ...,
    ) -> None: ...
    @property
    def ts_created(self) -> int | None: ...
    @property
    def ts_updated(self) -> int | None: ...
    @property
    def news_id(self) -> str | None: ...
    @property
    def headline(self) -> str | None: ...
    @property
    def summary(self) -> str | None: ...
    @property
    def author(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def content(self) -> str | None: ...
    @property
    def symbols(self) -> str | None: ...

class Notice(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        prompt: bool | None = ...,
        notice_kind: NoticeKind | str | None = ...,
        notice_id: str | None = ...,
        message_id: str | None = ...,
        notice_type: str | None = ...,
        topic: str | None = ...,
        order_id: str | None = ...,
        title: str | None = ...,
        text: str | None = ...,
        options: str | None = ...,
        url: str | None = ...,
        exchanges: str | None = ...,
    ) -> None: ...
    @property
    def prompt(self) -> bool | None: ...
    @property
    def notice_kind(self) -> NoticeKind | None: ...
    @property
    def notice_id(self) -> str | None: ...
    @property
    def message_id(self) -> str | None: ...
    @property
    def notice_type(self) -> str | None: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def order_id(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def options(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def exchanges(self) -> str | None: ...

class Gap(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        ts_from: _Time | None = ...,
        ts_to: _Time | None = ...,
        missed: int | None = ...,
        topic: str | None = ...,
        reason: str | None = ...,
    ) -> None: ...
    @property
    def ts_from(self) -> int | None: ...
    @property
    def ts_to(self) -> int | None: ...
    @property
    def missed(self) -> int | None: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...

class Ack(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        ok: bool | None = ...,
        action: str | None = ...,
        topic: str | None = ...,
        session: str | None = ...,
        text: str | None = ...,
    ) -> None: ...
    @property
    def ok(self) -> bool | None: ...
    @property
    def action(self) -> str | None: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def session(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...

class Error(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        code: int | None = ...,
        fatal: bool | None = ...,
        source: ErrorSource | str | None = ...,
        topic: str | None = ...,
        text: str | None = ...,
        data: bytes | bytearray | memoryview | None = ...,
    ) -> None: ...
    @property
    def code(self) -> int | None: ...
    @property
    def fatal(self) -> bool | None: ...
    @property
    def source(self) -> ErrorSource | None: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def data(self) -> bytes | None: ...

class SessionState(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        heartbeat: _Time | None = ...,
        authenticated: bool | None = ...,
        connected: bool | None = ...,
        established: bool | None = ...,
        competing: bool | None = ...,
        paper: bool | None = ...,
        alive: bool | None = ...,
        state: StreamState | str | None = ...,
        username: str | None = ...,
        topic: str | None = ...,
        text: str | None = ...,
    ) -> None: ...
    @property
    def heartbeat(self) -> int | None: ...
    @property
    def authenticated(self) -> bool | None: ...
    @property
    def connected(self) -> bool | None: ...
    @property
    def established(self) -> bool | None: ...
    @property
    def competing(self) -> bool | None: ...
    @property
    def paper(self) -> bool | None: ...
    @property
    def alive(self) -> bool | None: ...
    @property
    def state(self) -> StreamState | None: ...
    @property
    def username(self) -> str | None: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...

class Raw(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        topic: str | None = ...,
        data: bytes | bytearray | memoryview | None = ...,
    ) -> None: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def data(self) -> bytes | None: ...

class Event(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        event: str | None = ...,
        action: str | None = ...,
        account: str | None = ...,
        event_id: str | None = ...,
        interval: int | None = ...,
        data: bytes | bytearray | memoryview | None = ...,
    ) -> None: ...
    @property
    def event(self) -> str | None: ...
    @property
    def action(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def event_id(self) -> str | None: ...
    @property
    def interval(self) -> int | None: ...
    @property
    def data(self) -> bytes | None: ...

class Stats(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        implied_vol: _Number | None = ...,
        strike_vol: _Number | None = ...,
        option_vol_30d: _Number | None = ...,
        hist_vol: _Number | None = ...,
        hist_vol_30d: _Number | None = ...,
        hist_vol_close: _Number | None = ...,
        put_call_interest: _Number | None = ...,
        put_call_volume: _Number | None = ...,
        put_call_ratio: _Number | None = ...,
        option_volume: _Number | None = ...,
        option_volume_change: _Number | None = ...,
        avg_volume: _Number | None = ...,
        dividend: _Number | None = ...,
        dividend_yield: _Number | None = ...,
        dividend_next: _Number | None = ...,
        dividend_last: _Number | None = ...,
        market_cap: _Number | None = ...,
        pe_ratio: _Number | None = ...,
        eps: _Number | None = ...,
        beta: _Number | None = ...,
        week52_high: _Number | None = ...,
        week52_low: _Number | None = ...,
        close: _Number | None = ...,
        change_open: _Number | None = ...,
        delta: _Number | None = ...,
        gamma: _Number | None = ...,
        theta: _Number | None = ...,
        vega: _Number | None = ...,
        shortable: _Number | None = ...,
        fee_rate: _Number | None = ...,
        ema20: _Number | None = ...,
        ema50: _Number | None = ...,
        ema100: _Number | None = ...,
        ema200: _Number | None = ...,
        price_ema20: _Number | None = ...,
        price_ema50: _Number | None = ...,
        price_ema100: _Number | None = ...,
        price_ema200: _Number | None = ...,
        max_return: _Number | None = ...,
        max_loss: _Number | None = ...,
        max_profit: _Number | None = ...,
        break_even: _Number | None = ...,
        spx_delta: _Number | None = ...,
        futures_interest: _Number | None = ...,
        last_yield: _Number | None = ...,
        bid_yield: _Number | None = ...,
        ask_yield: _Number | None = ...,
        funding_rate: _Number | None = ...,
        funding_payment: _Number | None = ...,
        internal_twap: _Number | None = ...,
        external_twap: _Number | None = ...,
        index_price: _Number | None = ...,
        target_stake: _Number | None = ...,
        supplied_stake: _Number | None = ...,
        market_growth: _Number | None = ...,
        indicative_price: _Number | None = ...,
        indicative_volume: _Number | None = ...,
        mid: _Number | None = ...,
        volume_3m: _Number | None = ...,
        ts_funding: _Time | None = ...,
    ) -> None: ...
    @property
    def implied_vol(self) -> float | None: ...
    @property
    def strike_vol(self) -> float | None: ...
    @property
    def option_vol_30d(self) -> float | None: ...
    @property
    def hist_vol(self) -> float | None: ...
    @property
    def hist_vol_30d(self) -> float | None: ...
    @property
    def hist_vol_close(self) -> float | None: ...
    @property
    def put_call_interest(self) -> float | None: ...
    @property
    def put_call_volume(self) -> float | None: ...
    @property
    def put_call_ratio(self) -> float | None: ...
    @property
    def option_volume(self) -> float | None: ...
    @property
    def option_volume_change(self) -> float | None: ...
    @property
    def avg_volume(self) -> float | None: ...
    @property
    def dividend(self) -> float | None: ...
    @property
    def dividend_yield(self) -> float | None: ...
    @property
    def dividend_next(self) -> float | None: ...
    @property
    def dividend_last(self) -> float | None: ...
    @property
    def market_cap(self) -> float | None: ...
    @property
    def pe_ratio(self) -> float | None: ...
    @property
    def eps(self) -> float | None: ...
    @property
    def beta(self) -> float | None: ...
    @property
    def week52_high(self) -> float | None: ...
    @property
    def week52_low(self) -> float | None: ...
    @property
    def close(self) -> float | None: ...
    @property
    def change_open(self) -> float | None: ...
    @property
    def delta(self) -> float | None: ...
    @property
    def gamma(self) -> float | None: ...
    @property
    def theta(self) -> float | None: ...
    @property
    def vega(self) -> float | None: ...
    @property
    def shortable(self) -> float | None: ...
    @property
    def fee_rate(self) -> float | None: ...
    @property
    def ema20(self) -> float | None: ...
    @property
    def ema50(self) -> float | None: ...
    @property
    def ema100(self) -> float | None: ...
    @property
    def ema200(self) -> float | None: ...
    @property
    def price_ema20(self) -> float | None: ...
    @property
    def price_ema50(self) -> float | None: ...
    @property
    def price_ema100(self) -> float | None: ...
    @property
    def price_ema200(self) -> float | None: ...
    @property
    def max_return(self) -> float | None: ...
    @property
    def max_loss(self) -> float | None: ...
    @property
    def max_profit(self) -> float | None: ...
    @property
    def break_even(self) -> float | None: ...
    @property
    def spx_delta(self) -> float | None: ...
    @property
    def futures_interest(self) -> float | None: ...
    @property
    def last_yield(self) -> float | None: ...
    @property
    def bid_yield(self) -> float | None: ...
    @property
    def ask_yield(self) -> float | None: ...
    @property
    def funding_rate(self) -> float | None: ...
    @property
    def funding_payment(self) -> float | None: ...
    @property
    def internal_twap(self) -> float | None: ...
    @property
    def external_twap(self) -> float | None: ...
    @property
    def index_price(self) -> float | None: ...
    @property
    def target_stake(self) -> float | None: ...
    @property
    def supplied_stake(self) -> float | None: ...
    @property
    def market_growth(self) -> float | None: ...
    @property
    def indicative_price(self) -> float | None: ...
    @property
    def indicative_volume(self) -> float | None: ...
    @property
    def mid(self) -> float | None: ...
    @property
    def volume_3m(self) -> float | None: ...
    @property
    def ts_funding(self) -> int | None: ...

class Instrument(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        expiry: str | None = ...,
        right: str | None = ...,
        tradable: bool | None = ...,
        permitted: bool | None = ...,
        shortable: str | None = ...,
        asset_class: str | None = ...,
        exchange: str | None = ...,
        listing: str | None = ...,
        conid: str | None = ...,
        contract: str | None = ...,
        underlying: str | None = ...,
        months: str | None = ...,
        company: str | None = ...,
        industry: str | None = ...,
        category: str | None = ...,
        description: str | None = ...,
        description2: str | None = ...,
        state: str | None = ...,
        trading_mode: str | None = ...,
        trigger: str | None = ...,
        note: str | None = ...,
        rating: str | None = ...,
        debt_class: str | None = ...,
        bond_type: str | None = ...,
        bond_state: str | None = ...,
        organization: str | None = ...,
        last_trading: str | None = ...,
        issued: str | None = ...,
        ex_dividend: str | None = ...,
        event: str | None = ...,
        event_date: str | None = ...,
        service: str | None = ...,
    ) -> None: ...
    @property
    def expiry(self) -> str | None: ...
    @property
    def right(self) -> str | None: ...
    @property
    def tradable(self) -> bool | None: ...
    @property
    def permitted(self) -> bool | None: ...
    @property
    def shortable(self) -> str | None: ...
    @property
    def asset_class(self) -> str | None: ...
    @property
    def exchange(self) -> str | None: ...
    @property
    def listing(self) -> str | None: ...
    @property
    def conid(self) -> str | None: ...
    @property
    def contract(self) -> str | None: ...
    @property
    def underlying(self) -> str | None: ...
    @property
    def months(self) -> str | None: ...
    @property
    def company(self) -> str | None: ...
    @property
    def industry(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def description2(self) -> str | None: ...
    @property
    def state(self) -> str | None: ...
    @property
    def trading_mode(self) -> str | None: ...
    @property
    def trigger(self) -> str | None: ...
    @property
    def note(self) -> str | None: ...
    @property
    def rating(self) -> str | None: ...
    @property
    def debt_class(self) -> str | None: ...
    @property
    def bond_type(self) -> str | None: ...
    @property
    def bond_state(self) -> str | None: ...
    @property
    def organization(self) -> str | None: ...
    @property
    def last_trading(self) -> str | None: ...
    @property
    def issued(self) -> str | None: ...
    @property
    def ex_dividend(self) -> str | None: ...
    @property
    def event(self) -> str | None: ...
    @property
    def event_date(self) -> str | None: ...
    @property
    def service(self) -> str | None: ...

class Ledger(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        amount: _Number | None = ...,
        from_balance: _Number | None = ...,
        to_balance: _Number | None = ...,
        transfer_type: str | None = ...,
        asset: str | None = ...,
        from_account: str | None = ...,
        from_type: str | None = ...,
        from_market: str | None = ...,
        to_account: str | None = ...,
        to_type: str | None = ...,
        to_market: str | None = ...,
        transfer_id: str | None = ...,
    ) -> None: ...
    @property
    def amount(self) -> float | None: ...
    @property
    def from_balance(self) -> float | None: ...
    @property
    def to_balance(self) -> float | None: ...
    @property
    def transfer_type(self) -> str | None: ...
    @property
    def asset(self) -> str | None: ...
    @property
    def from_account(self) -> str | None: ...
    @property
    def from_type(self) -> str | None: ...
    @property
    def from_market(self) -> str | None: ...
    @property
    def to_account(self) -> str | None: ...
    @property
    def to_type(self) -> str | None: ...
    @property
    def to_market(self) -> str | None: ...
    @property
    def transfer_id(self) -> str | None: ...

class Lag(Record):
    def __init__(
        self,
        *,
        kind: RecordKind | None = ...,
        venue: Venue | str | None = ...,
        stream: str | int | None = ...,
        stream_id: int = ...,
        flags: Flag | str = ...,
        symbol: str | None = ...,
        symbol_id: int = ...,
        ts_event: _Time | None = ...,
        ts_recv: _Time = ...,
        seq: int = ...,
        changed: _Changed | None = ...,
        loop_lag: _Number | None = ...,
        callback_time: _Number | None = ...,
        interval: _Number | None = ...,
        backlog: _Number | None = ...,
        data_age: _Number | None = ...,
        unread: int | None = ...,
        behind: bool | None = ...,
        topic: str | None = ...,
        text: str | None = ...,
    ) -> None: ...
    @property
    def loop_lag(self) -> float | None: ...
    @property
    def callback_time(self) -> float | None: ...
    @property
    def interval(self) -> float | None: ...
    @property
    def backlog(self) -> float | None: ...
    @property
    def data_age(self) -> float | None: ...
    @property
    def unread(self) -> int | None: ...
    @property
    def behind(self) -> bool | None: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
