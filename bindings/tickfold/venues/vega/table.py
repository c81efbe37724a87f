"""Vega data nodes: one object a message, `{"result": {…}}`, whose key says what it holds.

Both encodings are read: enums as numbers with zeros left out, and as names with zeros. What is absent is zero. Prices,
sizes and amounts are integers in the decimals of their market or asset (Decoder's `scales`).
"""

import dataclasses

from tickfold.schema.enums import BookAction, ErrorSource, OrderType, Side, Venue
from tickfold.schema.language import (
    Rows,
    Shape,
    Table,
    aside,
    boolean,
    coded,
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
from tickfold.venues.vega.words import (
    ACCOUNTS,
    EVENT_TYPES,
    MARGIN_MODES,
    MARKET_STATES,
    PEGS,
    POSITIONS,
    REASONS,
    SIDE,
    STATUS,
    TIF,
    TRADE_TYPES,
    TRADING_MODES,
    TRANSFERS,
    TRIGGERS,
    TYPE,
    numbered,
)

ORDER = shape("Order", {
    "id": text("order_id"),
    "marketId": symbol,
    "partyId": text("account"),
    "side": one_of("side", SIDE, also="side_text"),
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
    "batchId": skip("of the batch of transactions"),
    "peggedOrder": inside({
        "reference": text("peg_reference", words=PEGS, optional=True),
        "offset": decimal("peg_offset", optional=True),
    }),
    "liquidityProvisionId": skip("of a kind of order that is no more"),
    "postOnly": boolean("post_only"),
    "reduceOnly": boolean("reduce_only"),
    "icebergOrder": inside({
        "peakSize": decimal("display_qty", optional=True),
        "minimumVisibleSize": skip("when the iceberg shows more; reserved_qty is what it hides"),
        "reservedRemaining": decimal("reserved_qty", optional=True),
    }),
}, replaces=True, zeros=True)

FEE_ROWS: Rows = {
    "makerFee": decimal("fee_maker"),
    "infrastructureFee": decimal("fee_infrastructure"),
    "liquidityFee": decimal("fee_liquidity"),
    "treasuryFee": decimal("fee_treasury"),
    "buyBackFee": decimal("fee_buy_back"),
    "highVolumeMakerFee": decimal("fee_high_volume"),
    **{
        f"{part}Fee{kind}Discount": skip("what a fee was reduced by; the fee is what was paid")
        for part in ("maker", "infrastructure", "liquidity")
        for kind in ("Volume", "Referrer")
    },
}

# What a side of a trade paid: a party's own trades are its executions.
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
    "buyerFee": each(shape("Fill", FEE_ROWS, side=Side.BUY)),
    "sellerFee": each(shape("Fill", FEE_ROWS, side=Side.SELL)),
    "buyerAuctionBatch": skip("of the auction; price and size are the trade's"),
    "sellerAuctionBatch": skip("of the auction; price and size are the trade's"),
    "assetPrice": skip("price in units of the asset"),
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
    "takerFeesPaid": decimal("fees_taker"),
    "makerFeesReceived": decimal("fees_received"),
    "feesPaid": decimal("fees_paid"),
    "takerFeesPaidSince": decimal("fees_taker_since"),
    "makerFeesReceivedSince": decimal("fees_received_since"),
    "feesPaidSince": decimal("fees_paid_since"),
    "fundingPaymentAmount": decimal("funding"),
    "fundingPaymentAmountSince": decimal("funding_since"),
}, replaces=True, zeros=True)

ACCOUNT_ROWS: Rows = {
    "owner": text("account"),
    "asset": text("currency"),
    "marketId": text("market"),
    "type": text("balance_type", words=ACCOUNTS),
    "parentPartyId": text("parent"),
}
BALANCE = shape("Balance", {
    "id": skip("of the account: owner, asset, market and type name it"),
    **ACCOUNT_ROWS,
    "balance": decimal("total"),
}, replaces=True, zeros=True)

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
    "ammVolume": skip("a part of volume"),
    "ammVolumeEstimated": skip("a part of volume"),
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
    "productData": inside({
        "perpetualData": inside({
            "fundingPayment": decimal("funding_payment", optional=True),
            "fundingRate": decimal("funding_rate", optional=True),
            "internalTwap": decimal("internal_twap", optional=True),
            "externalTwap": decimal("external_twap", optional=True),
            "underlyingIndexPrice": decimal("index_price", zero_clears=True, optional=True),
            "seqNum": skip("counts funding periods"),
            "startTime": skip("of the funding period"),
            "internalCompositePrice": skip("how the node computes its mark price; mark is what comes out"),
            "nextInternalCompositePriceCalc": skip("how the node computes its mark price; mark is what comes out"),
            "internalCompositePriceType": skip("how the node computes its mark price; mark is what comes out"),
            "internalCompositePriceState": skip("how the node computes its mark price; mark is what comes out"),
        }),
    }),
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
    "bestStaticBidPrice": skip("the book without pegged orders; bid and ask are the book's"),
    "bestStaticBidVolume": skip("the book without pegged orders; bid and ask are the book's"),
    "bestStaticOfferPrice": skip("the book without pegged orders; bid and ask are the book's"),
    "bestStaticOfferVolume": skip("the book without pegged orders; bid and ask are the book's"),
    "staticMidPrice": skip("the book without pegged orders; bid and ask are the book's"),
    "auctionStart": skip("the market's state says that there is an auction"),
    "auctionEnd": skip("of an auction that may be extended"),
    "extensionTrigger": skip("why an auction is extended; trigger says why it is"),
    "priceMonitoringBounds": skip("a list of bounds, which no record of one row holds"),
    "marketValueProxy": skip("concerns providers of liquidity"),
    "liquidityProviderFeeShare": skip("concerns providers of liquidity"),
    "nextMarkToMarket": skip("when the node settles next"),
    "liquidityProviderSla": skip("concerns providers of liquidity"),
    "nextNetworkCloseout": skip("when the node closes positions next"),
    "markPriceType": skip("how the node computes its mark price; mark is what comes out"),
    "markPriceState": skip("how the node computes its mark price; mark is what comes out"),
    "activeProtocolAutomatedPurchase": skip("the id of a purchase by the network"),
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
    "timestamp": epoch(unit="ns", none="0"),
    "value": text("action", words=numbered("VALUE_", "1 NO 2 YES")),
})
PROVISION = event("LIQUIDITY_PROVISION", {
    "id": text("event_id"),
    "partyId": text("account"),
    "marketId": symbol,
    "createdAt": epoch(unit="ns", none="0", newest=True),
    "updatedAt": epoch(unit="ns", none="0", newest=True),
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
        "timestamp": epoch(unit="ns", none="0"),
    }),
})

# Of these gRPC codes asking again is of no use: InvalidArgument, NotFound.
ERROR = shape("Error", {
    "code": coded("code", "fatal", (3, 5)),
    "grpc_code": coded("code", "fatal", (3, 5)),  # of older gateways
    "http_code": skip("grpc_code says the same"),
    "http_status": skip("grpc_code says the same"),
    "message": long("text"),
    "details": json("data"),
}, source=ErrorSource.VENUE)
ERRORS = dataclasses.replace(ERROR, rows={**ERROR.rows, "": long("text")})

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
    "id": skip("of the event: what is in it has an id of its own"),
    "block": skip("of the block"),
    "type": skip("the member beside it says it"),
    "version": skip("of the message's form"),
    "chainId": skip("of the chain"),
    "txHash": skip("of the transaction"),
    **{member(name): each(event(name)) for name in EVENT_TYPES},
    **{key: each(event(name)) for name, key in MEMBERS.items()},
    "timeUpdate": each(event("TIME_UPDATE", {"timestamp": epoch(unit="ns", none="0")})),
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
    own_trades=True,
    lines=True,  # some gateways indented their JSON, and each line became a frame
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
        "error": each(ERRORS),
        **aside(ERROR),
    }, loud=True),
)
