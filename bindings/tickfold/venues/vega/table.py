"""Vega data nodes: one object a message, `{"result": {…}}`, whose key says what it holds.

Both encodings are read: enums as numbers with zeros left out, and as names with zeros. What is absent is zero. Prices,
sizes and amounts are integers in the decimals of their market or asset (Decoder's `scales`).
"""

import dataclasses

from tickfold.schema.enums import BookAction, ErrorSource, OrderStatus, OrderType, Side, TimeInForce, Venue
from tickfold.schema.language import (
    Rows,
    Shape,
    Table,
    aside,
    boolean,
    decimal,
    each,
    envelope,
    epoch,
    inside,
    integer,
    json,
    long,
    one_of,
    shape,
    skip,
    symbol,
    text,
)


def numbered(prefix: str, names: str) -> dict[str, str]:
    """Words by their number and by their name: "1 CROSS 2 ISOLATED"."""
    words = names.split()
    pairs = list(zip(words[::2], words[1::2], strict=True))
    return dict(pairs) | {prefix + name: name for _, name in pairs}


def members(prefix: str, **values: tuple[int, int]) -> dict[str, int]:
    """Members by the venue's number and by its name: ACTIVE=(1, OrderStatus.NEW)."""
    by_number = {str(number): int(member) for number, member in values.values()}
    return by_number | {prefix + name: int(member) for name, (_, member) in values.items()}


SIDE = members("SIDE_", BUY=(1, Side.BUY), SELL=(2, Side.SELL))

STATUS = members(
    "STATUS_",
    ACTIVE=(1, OrderStatus.NEW),
    EXPIRED=(2, OrderStatus.EXPIRED),
    CANCELLED=(3, OrderStatus.CANCELED),
    STOPPED=(4, OrderStatus.CANCELED),  # ended without a trade
    FILLED=(5, OrderStatus.FILLED),
    REJECTED=(6, OrderStatus.REJECTED),
    PARTIALLY_FILLED=(7, OrderStatus.CANCELED),  # filled in part and ended: the rest was canceled
    PARKED=(8, OrderStatus.SUSPENDED),
)

TIF = members(
    "TIME_IN_FORCE_",
    GTC=(1, TimeInForce.GTC),
    GTT=(2, TimeInForce.GTD),
    IOC=(3, TimeInForce.IOC),
    FOK=(4, TimeInForce.FOK),
    GFA=(5, TimeInForce.GFA),
    GFN=(6, TimeInForce.GFN),
)

TYPE = members("TYPE_", LIMIT=(1, OrderType.LIMIT), MARKET=(2, OrderType.MARKET), NETWORK=(3, OrderType.NETWORK))

REASONS = numbered("ORDER_ERROR_", """
    1 INVALID_MARKET_ID 2 INVALID_ORDER_ID 3 OUT_OF_SEQUENCE 4 INVALID_REMAINING_SIZE 5 TIME_FAILURE 6 REMOVAL_FAILURE
    7 INVALID_EXPIRATION_DATETIME 8 INVALID_ORDER_REFERENCE 9 EDIT_NOT_ALLOWED 10 AMEND_FAILURE 11 NOT_FOUND
    12 INVALID_PARTY_ID 13 MARKET_CLOSED 14 MARGIN_CHECK_FAILED 15 MISSING_GENERAL_ACCOUNT 16 INTERNAL_ERROR
    17 INVALID_SIZE 18 INVALID_PERSISTENCE 19 INVALID_TYPE 20 SELF_TRADING 21 INSUFFICIENT_FUNDS_TO_PAY_FEES
    22 INCORRECT_MARKET_TYPE 23 INVALID_TIME_IN_FORCE 24 CANNOT_SEND_GFN_ORDER_DURING_AN_AUCTION
    25 CANNOT_SEND_GFA_ORDER_DURING_CONTINUOUS_TRADING 26 CANNOT_AMEND_TO_GTT_WITHOUT_EXPIRYAT
    27 EXPIRYAT_BEFORE_CREATEDAT 28 CANNOT_HAVE_GTC_AND_EXPIRYAT 29 CANNOT_AMEND_TO_FOK_OR_IOC
    30 CANNOT_AMEND_TO_GFA_OR_GFN 31 CANNOT_AMEND_FROM_GFA_OR_GFN 32 CANNOT_SEND_IOC_ORDER_DURING_AUCTION
    33 CANNOT_SEND_FOK_ORDER_DURING_AUCTION 34 MUST_BE_LIMIT_ORDER 35 MUST_BE_GTT_OR_GTC 36 WITHOUT_REFERENCE_PRICE
    37 BUY_CANNOT_REFERENCE_BEST_ASK_PRICE 40 OFFSET_MUST_BE_GREATER_OR_EQUAL_TO_ZERO
    41 SELL_CANNOT_REFERENCE_BEST_BID_PRICE 42 OFFSET_MUST_BE_GREATER_THAN_ZERO 43 INSUFFICIENT_ASSET_BALANCE
    44 CANNOT_AMEND_PEGGED_ORDER_DETAILS_ON_NON_PEGGED_ORDER 45 UNABLE_TO_REPRICE_PEGGED_ORDER
    46 UNABLE_TO_AMEND_PRICE_ON_PEGGED_ORDER 47 NON_PERSISTENT_ORDER_OUT_OF_PRICE_BOUNDS 48 TOO_MANY_PEGGED_ORDERS
    49 POST_ONLY_ORDER_WOULD_TRADE 50 REDUCE_ONLY_ORDER_WOULD_NOT_REDUCE_POSITION 51 ISOLATED_MARGIN_CHECK_FAILED
    52 PEGGED_ORDERS_NOT_ALLOWED_IN_ISOLATED_MARGIN_MODE 53 PRICE_NOT_IN_TICK_SIZE
    54 PRICE_MUST_BE_LESS_THAN_OR_EQUAL_TO_MAX_PRICE 55 SELL_ORDER_NOT_ALLOWED
""")

ACCOUNTS = numbered("ACCOUNT_TYPE_", """
    1 INSURANCE 2 SETTLEMENT 3 MARGIN 4 GENERAL 5 FEES_INFRASTRUCTURE 6 FEES_LIQUIDITY 7 FEES_MAKER 9 BOND 10 EXTERNAL
    11 GLOBAL_INSURANCE 12 GLOBAL_REWARD 13 PENDING_TRANSFERS 14 REWARD_MAKER_PAID_FEES 15 REWARD_MAKER_RECEIVED_FEES
    16 REWARD_LP_RECEIVED_FEES 17 REWARD_MARKET_PROPOSERS 18 HOLDING 19 LP_LIQUIDITY_FEES
    20 LIQUIDITY_FEES_BONUS_DISTRIBUTION 21 NETWORK_TREASURY 22 VESTING_REWARDS 23 VESTED_REWARDS
    25 REWARD_RELATIVE_RETURN 26 REWARD_RETURN_VOLATILITY 27 REWARD_VALIDATOR_RANKING 28 PENDING_FEE_REFERRAL_REWARD
    29 ORDER_MARGIN 30 REWARD_REALISED_RETURN 31 BUY_BACK_FEES 32 REWARD_AVERAGE_NOTIONAL 33 REWARD_ELIGIBLE_ENTITIES
    34 LOCKED_FOR_STAKING
""")

TRANSFERS = numbered("TRANSFER_TYPE_", """
    1 LOSS 2 WIN 4 MTM_LOSS 5 MTM_WIN 6 MARGIN_LOW 7 MARGIN_HIGH 8 MARGIN_CONFISCATED 9 MAKER_FEE_PAY
    10 MAKER_FEE_RECEIVE 11 INFRASTRUCTURE_FEE_PAY 12 INFRASTRUCTURE_FEE_DISTRIBUTE 13 LIQUIDITY_FEE_PAY
    14 LIQUIDITY_FEE_DISTRIBUTE 15 BOND_LOW 16 BOND_HIGH 18 WITHDRAW 19 DEPOSIT 20 BOND_SLASHING 21 REWARD_PAYOUT
    22 TRANSFER_FUNDS_SEND 23 TRANSFER_FUNDS_DISTRIBUTE 24 CLEAR_ACCOUNT 25 CHECKPOINT_BALANCE_RESTORE 26 SPOT
    27 HOLDING_LOCK 28 HOLDING_RELEASE 29 SUCCESSOR_INSURANCE_FRACTION 30 LIQUIDITY_FEE_ALLOCATE
    31 LIQUIDITY_FEE_NET_DISTRIBUTE 32 SLA_PENALTY_BOND_APPLY 33 SLA_PENALTY_LP_FEE_APPLY
    34 LIQUIDITY_FEE_UNPAID_COLLECT 35 SLA_PERFORMANCE_BONUS_DISTRIBUTE 36 PERPETUALS_FUNDING_LOSS
    37 PERPETUALS_FUNDING_WIN 38 REWARDS_VESTED 39 FEE_REFERRER_REWARD_PAY 44 FEE_REFERRER_REWARD_DISTRIBUTE
    45 ORDER_MARGIN_LOW 46 ORDER_MARGIN_HIGH 47 ISOLATED_MARGIN_LOW 48 ISOLATED_MARGIN_HIGH 49 AMM_LOW 50 AMM_HIGH
    51 AMM_RELEASE 52 TREASURY_FEE_PAY 53 BUY_BACK_FEE_PAY 54 HIGH_MAKER_FEE_REBATE_PAY 55 HIGH_MAKER_FEE_REBATE_RECEIVE
""")

TRADE_TYPES = numbered("TYPE_", "1 DEFAULT 2 NETWORK_CLOSE_OUT_GOOD 3 NETWORK_CLOSE_OUT_BAD")
POSITIONS = numbered("POSITION_STATUS_", "1 ORDERS_CLOSED 2 CLOSED_OUT 4 DISTRESSED")
PEGS = numbered("PEGGED_REFERENCE_", "1 MID 2 BEST_BID 3 BEST_ASK")
MARGIN_MODES = numbered("MARGIN_MODE_", "1 CROSS_MARGIN 2 ISOLATED_MARGIN")
MARKET_STATES = numbered("STATE_", """
    1 PROPOSED 2 REJECTED 3 PENDING 4 CANCELLED 5 ACTIVE 6 SUSPENDED 7 CLOSED 8 TRADING_TERMINATED 9 SETTLED
    10 SUSPENDED_VIA_GOVERNANCE
""")
TRADING_MODES = numbered("TRADING_MODE_", """
    1 CONTINUOUS 2 BATCH_AUCTION 3 OPENING_AUCTION 4 MONITORING_AUCTION 5 NO_TRADING 6 SUSPENDED_VIA_GOVERNANCE
    7 LONG_BLOCK_AUCTION 8 PROTOCOL_AUTOMATED_PURCHASE_AUCTION
""")
TRIGGERS = numbered("AUCTION_TRIGGER_", """
    1 BATCH 2 OPENING 3 PRICE 4 LIQUIDITY 5 LIQUIDITY_TARGET_NOT_MET 6 UNABLE_TO_DEPLOY_LP_ORDERS
    7 GOVERNANCE_SUSPENSION 8 LONG_BLOCK 9 PROTOCOL_AUTOMATED_PURCHASE
""")
EVENT_TYPES = tuple("""
    TIME_UPDATE LEDGER_MOVEMENTS POSITION_RESOLUTION ORDER ACCOUNT PARTY TRADE MARGIN_LEVELS PROPOSAL VOTE
    MARKET_DATA NODE_SIGNATURE LOSS_SOCIALIZATION SETTLE_POSITION SETTLE_DISTRESSED MARKET_CREATED ASSET
    MARKET_TICK WITHDRAWAL DEPOSIT AUCTION RISK_FACTOR NETWORK_PARAMETER LIQUIDITY_PROVISION MARKET_UPDATED
    ORACLE_SPEC ORACLE_DATA DELEGATION_BALANCE VALIDATOR_SCORE EPOCH_UPDATE VALIDATOR_UPDATE STAKE_LINKING
    REWARD_PAYOUT_EVENT CHECKPOINT STREAM_START KEY_ROTATION STATE_VAR NETWORK_LIMITS TRANSFER VALIDATOR_RANKING
    ERC20_MULTI_SIG_SIGNER_EVENT ERC20_MULTI_SIG_SET_THRESHOLD ERC20_MULTI_SIG_SIGNER_ADDED
    ERC20_MULTI_SIG_SIGNER_REMOVED POSITION_STATE ETHEREUM_KEY_ROTATION PROTOCOL_UPGRADE_PROPOSAL BEGIN_BLOCK
    END_BLOCK PROTOCOL_UPGRADE_STARTED SETTLE_MARKET TRANSACTION_RESULT SNAPSHOT_TAKEN
    PROTOCOL_UPGRADE_DATA_NODE_READY DISTRESSED_ORDERS_CLOSED EXPIRED_ORDERS DISTRESSED_POSITIONS
    SPOT_LIQUIDITY_PROVISION STOP_ORDER FUNDING_PERIOD FUNDING_PERIOD_DATA_POINT TEAM_CREATED TEAM_UPDATED
    REFEREE_SWITCHED_TEAM REFEREE_JOINED_TEAM REFERRAL_PROGRAM_STARTED REFERRAL_PROGRAM_UPDATED
    REFERRAL_PROGRAM_ENDED REFERRAL_SET_CREATED REFEREE_JOINED_REFERRAL_SET PARTY_ACTIVITY_STREAK
    VOLUME_DISCOUNT_PROGRAM_STARTED VOLUME_DISCOUNT_PROGRAM_UPDATED VOLUME_DISCOUNT_PROGRAM_ENDED
    REFERRAL_SET_STATS_UPDATED VESTING_STATS_UPDATED VOLUME_DISCOUNT_STATS_UPDATED FEES_STATS_UPDATED
    FUNDING_PAYMENTS PAID_LIQUIDITY_FEES_STATS_UPDATED VESTING_SUMMARY TRANSFER_FEES_PAID
    TRANSFER_FEES_DISCOUNT_UPDATED PARTY_MARGIN_MODE_UPDATED PARTY_PROFILE_UPDATED TEAMS_STATS_UPDATED
    TIME_WEIGHTED_NOTIONAL_POSITION_UPDATED CANCELLED_ORDERS GAME_SCORES AMM VOLUME_REBATE_PROGRAM_STARTED
    VOLUME_REBATE_PROGRAM_UPDATED VOLUME_REBATE_PROGRAM_ENDED VOLUME_REBATE_STATS_UPDATED
    AUTOMATED_PURCHASE_ANNOUNCED MARKET TX_ERROR
""".split())  # noqa: SIM905 - a list of ninety words

ORDER = shape("Order", {
    "id": text("order_id"),
    "marketId": symbol,
    "partyId": text("account"),
    "side": one_of("side", SIDE),
    "price": decimal("limit_price"),
    "size": decimal("qty"),
    "remaining": decimal("leaves_qty"),
    "timeInForce": one_of("tif", TIF, also="tif_text"),
    "type": one_of("type", TYPE, also="type_text", otherwise=OrderType.OTHER),
    "status": one_of("status", STATUS, also="status_text"),
    "createdAt": epoch("ts_created", unit="ns", none="0"),
    "updatedAt": epoch("ts_updated", unit="ns", none="0"),
    "expiresAt": epoch("ts_expires", unit="ns", none="0"),
    "reference": text("client_order_id"),
    "reason": text("reason", words=REASONS, optional=True),
    "version": integer("version"),
    "batchId": skip,
    "peggedOrder": inside({
        "reference": text("peg_reference", words=PEGS, optional=True),
        "offset": decimal("peg_offset", optional=True),
    }),
    "liquidityProvisionId": skip,
    "postOnly": boolean("post_only"),
    "reduceOnly": boolean("reduce_only"),
    "icebergOrder": inside({
        "peakSize": decimal("display_qty", optional=True),
        "minimumVisibleSize": skip,
        "reservedRemaining": decimal("reserved_qty", optional=True),
    }),
}, replaces=True, zeros=True)

TRADE = shape("Trade", {
    "id": text("trade_id"),
    "marketId": symbol,
    "price": decimal("price"),
    "size": decimal("size"),
    "buyer": text("buyer"),
    "seller": text("seller"),
    "aggressor": one_of("side", SIDE),
    "buyOrder": text("buy_order_id"),
    "sellOrder": text("sell_order_id"),
    "timestamp": epoch(unit="ns", none="0"),
    "type": text("trade_type", words=TRADE_TYPES),
    "buyerFee": skip,
    "sellerFee": skip,
    "buyerAuctionBatch": skip,
    "sellerAuctionBatch": skip,
    "assetPrice": skip,
}, zeros=True)

POSITION = shape("Position", {
    "marketId": symbol,
    "partyId": text("account"),
    "openVolume": decimal("qty"),
    "realisedPnl": decimal("realized_pnl"),
    "unrealisedPnl": decimal("unrealized_pnl"),
    "averageEntryPrice": decimal("avg_price"),
    "updatedAt": epoch("ts_updated", unit="ns", none="0"),
    "lossSocialisationAmount": decimal("loss_socialization"),
    "positionStatus": text("status", words=POSITIONS),
    "takerFeesPaid": skip,
    "makerFeesReceived": decimal("fees_received"),
    "feesPaid": decimal("fees_paid"),
    "takerFeesPaidSince": skip,
    "makerFeesReceivedSince": skip,
    "feesPaidSince": skip,
    "fundingPaymentAmount": decimal("funding"),
    "fundingPaymentAmountSince": skip,
}, replaces=True, zeros=True)

ACCOUNT_ROWS: Rows = {
    "owner": text("account"),
    "asset": text("currency"),
    "marketId": text("market"),
    "type": text("balance_type", words=ACCOUNTS),
    "parentPartyId": text("parent"),
}
BALANCE = shape("Balance", {**ACCOUNT_ROWS, "balance": decimal("total")}, replaces=True, zeros=True)

MARGIN = shape("Balance", {
    "partyId": text("account"),
    "marketId": text("market"),
    "asset": text("currency"),
    "maintenanceMargin": decimal("margin_maint"),
    "searchLevel": decimal("margin_search"),
    "initialMargin": decimal("margin_initial"),
    "collateralReleaseLevel": decimal("margin_release"),
    "orderMargin": decimal("margin_order"),
    "marginMode": text("margin_mode", words=MARGIN_MODES),
    "marginFactor": decimal("margin_factor"),
    "timestamp": epoch("ts_updated", unit="ns", none="0"),
}, replaces=True, zeros=True, balance_type="MARGIN_LEVELS")

LEVEL_ROWS: Rows = {
    "price": decimal("price"),
    "numberOfOrders": integer("orders"),
    "volume": decimal("size"),  # absent removes the level
    "ammVolume": skip,
    "ammVolumeEstimated": skip,
}
BOOK_ROWS: Rows = {
    "marketId": symbol,
    "buy": each(shape("BookLevel", LEVEL_ROWS, zeros=True, side=Side.BUY)),
    "sell": each(shape("BookLevel", LEVEL_ROWS, zeros=True, side=Side.SELL)),
    "sequenceNumber": integer("sequence"),
}
DEPTH = shape("BookLevel", BOOK_ROWS, action=BookAction.RESET)
DEPTH_UPDATE = shape("BookLevel", {**BOOK_ROWS, "previousSequenceNumber": integer("prev_sequence")})

# A price of zero, or none, is no price; a size of zero, or none, is zero.
STATS = shape("Stats", {
    "midPrice": decimal("mid", zero_clears=True, optional=True),
    "indicativePrice": decimal("indicative_price", zero_clears=True, optional=True),
    "indicativeVolume": decimal("indicative_volume"),
    "targetStake": decimal("target_stake"),
    "suppliedStake": decimal("supplied_stake"),
    "marketGrowth": decimal("market_growth"),
}, replaces=True, zeros=True)

INSTRUMENT = shape("Instrument", {
    "marketTradingMode": text("trading_mode", words=TRADING_MODES),
    "marketState": text("state", words=MARKET_STATES),
    "trigger": text("trigger", words=TRIGGERS),
}, replaces=True)

MARKET_DATA = shape("Quote", {
    "market": symbol,
    "timestamp": epoch(unit="ns", none="0"),
    "markPrice": decimal("mark", zero_clears=True, optional=True),
    "bestBidPrice": decimal("bid", zero_clears=True, optional=True),
    "bestBidVolume": decimal("bid_size"),
    "bestOfferPrice": decimal("ask", zero_clears=True, optional=True),
    "bestOfferVolume": decimal("ask_size"),
    "lastTradedPrice": decimal("last", zero_clears=True, optional=True),
    "openInterest": decimal("open_interest"),
    **aside(STATS),
    **aside(INSTRUMENT),
    "bestStaticBidPrice": skip,
    "bestStaticBidVolume": skip,
    "bestStaticOfferPrice": skip,
    "bestStaticOfferVolume": skip,
    "staticMidPrice": skip,
    "auctionStart": skip,
    "auctionEnd": skip,
    "extensionTrigger": skip,
    "priceMonitoringBounds": skip,
    "marketValueProxy": skip,
    "liquidityProviderFeeShare": skip,
    "nextMarkToMarket": skip,
    "productData": skip,
    "liquidityProviderSla": skip,
    "nextNetworkCloseout": skip,
    "markPriceType": skip,
    "markPriceState": skip,
    "activeProtocolAutomatedPurchase": skip,
}, replaces=True, zeros=True)

CANDLE = shape("Bar", {
    "start": epoch(unit="ns", none="0"),
    "lastUpdate": epoch("ts_updated", unit="ns", none="0"),
    "high": decimal("high", optional=True),  # "" where nothing was traded
    "low": decimal("low", optional=True),
    "open": decimal("open", optional=True),
    "close": decimal("close", optional=True),
    "volume": decimal("volume"),
    "notional": decimal("notional"),
}, zeros=True)

LEDGER = shape("Ledger", {
    "fromAccount": inside({
        "assetId": text("asset"),
        "type": text("from_type", words=ACCOUNTS, optional=True),
        "owner": text("from_account", optional=True),
        "marketId": text("from_market", optional=True),
    }),
    "toAccount": inside({
        "assetId": text("asset"),
        "type": text("to_type", words=ACCOUNTS, optional=True),
        "owner": text("to_account", optional=True),
        "marketId": text("to_market", optional=True),
    }),
    "amount": decimal("amount"),
    "type": text("transfer_type", words=TRANSFERS),
    "timestamp": epoch(unit="ns", none="0"),
    "fromAccountBalance": decimal("from_balance"),
    "toAccountBalance": decimal("to_balance"),
    "transferId": text("transfer_id", optional=True),
}, zeros=True)

LEDGER_MOVEMENT = envelope({
    "entries": each(LEDGER),
    "balances": each(shape("Balance", {
        "account": inside({
            "assetId": text("currency"),
            "owner": text("account"),
            "marketId": text("market"),
            "type": text("balance_type", words=ACCOUNTS),
        }),
        "balance": decimal("total"),
    }, zeros=True)),
})


def event(name: str, rows: Rows | None = None) -> Shape:
    """A message that is known and concerns no trading state."""
    return shape("Event", rows or {}, whole="data", event=name)


VOTE = event("VOTE", {
    "partyId": text("account"),
    "proposalId": text("event_id"),
    "value": text("action", words=numbered("VALUE_", "1 NO 2 YES")),
})
PROVISION = event("LIQUIDITY_PROVISION", {
    "id": text("event_id"),
    "partyId": text("account"),
    "marketId": symbol,
    "status": text("action", words=numbered(
        "STATUS_", "1 ACTIVE 2 STOPPED 3 CANCELLED 4 REJECTED 5 UNDEPLOYED 6 PENDING")),
})
RESULT = event("TRANSACTION_RESULT", {
    "hash": text("event_id"),
    "partyId": text("account"),
    "status": text("action", words=numbered("STATUS_", "1 SUCCESS 2 PARTIAL_SUCCESS 3 FAILURE")),
})

PROPOSAL = event("PROPOSAL", {
    "proposal": inside({
        "id": text("event_id"),
        "partyId": text("account"),
        "state": text("action"),
    }),
})

ERROR = shape("Error", {
    "code": integer("code"),
    "message": long("text"),
    "details": json("data"),
}, source=ErrorSource.VENUE)

# The end of a snapshot's pages.
LAST_PAGE = shape("Ack", {"lastPage": boolean("ok")}, last=True, action="snapshot")


def snapshot(source: Shape) -> Shape:
    """The same shape, in a snapshot."""
    return dataclasses.replace(source, snapshot=True)


# The bus events whose key is not their type's name (BusEvent in the venue's events.proto).
MEMBERS = {
    "EPOCH_UPDATE": "epochEvent",
    "REWARD_PAYOUT_EVENT": "rewardPayout",
    "VALIDATOR_RANKING": "rankingEvent",
    "ERC20_MULTI_SIG_SIGNER_EVENT": "erc20MultisigSignerEvent",
    "ERC20_MULTI_SIG_SET_THRESHOLD": "erc20MultisigSetThresholdEvent",
    "ERC20_MULTI_SIG_SIGNER_ADDED": "erc20MultisigSignerAdded",
    "ERC20_MULTI_SIG_SIGNER_REMOVED": "erc20MultisigSignerRemoved",
    "POSITION_STATE": "positionStateEvent",
    "PROTOCOL_UPGRADE_PROPOSAL": "protocolUpgradeEvent",
    "SNAPSHOT_TAKEN": "coreSnapshotEvent",
    "DISTRESSED_ORDERS_CLOSED": "distressedOrders",
    "FEES_STATS_UPDATED": "feesStats",
    "PAID_LIQUIDITY_FEES_STATS_UPDATED": "paidLiquidityFeesStats",
    "VESTING_SUMMARY": "vestingBalancesSummary",
    "TRANSFER_FEES_PAID": "transferFees",
    "TRANSFER_FEES_DISCOUNT_UPDATED": "transferFeesDiscount",
    "TX_ERROR": "txErrEvent",
}


def member(event_type: str) -> str:
    """The key under which a bus event holds what it tells: marginLevels for MARGIN_LEVELS."""
    first, *others = event_type.lower().split("_")
    return first + "".join(word.capitalize() for word in others)


BUS_EVENT = envelope({
    "id": skip,
    "block": skip,
    "type": skip,
    "version": skip,
    "chainId": skip,
    "txHash": skip,
    **{member(name): each(event(name)) for name in EVENT_TYPES},
    **{key: each(event(name)) for name, key in MEMBERS.items()},
    "order": each(ORDER),
    "trade": each(TRADE),
    "account": each(BALANCE),
    "marginLevels": each(MARGIN),
    "marketData": each(MARKET_DATA),
    "ledgerMovements": inside({"ledgerMovements": each(LEDGER_MOVEMENT)}),
    "vote": each(VOTE),
    "liquidityProvision": each(PROVISION),
    "transactionResult": each(RESULT),
    "proposal": each(event("PROPOSAL", PROPOSAL.rows["proposal"].options["shape"].rows)),
}, loud=True)

TABLE = Table(
    name="vega",
    venue=Venue.VEGA,
    promotes=True,  # ACTIVE with a part filled
    reserves=True,
    null_clears=True,
    root=envelope({
        "result": inside({
            "snapshot": inside({
                "orders": each(snapshot(ORDER)),
                "positions": each(snapshot(POSITION)),
                "accounts": each(snapshot(BALANCE)),
                **aside(LAST_PAGE),
            }, loud=True),
            "updates": inside({
                "orders": each(ORDER),
                "positions": each(POSITION),
                "accounts": each(BALANCE),
            }, loud=True),
            "trades": each(TRADE),
            "marketDepth": each(DEPTH),
            "update": each(DEPTH_UPDATE),
            "marketData": each(MARKET_DATA),
            "candle": each(CANDLE),
            "vote": each(VOTE),
            "marginLevels": each(MARGIN),
            "liquidityProvisions": each(PROVISION),
            "data": each(PROPOSAL),
            "ledgerMovement": each(LEDGER_MOVEMENT),
            "transactionResults": each(RESULT),
            "events": each(BUS_EVENT),
        }, loud=True),
        "error": each(ERROR),
        **aside(ERROR),
    }, loud=True),
)
