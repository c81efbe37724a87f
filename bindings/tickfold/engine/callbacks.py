"""`on` and `on_batch`, for an Engine and for type checkers.

Generated from engine/schema/records.py: change that file, then `make records`.
"""

# ruff: noqa: E501
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

if TYPE_CHECKING:
    from tickfold.engine.dispatch import Dispatcher
    from tickfold.engine.handler import Handler
    from tickfold.engine.records import (
        Ack,
        Balance,
        Bar,
        BookLevel,
        Error,
        Event,
        Fill,
        Gap,
        Instrument,
        Lag,
        Ledger,
        News,
        Notice,
        Order,
        Pnl,
        Position,
        Quote,
        Raw,
        Record,
        SessionState,
        Stats,
        Status,
        Trade,
    )

#: A callback of on_batch.
OnRows = TypeVar("OnRows", bound="Callable[[Any], None]")
#: A C function for `on`: an address, or what has one.
Native = TypeVar("Native")
OnRecord = TypeVar("OnRecord", bound="Callable[[Record], None]")

#: The names of a Quote's fields.
QuoteField = Literal[
    "bid", "ask", "bid_size", "ask_size", "last", "last_size", "mark", "prev_close", "open", "high", "low",
    "volume", "open_interest", "change", "change_percent", "last_flag", "tape", "bid_exchange",
    "ask_exchange", "last_exchange", "conditions", "availability", "ts_received", "ticker"
]
QuoteFields = QuoteField | Iterable[QuoteField] | None
OnQuote = TypeVar("OnQuote", bound="Callable[[Quote], None]")

#: The names of a Trade's fields.
TradeField = Literal[
    "price", "size", "orig_price", "orig_size", "buyer_fee", "seller_fee", "ts_received", "action", "side",
    "tape", "exchange", "conditions", "orig_conditions", "trade_type", "trade_id", "orig_trade_id", "buyer",
    "seller", "buy_order_id", "sell_order_id"
]
TradeFields = TradeField | Iterable[TradeField] | None
OnTrade = TypeVar("OnTrade", bound="Callable[[Trade], None]")

#: The names of a Bar's fields.
BarField = Literal[
    "open", "high", "low", "close", "volume", "vwap", "notional", "ts_updated", "trade_count", "interval",
    "bar_class", "complete", "exchange", "currency"
]
BarFields = BarField | Iterable[BarField] | None
OnBar = TypeVar("OnBar", bound="Callable[[Bar], None]")

#: The names of a BookLevel's fields.
BookLevelField = Literal[
    "price", "size", "sequence", "prev_sequence", "orders", "row", "action", "side"
]
BookLevelFields = BookLevelField | Iterable[BookLevelField] | None
OnBookLevel = TypeVar("OnBookLevel", bound="Callable[[BookLevel], None]")

#: The names of a Order's fields.
OrderField = Literal[
    "qty", "notional", "filled_qty", "leaves_qty", "avg_price", "last_qty", "last_price", "limit_price",
    "stop_price", "trail_price", "trail_percent", "high_water", "display_qty", "reserved_qty", "peg_offset",
    "commission", "ratio", "ts_created", "ts_submitted", "ts_filled", "ts_canceled", "ts_expired",
    "ts_failed", "ts_replaced", "ts_updated", "ts_expires", "version", "status", "side", "type", "tif",
    "extended_hours", "post_only", "reduce_only", "status_text", "type_text", "side_text", "tif_text",
    "event", "ticker", "currency", "order_class", "asset_class", "exchange", "listing", "company", "contract",
    "intent", "peg_reference", "account", "order_id", "parent_id", "replaces", "replaced_by",
    "client_order_id", "reason", "description"
]
OrderFields = OrderField | Iterable[OrderField] | None
OnOrder = TypeVar("OnOrder", bound="Callable[[Order], None]")

#: The names of a Fill's fields.
FillField = Literal[
    "price", "qty", "commission", "net_amount", "cum_qty", "position", "fee_maker", "fee_infrastructure",
    "fee_liquidity", "fee_treasury", "fee_buy_back", "fee_high_volume", "side", "action", "currency",
    "exchange", "liquidity", "side_text", "account", "ticker", "asset_class", "listing", "company",
    "contract", "description", "exec_id", "order_id", "client_order_id"
]
FillFields = FillField | Iterable[FillField] | None
OnFill = TypeVar("OnFill", bound="Callable[[Fill], None]")

#: The names of a Position's fields.
PositionField = Literal[
    "qty", "avg_price", "cost_basis", "market_value", "market_price", "realized_pnl", "unrealized_pnl",
    "daily_pnl", "unrealized_percent", "account_percent", "avg_close_price", "fees_paid", "fees_received",
    "fees_taker", "fees_paid_since", "fees_received_since", "fees_taker_since", "funding_since", "funding",
    "loss_socialization", "ts_created", "ts_updated", "status", "asset_class", "currency", "position_id",
    "account", "ticker"
]
PositionFields = PositionField | Iterable[PositionField] | None
OnPosition = TypeVar("OnPosition", bound="Callable[[Position], None]")

#: The names of a Balance's fields.
BalanceField = Literal[
    "total", "available", "cash", "settled", "net_cash", "pending", "net_liq", "equity", "excess_liq",
    "change", "change_percent", "buying_power", "option_buying_power", "forex_buying_power",
    "day_buying_power", "margin_initial", "margin_maint", "option_margin_maint", "margin_search",
    "margin_release", "margin_order", "margin_factor", "pending_orders", "day_trades", "market_value",
    "stock_value", "stock_long", "stock_short", "option_value", "option_long", "option_short", "forex_long",
    "forex_short", "future_value", "bond_value", "fund_value", "realized_pnl", "unrealized_pnl",
    "unrealized_day", "unrealized_percent", "total_pnl", "interest", "dividends", "exchange_rate",
    "ts_updated", "severity", "currency", "balance_type", "margin_mode", "name", "account", "market",
    "parent", "value"
]
BalanceFields = BalanceField | Iterable[BalanceField] | None
OnBalance = TypeVar("OnBalance", bound="Callable[[Balance], None]")

#: The names of a Pnl's fields.
PnlField = Literal[
    "daily", "unrealized", "realized", "net_liq", "excess_liq", "market_value", "uncushioned", "row_type",
    "account", "segment"
]
PnlFields = PnlField | Iterable[PnlField] | None
OnPnl = TypeVar("OnPnl", bound="Callable[[Pnl], None]")

#: The names of a Status's fields.
StatusField = Literal[
    "limit_up", "limit_down", "price", "scope", "tape", "indicator", "code", "reason", "text", "reason_text"
]
StatusFields = StatusField | Iterable[StatusField] | None
OnStatus = TypeVar("OnStatus", bound="Callable[[Status], None]")

#: The names of a News's fields.
NewsField = Literal[
    "ts_created", "ts_updated", "news_id", "headline", "summary", "author", "source", "url", "content",
    "symbols"
]
NewsFields = NewsField | Iterable[NewsField] | None
OnNews = TypeVar("OnNews", bound="Callable[[News], None]")

#: The names of a Notice's fields.
NoticeField = Literal[
    "prompt", "notice_kind", "notice_id", "message_id", "notice_type", "topic", "order_id", "title", "text",
    "options", "url", "exchanges"
]
NoticeFields = NoticeField | Iterable[NoticeField] | None
OnNotice = TypeVar("OnNotice", bound="Callable[[Notice], None]")

#: The names of a Gap's fields.
GapField = Literal[
    "ts_from", "ts_to", "missed", "topic", "reason"
]
GapFields = GapField | Iterable[GapField] | None
OnGap = TypeVar("OnGap", bound="Callable[[Gap], None]")

#: The names of a Ack's fields.
AckField = Literal[
    "ok", "action", "topic", "session", "text"
]
AckFields = AckField | Iterable[AckField] | None
OnAck = TypeVar("OnAck", bound="Callable[[Ack], None]")

#: The names of a Error's fields.
ErrorField = Literal[
    "code", "fatal", "source", "topic", "text", "data"
]
ErrorFields = ErrorField | Iterable[ErrorField] | None
OnError = TypeVar("OnError", bound="Callable[[Error], None]")

#: The names of a SessionState's fields.
SessionStateField = Literal[
    "heartbeat", "authenticated", "connected", "established", "competing", "paper", "alive", "state",
    "username", "topic", "text"
]
SessionStateFields = SessionStateField | Iterable[SessionStateField] | None
OnSessionState = TypeVar("OnSessionState", bound="Callable[[SessionState], None]")

#: The names of a Raw's fields.
RawField = Literal[
    "topic", "data"
]
RawFields = RawField | Iterable[RawField] | None
OnRaw = TypeVar("OnRaw", bound="Callable[[Raw], None]")

#: The names of a Event's fields.
EventField = Literal[
    "event", "action", "account", "event_id", "interval", "data"
]
EventFields = EventField | Iterable[EventField] | None
OnEvent = TypeVar("OnEvent", bound="Callable[[Event], None]")

#: The names of a Stats's fields.
StatsField = Literal[
    "implied_vol", "strike_vol", "option_vol_30d", "hist_vol", "hist_vol_30d", "hist_vol_close",
    "put_call_interest", "put_call_volume", "put_call_ratio", "option_volume", "option_volume_change",
    "avg_volume", "dividend", "dividend_yield", "dividend_next", "dividend_last", "market_cap", "pe_ratio",
    "eps", "beta", "week52_high", "week52_low", "close", "change_open", "delta", "gamma", "theta", "vega",
    "shortable", "fee_rate", "ema20", "ema50", "ema100", "ema200", "price_ema20", "price_ema50",
    "price_ema100", "price_ema200", "max_return", "max_loss", "max_profit", "break_even", "spx_delta",
    "futures_interest", "last_yield", "bid_yield", "ask_yield", "funding_rate", "funding_payment",
    "internal_twap", "external_twap", "index_price", "target_stake", "supplied_stake", "market_growth",
    "indicative_price", "indicative_volume", "mid", "volume_3m", "ts_funding"
]
StatsFields = StatsField | Iterable[StatsField] | None
OnStats = TypeVar("OnStats", bound="Callable[[Stats], None]")

#: The names of a Instrument's fields.
InstrumentField = Literal[
    "expiry", "right", "tradable", "permitted", "shortable", "asset_class", "exchange", "listing", "conid",
    "contract", "underlying", "months", "company", "industry", "category", "description", "description2",
    "state", "trading_mode", "trigger", "note", "rating", "debt_class", "bond_type", "bond_state",
    "organization", "last_trading", "issued", "ex_dividend", "event", "event_date", "service"
]
InstrumentFields = InstrumentField | Iterable[InstrumentField] | None
OnInstrument = TypeVar("OnInstrument", bound="Callable[[Instrument], None]")

#: The names of a Ledger's fields.
LedgerField = Literal[
    "amount", "from_balance", "to_balance", "transfer_type", "asset", "from_account", "from_type",
    "from_market", "to_account", "to_type", "to_market", "transfer_id"
]
LedgerFields = LedgerField | Iterable[LedgerField] | None
OnLedger = TypeVar("OnLedger", bound="Callable[[Ledger], None]")

#: The names of a Lag's fields.
LagField = Literal[
    "loop_lag", "callback_time", "interval", "backlog", "data_age", "unread", "behind", "topic", "text"
]
LagFields = LagField | Iterable[LagField] | None
OnLag = TypeVar("OnLag", bound="Callable[[Lag], None]")


class Callbacks:
    """Who hears which records. `_dispatcher` is the one that hands them out."""

    _dispatcher: Dispatcher

    @overload
    def on(self, kind: type[Quote], callback: OnQuote, *, changed: QuoteFields = None, conflate: bool = False) -> OnQuote: ...
    @overload
    def on(
        self, kind: type[Quote], *, changed: QuoteFields = None, conflate: bool = False
    ) -> Callable[[OnQuote], OnQuote]: ...

    @overload
    def on(self, kind: type[Trade], callback: OnTrade, *, changed: TradeFields = None) -> OnTrade: ...
    @overload
    def on(
        self, kind: type[Trade], *, changed: TradeFields = None
    ) -> Callable[[OnTrade], OnTrade]: ...

    @overload
    def on(self, kind: type[Bar], callback: OnBar, *, changed: BarFields = None) -> OnBar: ...
    @overload
    def on(
        self, kind: type[Bar], *, changed: BarFields = None
    ) -> Callable[[OnBar], OnBar]: ...

    @overload
    def on(self, kind: type[BookLevel], callback: OnBookLevel, *, changed: BookLevelFields = None) -> OnBookLevel: ...
    @overload
    def on(
        self, kind: type[BookLevel], *, changed: BookLevelFields = None
    ) -> Callable[[OnBookLevel], OnBookLevel]: ...

    @overload
    def on(self, kind: type[Order], callback: OnOrder, *, changed: OrderFields = None) -> OnOrder: ...
    @overload
    def on(
        self, kind: type[Order], *, changed: OrderFields = None
    ) -> Callable[[OnOrder], OnOrder]: ...

    @overload
    def on(self, kind: type[Fill], callback: OnFill, *, changed: FillFields = None, amendments: bool = False) -> OnFill: ...
    @overload
    def on(
        self, kind: type[Fill], *, changed: FillFields = None, amendments: bool = False
    ) -> Callable[[OnFill], OnFill]: ...

    @overload
    def on(self, kind: type[Position], callback: OnPosition, *, changed: PositionFields = None) -> OnPosition: ...
    @overload
    def on(
        self, kind: type[Position], *, changed: PositionFields = None
    ) -> Callable[[OnPosition], OnPosition]: ...

    @overload
    def on(self, kind: type[Balance], callback: OnBalance, *, changed: BalanceFields = None) -> OnBalance: ...
    @overload
    def on(
        self, kind: type[Balance], *, changed: BalanceFields = None
    ) -> Callable[[OnBalance], OnBalance]: ...

    @overload
    def on(self, kind: type[Pnl], callback: OnPnl, *, changed: PnlFields = None) -> OnPnl: ...
    @overload
    def on(
        self, kind: type[Pnl], *, changed: PnlFields = None
    ) -> Callable[[OnPnl], OnPnl]: ...

    @overload
    def on(self, kind: type[Status], callback: OnStatus, *, changed: StatusFields = None) -> OnStatus: ...
    @overload
    def on(
        self, kind: type[Status], *, changed: StatusFields = None
    ) -> Callable[[OnStatus], OnStatus]: ...

    @overload
    def on(self, kind: type[News], callback: OnNews, *, changed: NewsFields = None) -> OnNews: ...
    @overload
    def on(
        self, kind: type[News], *, changed: NewsFields = None
    ) -> Callable[[OnNews], OnNews]: ...

    @overload
    def on(self, kind: type[Notice], callback: OnNotice, *, changed: NoticeFields = None) -> OnNotice: ...
    @overload
    def on(
        self, kind: type[Notice], *, changed: NoticeFields = None
    ) -> Callable[[OnNotice], OnNotice]: ...

    @overload
    def on(self, kind: type[Gap], callback: OnGap, *, changed: GapFields = None) -> OnGap: ...
    @overload
    def on(
        self, kind: type[Gap], *, changed: GapFields = None
    ) -> Callable[[OnGap], OnGap]: ...

    @overload
    def on(self, kind: type[Ack], callback: OnAck, *, changed: AckFields = None) -> OnAck: ...
    @overload
    def on(
        self, kind: type[Ack], *, changed: AckFields = None
    ) -> Callable[[OnAck], OnAck]: ...

    @overload
    def on(self, kind: type[Error], callback: OnError, *, changed: ErrorFields = None) -> OnError: ...
    @overload
    def on(
        self, kind: type[Error], *, changed: ErrorFields = None
    ) -> Callable[[OnError], OnError]: ...

    @overload
    def on(self, kind: type[SessionState], callback: OnSessionState, *, changed: SessionStateFields = None) -> OnSessionState: ...
    @overload
    def on(
        self, kind: type[SessionState], *, changed: SessionStateFields = None
    ) -> Callable[[OnSessionState], OnSessionState]: ...

    @overload
    def on(self, kind: type[Raw], callback: OnRaw, *, changed: RawFields = None) -> OnRaw: ...
    @overload
    def on(
        self, kind: type[Raw], *, changed: RawFields = None
    ) -> Callable[[OnRaw], OnRaw]: ...

    @overload
    def on(self, kind: type[Event], callback: OnEvent, *, changed: EventFields = None) -> OnEvent: ...
    @overload
    def on(
        self, kind: type[Event], *, changed: EventFields = None
    ) -> Callable[[OnEvent], OnEvent]: ...

    @overload
    def on(self, kind: type[Stats], callback: OnStats, *, changed: StatsFields = None, conflate: bool = False) -> OnStats: ...
    @overload
    def on(
        self, kind: type[Stats], *, changed: StatsFields = None, conflate: bool = False
    ) -> Callable[[OnStats], OnStats]: ...

    @overload
    def on(self, kind: type[Instrument], callback: OnInstrument, *, changed: InstrumentFields = None, conflate: bool = False) -> OnInstrument: ...
    @overload
    def on(
        self, kind: type[Instrument], *, changed: InstrumentFields = None, conflate: bool = False
    ) -> Callable[[OnInstrument], OnInstrument]: ...

    @overload
    def on(self, kind: type[Ledger], callback: OnLedger, *, changed: LedgerFields = None) -> OnLedger: ...
    @overload
    def on(
        self, kind: type[Ledger], *, changed: LedgerFields = None
    ) -> Callable[[OnLedger], OnLedger]: ...

    @overload
    def on(self, kind: type[Lag], callback: OnLag, *, changed: LagFields = None) -> OnLag: ...
    @overload
    def on(
        self, kind: type[Lag], *, changed: LagFields = None
    ) -> Callable[[OnLag], OnLag]: ...

    @overload
    def on(self, kind: type[Record], callback: OnRecord) -> OnRecord: ...
    @overload
    def on(self, kind: type[Record]) -> Callable[[OnRecord], OnRecord]: ...
    @overload
    def on(
        self,
        kind: type[Record],
        *,
        native: Native,
        context: Any = 0,
        changed: str | Iterable[str] | None = None,
        amendments: bool = False,
    ) -> Native: ...
    def on(
        self,
        kind: Any,
        callback: Any = None,
        *,
        changed: Any = None,
        amendments: bool = False,
        native: Any = None,
        context: Any = 0,
        conflate: bool = False,
    ) -> Any:
        """Has `callback(record)` called with every record of a class; without a callback it is a decorator.

        The record is a view, valid during the call: `copy()` keeps it. A callback returns nothing; it cannot be an
        `async def`, for it runs while the bytes are read.

        kind        a record class; tf.Record for the records of all kinds
        changed     names of fields: called only if the update altered at least one of them
        amendments  of fills: also what is learned later of one that was told before, as a commission or a correction.
                    It is the same Fill again, with the new values; `changed_fields` says which. Without it each
                    execution is told once, and the plain sum of `qty` is what was filled
        native      in place of a callback, a C function `void (const tf_quote *, void *context)`: its address, a
                    function of ctypes, or anything with an `address`, as a cfunc of numba (tf.numba, docs/embedding.md)
        context     its second argument: memory that it may write to, as a numpy array, or an address
        conflate    of quotes, stats and instruments: called at the end of each socket read, once for each symbol of
                    each stream, with its newest state; `changed_fields` names what all its updates in that read have
                    altered, and `extra` is empty. While the engine keeps pace, a read holds one message, and nothing is
                    left out; when it is behind, a read holds many. `stats` counts the calls left out (`conflated`)

        Raises TypeError where `kind` is no record class or `callback` no plain function, ConfigError where a field does
        not exist or what is asked of amendments is no Fill.
        """
        dispatcher: Any = self._dispatcher
        return dispatcher.on(
            kind, callback, changed=changed, amendments=amendments, native=native, context=context, conflate=conflate
        )

    @overload
    def on_batch(self, kind: type[Quote], callback: OnRows, *, changed: QuoteFields = None, conflate: bool = False) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Quote], *, changed: QuoteFields = None, conflate: bool = False
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Trade], callback: OnRows, *, changed: TradeFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Trade], *, changed: TradeFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Bar], callback: OnRows, *, changed: BarFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Bar], *, changed: BarFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[BookLevel], callback: OnRows, *, changed: BookLevelFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[BookLevel], *, changed: BookLevelFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Order], callback: OnRows, *, changed: OrderFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Order], *, changed: OrderFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Fill], callback: OnRows, *, changed: FillFields = None, amendments: bool = False) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Fill], *, changed: FillFields = None, amendments: bool = False
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Position], callback: OnRows, *, changed: PositionFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Position], *, changed: PositionFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Balance], callback: OnRows, *, changed: BalanceFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Balance], *, changed: BalanceFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Pnl], callback: OnRows, *, changed: PnlFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Pnl], *, changed: PnlFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Status], callback: OnRows, *, changed: StatusFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Status], *, changed: StatusFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[News], callback: OnRows, *, changed: NewsFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[News], *, changed: NewsFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Notice], callback: OnRows, *, changed: NoticeFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Notice], *, changed: NoticeFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Gap], callback: OnRows, *, changed: GapFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Gap], *, changed: GapFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Ack], callback: OnRows, *, changed: AckFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Ack], *, changed: AckFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Error], callback: OnRows, *, changed: ErrorFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Error], *, changed: ErrorFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[SessionState], callback: OnRows, *, changed: SessionStateFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[SessionState], *, changed: SessionStateFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Raw], callback: OnRows, *, changed: RawFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Raw], *, changed: RawFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Event], callback: OnRows, *, changed: EventFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Event], *, changed: EventFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Stats], callback: OnRows, *, changed: StatsFields = None, conflate: bool = False) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Stats], *, changed: StatsFields = None, conflate: bool = False
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Instrument], callback: OnRows, *, changed: InstrumentFields = None, conflate: bool = False) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Instrument], *, changed: InstrumentFields = None, conflate: bool = False
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Ledger], callback: OnRows, *, changed: LedgerFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Ledger], *, changed: LedgerFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    @overload
    def on_batch(self, kind: type[Lag], callback: OnRows, *, changed: LagFields = None) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[Lag], *, changed: LagFields = None
    ) -> Callable[[OnRows], OnRows]: ...

    def on_batch(
        self, kind: Any, callback: Any = None, *, changed: Any = None, amendments: bool = False, conflate: bool = False
    ) -> Any:
        """Has `callback(rows)` called once per socket read, with a read-only numpy structured array of its records.

        The columns are those of `Quote.dtype()`: the header, then the fields. What was never stated is NaN, the least
        int64 (a time), zero or an empty text, and its bit of `known` is 0; the bits are in docs/records.md. Texts of
        any length (`long`, `data`) are not in it. The array may be kept.

        kind                 a record class, but not tf.Record
        changed, amendments  as those of `on`
        conflate             as that of `on`: one row for each symbol of each stream
        """
        dispatcher: Any = self._dispatcher
        return dispatcher.on_batch(kind, callback, changed=changed, amendments=amendments, conflate=conflate)

    def attach(self, handler: Handler) -> Handler:
        """Has a Cython Handler called with the struct of every record, before any Python callback."""
        return self._dispatcher.attach(handler)

    def off(self, callback: object) -> None:
        """Takes back whatever `on`, `on_batch` or `attach` was told of this callback or handler."""
        self._dispatcher.off(callback)
