"""Vega data nodes: `{"result": {…}}` in both encodings."""

import json
from typing import Any

from tickfold.schema.enums import BookAction, ErrorSource, Flag, OrderStatus, OrderType, Side, TimeInForce

from . import PLAIN, Message, Want, message, want

ID, MARKET, PARTY = "5b0f" * 16, "9c55" * 16, "aa01" * 16
CREATED, UPDATED = "1701340012345678000", "1701340099000001000"

ORDER = {
    "id": ID,
    "marketId": MARKET,
    "partyId": PARTY,
    "side": 2,
    "price": "3120450",
    "size": "250",
    "remaining": "180",
    "timeInForce": 1,
    "type": 1,
    "createdAt": CREATED,
    "status": 1,
    "reference": "mm-7",
    "version": "1",
    "batchId": "3",
}
ORDER_WANT: dict[str, Any] = {
    "order_id": ID,
    "account": PARTY,
    "side": Side.SELL,
    "side_text": "2",
    "limit_price": "3120450",
    "qty": "250",
    "leaves_qty": "180",
    "filled_qty": "70",
    "tif": TimeInForce.GTC,
    "tif_text": "1",
    "type": OrderType.LIMIT,
    "type_text": "1",
    "ts_created": int(CREATED),
    "status": OrderStatus.PARTIALLY_FILLED,
    "status_text": "1",
    "client_order_id": "mm-7",
    "version": 1,
    "post_only": False,
    "reduce_only": False,
}
NAMED = {
    **ORDER,
    "side": "SIDE_SELL",
    "timeInForce": "TIME_IN_FORCE_GTT",
    "type": "TYPE_LIMIT",
    "status": "STATUS_ACTIVE",
    "expiresAt": UPDATED,
    "updatedAt": "0",
    "reason": None,
    "peggedOrder": None,
    "icebergOrder": None,
    "liquidityProvisionId": "",
    "postOnly": True,
    "reduceOnly": False,
}
TRADE = {
    "id": ID,
    "marketId": MARKET,
    "price": "3120450",
    "size": "7",
    "buyer": PARTY,
    "seller": "network",
    "aggressor": 1,
    "buyOrder": "b" * 64,
    "sellOrder": "c" * 64,
    "timestamp": CREATED,
    "type": 1,
    "buyerFee": {"makerFee": "1"},
    "sellerFee": {},
    "buyerAuctionBatch": "0",
    "sellerAuctionBatch": "0",
    "assetPrice": "312045000000000000000",
}
POSITION = {
    "marketId": MARKET,
    "partyId": PARTY,
    "openVolume": "-40",
    "realisedPnl": "-12",
    "unrealisedPnl": "1234567890123456789012345",
    "averageEntryPrice": "3120450",
    "updatedAt": UPDATED,
    "lossSocialisationAmount": "5",
    "positionStatus": 4,
    "takerFeesPaid": "1",
    "makerFeesReceived": "2",
    "feesPaid": "3",
    "takerFeesPaidSince": "1",
    "makerFeesReceivedSince": "2",
    "feesPaidSince": "3",
    "fundingPaymentAmount": "-4",
    "fundingPaymentAmountSince": "-4",
}
POSITION_WANT: dict[str, Any] = {
    "account": PARTY,
    "qty": "-40",
    "realized_pnl": "-12",
    "unrealized_pnl": "1234567890123456789012345",
    "avg_price": "3120450",
    "ts_updated": int(UPDATED),
    "loss_socialization": "5",
    "status": "DISTRESSED",
    "fees_received": "2",
    "fees_paid": "3",
    "fees_taker": "1",
    "fees_paid_since": "3",
    "fees_received_since": "2",
    "fees_taker_since": "1",
    "funding": "-4",
    "funding_since": "-4",
}
ACCOUNT = {
    "owner": PARTY,
    "balance": "1000000000000000000",
    "asset": "a" * 64,
    "marketId": MARKET,
    "type": 3,
    "parentPartyId": "p",
}
ACCOUNT_WANT: dict[str, Any] = {
    "account": PARTY,
    "total": "1000000000000000000",
    "currency": "a" * 64,
    "market": MARKET,
    "balance_type": "MARGIN",
    "parent": "p",
}
LEVEL = {"price": "3118900", "numberOfOrders": "2", "volume": "41", "ammVolume": "1", "ammVolumeEstimated": "1"}
FULL = {"action": BookAction.SET, "sequence": int(CREATED)}
CHANGE = {"sequence": int(UPDATED), "prev_sequence": int(CREATED)}
MARKET_DATA = {
    "markPrice": "3119000",
    "bestBidPrice": "3118900",
    "bestBidVolume": "41",
    "bestOfferPrice": "3119100",
    "bestOfferVolume": "7",
    "bestStaticBidPrice": "1",
    "bestStaticBidVolume": "1",
    "bestStaticOfferPrice": "1",
    "bestStaticOfferVolume": "1",
    "midPrice": "3119000",
    "staticMidPrice": "1",
    "market": MARKET,
    "timestamp": UPDATED,
    "openInterest": "1200",
    "auctionStart": "0",
    "auctionEnd": "0",
    "indicativePrice": "3119050",
    "indicativeVolume": "5",
    "marketTradingMode": 1,
    "trigger": 3,
    "extensionTrigger": 0,
    "targetStake": "5000",
    "suppliedStake": "6000",
    "priceMonitoringBounds": [
        {
            "minValidPrice": "1",
            "maxValidPrice": "2",
            "trigger": {"horizon": "3600", "probability": "0.9999", "auctionExtension": "120"},
            "referencePrice": "1.5",
            "active": True,
        }
    ],
    "marketValueProxy": "1",
    "liquidityProviderFeeShare": [
        {
            "party": "p",
            "equityLikeShare": "0.5",
            "averageEntryValuation": "1",
            "averageScore": "0.1",
            "virtualStake": "1",
        }
    ],
    "marketState": 5,
    "nextMarkToMarket": UPDATED,
    "lastTradedPrice": "3119000",
    "marketGrowth": "-0.0123456789",
    "productData": {"perpetualData": {"fundingPayment": "1", "fundingRate": "0.1", "internalTwap": "1"}},
    "liquidityProviderSla": [],
    "nextNetworkCloseout": "0",
    "markPriceType": 1,
    "markPriceState": [],
    "activeProtocolAutomatedPurchase": None,
}
CANDLE = {
    "start": CREATED,
    "lastUpdate": UPDATED,
    "high": "9",
    "low": "5",
    "open": "6",
    "close": "7",
    "volume": "41",
    "notional": "300",
}
MARGIN = {
    "maintenanceMargin": "1",
    "searchLevel": "2",
    "initialMargin": "3",
    "collateralReleaseLevel": "4",
    "partyId": PARTY,
    "marketId": MARKET,
    "asset": "a",
    "timestamp": UPDATED,
    "orderMargin": "5",
    "marginMode": 2,
    "marginFactor": "0.05",
}
FROM, TO = {"assetId": "a", "type": 4, "owner": PARTY}, {"assetId": "a", "type": 3, "owner": PARTY, "marketId": MARKET}
ENTRY = {
    "fromAccount": FROM,
    "toAccount": TO,
    "amount": "77",
    "type": 6,
    "timestamp": UPDATED,
    "fromAccountBalance": "1",
    "toAccountBalance": "78",
    "transferId": "t",
}
LEDGER = {"entries": [ENTRY], "balances": [{"account": TO, "balance": "78"}]}
LEDGER_WANT: list[Want] = [
    want(
        "Ledger",
        None,
        int(UPDATED),
        asset="a",
        from_type="GENERAL",
        from_account=PARTY,
        to_type="MARGIN",
        to_account=PARTY,
        to_market=MARKET,
        amount="77",
        transfer_type="MARGIN_LOW",
        from_balance="1",
        to_balance="78",
        transfer_id="t",
    ),
    want("Balance", None, None, account=PARTY, currency="a", market=MARKET, balance_type="MARGIN", total="78"),
]
PROVISION = {
    "id": ID,
    "partyId": PARTY,
    "createdAt": CREATED,
    "updatedAt": UPDATED,
    "marketId": MARKET,
    "commitmentAmount": "5",
    "fee": "0.01",
    "sells": [],
    "buys": [],
    "version": "1",
    "status": 6,
    "reference": "r",
}
VOTE = {
    "partyId": PARTY,
    "value": 2,
    "proposalId": "p-1",
    "timestamp": UPDATED,
    "totalGovernanceTokenBalance": "1",
    "totalGovernanceTokenWeight": "0.1",
    "totalEquityLikeShareWeight": "0",
    "elsPerMarket": [],
}
RESULT = {
    "partyId": PARTY,
    "status": 3,
    "orderSubmission": {"marketId": MARKET},
    "hash": "AB12",
    "failure": {"error": "no", "errors": []},
}
PROPOSAL = {"proposal": {"id": "p-1", "partyId": PARTY, "state": 3}, "yes": [VOTE], "no": []}


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def result(name: str, content: Any, *records: Want) -> Message:
    return message(name, {"result": content}, *records)


def order_want(flags: Flag = PLAIN, **fields: Any) -> Want:
    stated = {**ORDER_WANT, **fields}
    return want("Order", MARKET, stated.get("ts_updated", stated["ts_created"]), flags, **stated)


TRADE_WANT = want(
    "Trade",
    MARKET,
    int(CREATED),
    trade_id=ID,
    price="3120450",
    size="7",
    buyer=PARTY,
    seller="network",
    side=Side.BUY,
    buy_order_id="b" * 64,
    sell_order_id="c" * 64,
    trade_type="DEFAULT",
    buyer_fee="1",
    seller_fee="0",
)
MARKET_WANT = [
    want(
        "Quote",
        MARKET,
        int(UPDATED),
        mark="3119000",
        bid="3118900",
        bid_size="41",
        ask="3119100",
        ask_size="7",
        last="3119000",
        open_interest="1200",
    ),
    want(
        "Stats",
        MARKET,
        int(UPDATED),
        mid="3119000",
        indicative_price="3119050",
        indicative_volume="5",
        target_stake="5000",
        supplied_stake="6000",
        market_growth="-0.0123456789",
        funding_rate="0.1",
        funding_payment="1",
        internal_twap="1",
    ),
    want("Instrument", MARKET, int(UPDATED), trading_mode="CONTINUOUS", trigger="PRICE", state="ACTIVE"),
]
MARGIN_WANT = want(
    "Balance",
    None,
    int(UPDATED),
    account=PARTY,
    market=MARKET,
    currency="a",
    margin_maint="1",
    margin_search="2",
    margin_initial="3",
    margin_release="4",
    margin_order="5",
    margin_mode="ISOLATED_MARGIN",
    margin_factor="0.05",
    ts_updated=int(UPDATED),
    balance_type="MARGIN_LEVELS",
)
VOTE_WANT = want(
    "Event", None, int(UPDATED), event="VOTE", account=PARTY, event_id="p-1", action="YES", data=compact(VOTE)
)
PROVISION_WANT = want(
    "Event",
    MARKET,
    int(UPDATED),
    event="LIQUIDITY_PROVISION",
    event_id=ID,
    account=PARTY,
    action="PENDING",
    data=compact(PROVISION),
)
RESULT_WANT = want(
    "Event", event="TRANSACTION_RESULT", event_id="AB12", account=PARTY, action="FAILURE", data=compact(RESULT)
)
BUS = {"id": "100-1", "block": "AB", "type": 5, "version": 1, "chainId": "vega", "txHash": "CD"}

MESSAGES: list[Message] = [
    result(
        "orders, snapshot",
        {"snapshot": {"orders": [ORDER], "lastPage": True}},
        order_want(Flag.SNAPSHOT),
        want("Ack", flags=Flag.LAST_OF_SNAPSHOT, action="snapshot", ok=True),
    ),
    result(
        "orders, filled",
        {
            "updates": {
                "orders": [
                    {
                        **{key: value for key, value in ORDER.items() if key != "remaining"},
                        "status": 5,
                        "updatedAt": UPDATED,
                    }
                ]
            }
        },
        order_want(
            status=OrderStatus.FILLED, status_text="5", leaves_qty="0", filled_qty="250", ts_updated=int(UPDATED)
        ),
    ),
    result(
        "orders, by name",
        {"updates": {"orders": [NAMED]}},
        order_want(
            side_text="SIDE_SELL",
            tif=TimeInForce.GTD,
            tif_text="TIME_IN_FORCE_GTT",
            type_text="TYPE_LIMIT",
            status_text="STATUS_ACTIVE",
            post_only=True,
            ts_expires=int(UPDATED),
        ),
    ),
    result(
        "orders, every other field",
        {
            "updates": {
                "orders": [
                    {
                        **ORDER,
                        "reason": 14,
                        "reduceOnly": True,
                        "peggedOrder": {"reference": 3, "offset": "15"},
                        "icebergOrder": {"peakSize": "30", "minimumVisibleSize": "5", "reservedRemaining": "50"},
                        "status": 6,
                    }
                ]
            }
        },
        order_want(
            reason="MARGIN_CHECK_FAILED",
            reduce_only=True,
            type=OrderType.PEGGED,
            peg_reference="BEST_ASK",
            peg_offset="15",
            display_qty="30",
            reserved_qty="50",
            leaves_qty="230",
            filled_qty="20",
            status=OrderStatus.REJECTED,
            status_text="6",
        ),
    ),
    result(
        "nothing to show",
        {"snapshot": {"lastPage": True}},
        want("Ack", flags=Flag.LAST_OF_SNAPSHOT, action="snapshot", ok=True),
    ),
    result(
        "positions, snapshot",
        {"snapshot": {"positions": [POSITION]}},
        want("Position", MARKET, int(UPDATED), Flag.SNAPSHOT | Flag.INEXACT, **POSITION_WANT),
    ),
    result(
        "positions, flat",
        {"updates": {"positions": [{"marketId": MARKET, "partyId": PARTY, "updatedAt": UPDATED}]}},
        want(
            "Position",
            MARKET,
            int(UPDATED),
            account=PARTY,
            qty="0",
            realized_pnl="0",
            unrealized_pnl="0",
            avg_price="0",
            ts_updated=int(UPDATED),
            loss_socialization="0",
            status="",
            fees_received="0",
            fees_paid="0",
            fees_taker="0",
            fees_paid_since="0",
            fees_received_since="0",
            fees_taker_since="0",
            funding="0",
            funding_since="0",
        ),
    ),
    result(
        "accounts, snapshot",
        {"snapshot": {"accounts": [ACCOUNT], "lastPage": True}},
        want("Balance", None, None, Flag.SNAPSHOT | Flag.INEXACT, **ACCOUNT_WANT),
        want("Ack", flags=Flag.LAST_OF_SNAPSHOT, action="snapshot", ok=True),
    ),
    result(
        "accounts",
        {"updates": {"accounts": [{"asset": "a", "type": "ACCOUNT_TYPE_INSURANCE", "balance": "5"}]}},
        want(
            "Balance", None, None, account="", total="5", currency="a", market="", balance_type="INSURANCE", parent=""
        ),
    ),
    result("trades", {"trades": [TRADE]}, TRADE_WANT),
    result(
        "trades in an auction",
        {
            "trades": [
                {
                    **{key: value for key, value in TRADE.items() if key != "aggressor"},
                    "type": "TYPE_NETWORK_CLOSE_OUT_BAD",
                }
            ]
        },
        want(
            "Trade",
            MARKET,
            int(CREATED),
            **{**TRADE_WANT.fields, "side": Side.NONE, "trade_type": "NETWORK_CLOSE_OUT_BAD"},
        ),
    ),
    result(
        "depth",
        {
            "marketDepth": [
                {
                    "marketId": MARKET,
                    "buy": [LEVEL],
                    "sell": [{"price": "3119100", "numberOfOrders": "1", "volume": "7"}],
                    "sequenceNumber": CREATED,
                }
            ]
        },
        want("BookLevel", MARKET, None, action=BookAction.RESET, sequence=int(CREATED)),
        want("BookLevel", MARKET, **FULL, side=Side.BUY, price="3118900", size="41", orders=2),
        want("BookLevel", MARKET, **FULL, side=Side.SELL, price="3119100", size="7", orders=1),
    ),
    result(
        "depth, update",
        {
            "update": [
                {
                    "marketId": MARKET,
                    "buy": [{"price": "3119000"}, LEVEL],
                    "sequenceNumber": UPDATED,
                    "previousSequenceNumber": CREATED,
                }
            ]
        },
        want(
            "BookLevel", MARKET, **CHANGE, action=BookAction.DELETE, side=Side.BUY, price="3119000", size="0", orders=0
        ),
        want("BookLevel", MARKET, **CHANGE, action=BookAction.SET, side=Side.BUY, price="3118900", size="41", orders=2),
    ),
    result("market data", {"marketData": [MARKET_DATA]}, *MARKET_WANT),
    result(
        "market data of an empty book",
        {"marketData": [{"market": MARKET, "timestamp": UPDATED, "markPrice": "5", "bestBidPrice": "0"}]},
        want("Quote", MARKET, int(UPDATED), mark="5", bid_size="0", ask_size="0", open_interest="0"),
    ),
    result(
        "candle",
        {"candle": CANDLE},
        want(
            "Bar",
            None,
            int(CREATED),
            ts_updated=int(UPDATED),
            high="9",
            low="5",
            open="6",
            close="7",
            volume="41",
            notional="300",
        ),
    ),
    result(
        "candle without trades",
        {"candle": {"start": CREATED, "lastUpdate": UPDATED, "open": "", "close": ""}},
        want("Bar", None, int(CREATED), ts_updated=int(UPDATED), volume="0", notional="0"),
    ),
    result("margin levels", {"marginLevels": MARGIN}, MARGIN_WANT),
    result("votes", {"vote": VOTE}, VOTE_WANT),
    result("liquidity provisions", {"liquidityProvisions": [PROVISION]}, PROVISION_WANT),
    result(
        "governance",
        {"data": PROPOSAL},
        want("Event", event="PROPOSAL", event_id="p-1", account=PARTY, action="3", data=compact(PROPOSAL)),
    ),
    result("ledger movements", {"ledgerMovement": LEDGER}, *LEDGER_WANT),
    result("transaction results", {"transactionResults": [RESULT]}, RESULT_WANT),
    *(
        result(f"bus, {name}", {"events": [{**BUS, **content}]}, *records)
        for name, content, records in (
            ("order", {"order": ORDER}, [order_want()]),
            (
                "order by name",
                {"type": "BUS_EVENT_TYPE_ORDER", "order": {**ORDER, "status": "STATUS_ACTIVE"}},
                [order_want(status_text="STATUS_ACTIVE")],
            ),
            ("trade", {"trade": TRADE}, [TRADE_WANT]),
            (
                "account",
                {"account": {"id": "x", **ACCOUNT}},
                [want("Balance", None, None, Flag.INEXACT, **ACCOUNT_WANT)],
            ),
            ("marginLevels", {"marginLevels": MARGIN}, [MARGIN_WANT]),
            ("marketData", {"marketData": MARKET_DATA}, MARKET_WANT),
            ("ledgerMovements", {"ledgerMovements": {"ledgerMovements": [LEDGER]}}, LEDGER_WANT),
            ("vote", {"vote": VOTE}, [VOTE_WANT]),
            ("liquidityProvision", {"liquidityProvision": PROVISION}, [PROVISION_WANT]),
            ("transactionResult", {"transactionResult": RESULT}, [RESULT_WANT]),
            (
                "proposal",
                {"proposal": PROPOSAL["proposal"]},
                [
                    want(
                        "Event",
                        event="PROPOSAL",
                        event_id="p-1",
                        account=PARTY,
                        action="3",
                        data=compact(PROPOSAL["proposal"]),
                    )
                ],
            ),
            (
                "timeUpdate",
                {"timeUpdate": {"timestamp": "1"}},
                [want("Event", None, 1, event="TIME_UPDATE", data=b'{"timestamp":"1"}')],
            ),
            ("unknown", {"somethingNew": {"x": 1}}, [want("Raw", topic="somethingNew", data=b'{"x":1}')]),
        )
    ),
    message(
        "error",
        {
            "error": {
                "code": 8,
                "message": "client reached max subscription allowed",
                "details": [{"@type": "t", "code": 10000, "message": "m", "inner": "i"}],
            }
        },
        want(
            "Error",
            code=8,
            fatal=False,
            text="client reached max subscription allowed",
            data=b'[{"@type":"t","code":10000,"message":"m","inner":"i"}]',
            source=ErrorSource.VENUE,
        ),
    ),
    message(
        "bare error",
        {"code": 3, "message": "bad", "details": []},
        want("Error", code=3, fatal=True, text="bad", data=b"[]", source=ErrorSource.VENUE),
    ),
    result("something new", {"stopOrders": [{"x": 1}]}, want("Raw", topic="stopOrders", data=b'[{"x":1}]')),
    message("something else", {"what": 1}, want("Raw", topic="what", data=b"1")),
]
