"""The simulated IBKR gateway, spoken to by an independent websocket client that folds the frames by hand."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from support_live import run, until
from tickfold.sim import IbkrGateway
from tickfold.sim.ibkr.gateway import FIELDS
from tickfold.sim.ibkr.orders import CANONICAL, STATUS

SESSION = "4f1c20b1a7f04a6b9d3c0e5a"
COOKIE = {"Cookie": f'api={{"session":"{SESSION}"}}'}


async def told(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return json.loads(await client.recv(), parse_float=Decimal)


async def burst(client: ClientConnection) -> list[dict[str, Any]]:
    messages = [await told(client) for _ in range(3)]
    assert [message["topic"] for message in messages] == ["system", "act", "sts"]
    return messages


@pytest.mark.parametrize("way", ["cookie", "bare cookie", "OAuth 1.0a", "OAuth 2", "frame"])
def test_the_session_is_named(way):
    async def main():
        async with IbkrGateway() as venue:
            url, headers = venue.url, {}
            if way == "cookie":
                headers = COOKIE
            elif way == "bare cookie":
                headers = {"Cookie": f"x=1; api={SESSION}"}
            elif way == "OAuth 1.0a":
                url += "?oauth_token=SIMTOKEN"
                headers = {"Cookie": f"api={SESSION}"}
            elif way == "OAuth 2":
                url += "?sessionToken=SIMTOKEN"
            async with connect(url, additional_headers=headers) as client:
                if way == "frame":
                    assert await told(client) == {"message": "waiting for session"}
                    await client.send(json.dumps({"session": SESSION}))
                system, _, status = await burst(client)
                assert system["success"] == "simtrader"
                assert status["args"]["authenticated"] is True

    run(main())


def test_a_wrong_session_is_refused():
    async def main():
        async with IbkrGateway() as venue, connect(venue.url, additional_headers={"Cookie": "api=x"}) as client:
            status = await told(client)
            assert status["topic"] == "sts"
            assert status["args"]["authenticated"] is False
            await client.send("sor+{}")
            assert (await told(client))["error"] == "Not authenticated"

    run(main())


def test_keepalives_heartbeats_and_errors():
    async def main():
        async with (
            IbkrGateway(heartbeat=0.05, refuse_orders=1) as venue,
            connect(venue.url, additional_headers=COOKIE) as client,
        ):
            await burst(client)
            await client.send("ech+hb")
            assert await client.recv() == "ech+hb"
            await client.send("tic")
            for _ in range(4):
                assert (await told(client))["alive"] is True
            await client.send("sor+{}")
            assert await told(client) == {"error": "unable to subscribe", "code": 500, "topic": "sor"}
            await client.send("what+1")
            assert (await told(client))["error"] == "Unknown topic"
            assert set(await told(client)) == {"topic", "hb"}

    run(main())


def test_quotes_begin_whole_and_go_on_as_deltas():
    async def main():
        async with (
            IbkrGateway(rate=None, order_share=0.0, seed=2) as venue,
            connect(venue.url, additional_headers=COOKIE) as client,
        ):
            await burst(client)
            asked = list(FIELDS)
            await client.send(f'smd+8894+{{"fields":{json.dumps(asked)}}}')
            state = await told(client)
            assert {"84", "85", "86", "88", "31", "topic", "_updated"} <= set(state)
            assert state["31"].startswith("C")
            await venue.play(3_000)
            await client.send("ech+hb")
            sizes = []
            while (text := await client.recv()) != "ech+hb":
                delta = json.loads(text)
                sizes.append(len(set(delta) & set(FIELDS)))
                state |= delta
            assert max(sizes) < len(FIELDS)
            truth = venue.truth().quotes
            assert set(truth) == {"8894"}
            assert state["55"] == truth["8894"]["ticker"] == "KO"
            for id_, name in FIELDS.items():
                assert id_ == "55" or Decimal(state[id_].replace(",", "")) == Decimal(truth["8894"][name])

    run(main())


def fold(orders: dict[int, dict[str, Any]], frame: dict[str, Any]) -> None:
    for element in frame["args"]:
        order = orders.setdefault(element["orderId"], {})
        if "sizeAndFills" in element:
            filled, slash, leaves = element["sizeAndFills"].replace(",", "").partition("/")
            order["filledQuantity"], order["remainingQuantity"] = Decimal(filled), Decimal(leaves if slash else 0)
        order |= element


@pytest.mark.parametrize("reconnect", [False, True])
def test_orders_fold_to_the_truth(reconnect):
    async def main():
        async with IbkrGateway(rate=None, order_share=1.0, seed=4) as venue:
            orders: dict[int, dict[str, Any]] = {}
            forms = set()
            for _ in range(2 if reconnect else 1):
                async with connect(venue.url, additional_headers=COOKIE) as client:
                    await burst(client)
                    await client.send("sor+{}")
                    await until(lambda: venue.subscribed)
                    await venue.play(4_000)
                    await client.send("ech+hb")
                    while (text := await client.recv()) != "ech+hb":
                        frame = json.loads(text, parse_float=Decimal)
                        forms |= {frozenset(element) for element in frame["args"]}
                        fold(orders, frame)
            truth = venue.truth()
            assert len(truth.orders) == len(orders) > 100
            assert len(forms) > 10  # full records, markers and deltas in many splits
            statuses = {STATUS[stage]: CANONICAL[stage] for stage in STATUS}
            for true in truth.orders:
                order = orders[int(true["order_id"])]
                assert order["acct"] == true["account"]
                assert order["status"] == true["status_text"]
                assert order["filledQuantity"] == Decimal(true["filled_qty"])
                assert order["remainingQuantity"] == Decimal(true["leaves_qty"])
                assert order["totalSize"] == Decimal(true["qty"])
                assert order["price"] == "" or Decimal(order["price"]) == Decimal(true["limit_price"])
                assert order.get("avgPrice") == true.get("avg_price")
                assert true["status"] in (statuses[order["status"]], "PARTIALLY_FILLED")
            seen = {true["status"] for true in truth.orders}
            assert {"FILLED", "CANCELED"} <= seen

    run(main())
