"""The simulated Vega node, spoken to by an independent client."""

import asyncio
import json
from itertools import pairwise
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from support_live import run, until
from tickfold.sim import VegaNode
from tickfold.sim.vega.node import DEFAULT_PARTY, FILTERS, PAGE
from tickfold.sim.vega.words import STATUS, Enum, encoded

STATUSES = {member.number: member.name for member in STATUS.values()}


async def told(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return json.loads(await client.recv())


def url(venue: VegaNode, endpoint: str, query: str = "") -> str:
    return f"{venue.url}/api/v2/stream/{endpoint}{'?' if query else ''}{query}"


async def everything(client: ClientConnection) -> list[dict[str, Any]]:
    """What has been sent, up to a silence."""
    found = []
    while True:
        try:
            async with asyncio.timeout(0.3):
                found.append(json.loads(await client.recv()))
        except TimeoutError:
            return found


def test_encodings():
    described = {"status": Enum("STATUS_", "ACTIVE", 1), "none": Enum("STATUS_", "UNSPECIFIED", 0), "remaining": 0,
                 "size": 250, "price": "0", "reference": "", "postOnly": False, "buy": [], "peggedOrder": None,
                 "icebergOrder": {"peakSize": 5, "reservedRemaining": 0}}  # fmt: skip
    assert encoded(described, names=False) == {
        "status": 1, "size": "250", "price": "0", "icebergOrder": {"peakSize": "5"},
    }  # fmt: skip
    assert encoded(described, names=True) == {
        "status": "STATUS_ACTIVE", "none": "STATUS_UNSPECIFIED", "remaining": "0", "size": "250", "price": "0",
        "reference": "", "postOnly": False, "buy": [], "peggedOrder": None,
        "icebergOrder": {"peakSize": "5", "reservedRemaining": "0"},
    }  # fmt: skip


@pytest.mark.parametrize("names", [False, True])
def test_orders_begin_with_a_snapshot_and_fold_to_the_truth(names):
    async def main():
        async with VegaNode(rate=None, seed=3, names=names, order_share=1.0, live_orders=120) as venue:
            async with connect(url(venue, "orders")) as first:
                empty = {"lastPage": True} | ({"orders": []} if names else {})
                assert await told(first) == {"result": {"snapshot": empty}}
            await venue.play(400)
            async with connect(url(venue, "orders")) as client:
                held: dict[str, dict[str, Any]] = {}
                pages = []
                while not pages or not pages[-1].get("lastPage"):
                    pages.append((await told(client))["result"]["snapshot"])
                rows = [order for page in pages for order in page["orders"]]
                assert len(pages) == -(-len(rows) // PAGE) > 1
                assert len(rows) == len(venue.flow.alive)
                held |= {order["id"]: order for order in rows}
                await venue.play(2_000)
                for message in await everything(client):
                    updates = message["result"]["updates"]["orders"]
                    assert 0 < len(updates) <= PAGE
                    held |= {order["id"]: order for order in updates}
                truth = venue.truth()
                assert len(truth.orders) == len(held) > 300
                seen = set()
                for true in truth.orders:
                    order = held[true["order_id"]]
                    status = order["status"]
                    seen.add(status.removeprefix("STATUS_") if names else STATUSES[status])
                    hidden = int(order.get("icebergOrder", {}).get("reservedRemaining", 0))
                    left = int(order.get("remaining", 0)) + hidden
                    assert left == int(true["leaves_qty"])
                    assert int(order["size"]) - left == int(true["filled_qty"])
                    assert order["partyId"] == true["account"]
                assert {"ACTIVE", "EXPIRED", "CANCELLED", "STOPPED", "FILLED", "REJECTED", "PARTIALLY_FILLED"} <= seen

    run(main())


def test_filters():
    async def main():
        async with VegaNode(rate=None, seed=5, order_share=1.0) as venue:
            market = venue.instruments[0].symbol
            async with (
                connect(url(venue, "orders", f"partyIds={DEFAULT_PARTY}&market_ids={market}")) as filtered,
                connect(url(venue, "orders", f"partyId={DEFAULT_PARTY}")) as misspelt,
                connect(url(venue, "trades", f"partyIds={DEFAULT_PARTY}")) as trades,
            ):
                await venue.play(800)
                told_ = [o for m in (await everything(filtered))[1:] for o in m["result"]["updates"]["orders"]]
                assert {(o["partyId"], o["marketId"]) for o in told_} == {(DEFAULT_PARTY, market)}
                other = [o for m in (await everything(misspelt))[1:] for o in m["result"]["updates"]["orders"]]
                assert {o["partyId"] for o in other} == set(venue.parties)  # the node ignores what it does not know
                for message in await everything(trades):
                    assert all(DEFAULT_PARTY in (t["buyer"], t["seller"]) for t in message["result"]["trades"])

    run(main())


def test_depth_updates_fold_to_the_book():
    async def main():
        async with VegaNode(rate=None, seed=6, order_share=0.0, gaps=0.05) as venue:
            market = venue.instruments[0].symbol
            async with (
                connect(url(venue, "markets/depth", f"marketIds={market}")) as whole,
                connect(url(venue, "markets/depth/updates", f"marketIds={market}")) as changes,
            ):
                await until(lambda: len(venue.connections) == 2 and venue.subscribed)
                await venue.play(600)
                frames = [m["result"]["marketDepth"][0] for m in await everything(whole)]
                updates = [m["result"]["update"][0] for m in await everything(changes)]
                books = {frame["sequenceNumber"]: frame for frame in frames if "sequenceNumber" in frame}
                checked = gaps = 0
                for before, update in pairwise(updates):
                    if update["previousSequenceNumber"] != before["sequenceNumber"]:
                        gaps += 1
                        continue
                    old, new = books.get(before["sequenceNumber"]), books.get(update["sequenceNumber"])
                    if old is None or new is None:
                        continue
                    checked += 1
                    for side in ("buy", "sell"):
                        levels = {level["price"]: level for level in old.get(side, [])}
                        for level in update.get(side, []):
                            if "volume" in level:
                                levels[level["price"]] = level
                            else:
                                levels.pop(level["price"], None)
                        assert levels == {level["price"]: level for level in new.get(side, [])}
                assert checked > 50
                assert gaps > 2

    run(main())


def test_every_endpoint_says_something():
    async def main():
        async with VegaNode(rate=None, seed=7) as venue:
            market = venue.instruments[0].symbol
            queries = {
                "markets/depth": f"marketIds={market}",
                "markets/depth/updates": f"marketIds={market}",
                "markets/data": f"marketIds={market}",
                "candle/data": "candleId=trades_candle_1_minute_x",
                "votes": f"partyId={DEFAULT_PARTY}",
                "margin/levels": f"partyId={DEFAULT_PARTY}",
            }
            keys = {
                "accounts": "updates", "orders": "updates", "positions": "updates", "trades": "trades",
                "markets/depth": "marketDepth", "markets/depth/updates": "update", "markets/data": "marketData",
                "candle/data": "candle", "votes": "vote", "margin/levels": "marginLevels",
                "liquidity-provisions": "liquidityProvisions", "governance": "data",
                "ledger/movements": "ledgerMovement", "transaction-results": "transactionResults",
                "event/bus": "events",
            }  # fmt: skip
            assert keys.keys() == FILTERS.keys()
            for endpoint, key in keys.items():
                async with connect(url(venue, endpoint, queries.get(endpoint, ""))) as client:
                    if endpoint == "event/bus":
                        await client.send(json.dumps({"type": ["BUS_EVENT_TYPE_ORDER", "BUS_EVENT_TYPE_TRADE"]}))
                    await venue.wait_subscribed()
                    await venue.play(1_500)
                    results = [message["result"] for message in await everything(client)]
                    assert key in results[-1], endpoint
                    if endpoint == "event/bus":
                        members = [event for result in results for event in result["events"]]
                        assert {"order", "trade"} == {name for e in members for name in ("order", "trade") if name in e}
                        assert not any("account" in event for event in members)
                await until(lambda: not venue.connections)

    run(main(), 60)


def test_errors_end_the_stream():
    async def main():
        async with VegaNode(max_subscriptions=1, bus_timeout=0.05) as venue:
            for endpoint, query, code in (("votes", "", 3), ("markets/data", "marketIds=" + "0" * 64, 13)):
                async with connect(url(venue, endpoint, query)) as client:
                    error = (await told(client))["error"]
                    assert error["code"] == code
                    assert code != 13 or error["details"][0]["code"] == 10000
                    with pytest.raises(websockets.ConnectionClosed):
                        await client.recv()
                await until(lambda: not venue.connections)
            async with connect(url(venue, "event/bus")) as client:
                assert (await told(client))["error"]["code"] == 3
            await until(lambda: not venue.connections)
            async with connect(url(venue, "orders")), connect(url(venue, "orders")) as second:
                assert (await told(second))["error"]["code"] == 8
            with pytest.raises(websockets.InvalidStatus):
                await connect(url(venue, "order"))

    run(main())
