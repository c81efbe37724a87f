"""IBKR's simulated gateways beside quotes and orders of the newer one, spoken to by an independent client."""

import asyncio
import json
from collections import Counter
from decimal import Decimal
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from support_live import run, until
from tickfold.sim import IbkrGateway, IbkrPortal
from tickfold.sim.ibkr.gateway import FIELDS

COOKIE = {"Cookie": "api=4f1c20b1a7f04a6b9d3c0e5a"}


async def told(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return json.loads(await client.recv(), parse_float=Decimal)


async def everything(client: ClientConnection) -> list[dict[str, Any]]:
    found = []
    while True:
        try:
            async with asyncio.timeout(0.3):
                found.append(json.loads(await client.recv(), parse_float=Decimal))
        except TimeoutError:
            return found


def test_portal_quotes_and_orders_fold_to_the_truth():
    async def main():
        async with IbkrPortal(rate=None, seed=3) as venue, connect(venue.url) as client:
            await client.send('s+md+8894+{"tempo":500,"snapshot":true,"fields":"31,84,85,86,88"}')
            first = await told(client)
            assert first["topic"] == "md+8894"
            assert {"84", "85", "86", "88"} <= first.keys()
            await client.send("s+realtime-account-data+DU1234567")
            await until(lambda: venue.connections[0].session.accounts)
            await venue.play(4_000)
            orders: dict[str, dict[str, Any]] = {}
            quote, lists, pnl = first, Counter(), 0
            for message in await everything(client):
                if message["topic"] == "md+8894":
                    quote |= message
                elif "orders" in message:
                    lists[len(message["orders"])] += 1
                    for order in message["orders"]:
                        orders[str(order["orderId"])] = order
                else:
                    pnl += 1
                    assert "dpl" in message or "DU1234567.Core" in message["pnl"]
            assert lists[1] > 100
            assert max(lists) > 20
            assert pnl > 5
            truth = venue.truth()
            assert len(orders) == len(truth.orders) > 100
            for true in truth.orders:
                order = orders[true["order_id"]]
                assert order["status"] == true["status_text"]
                assert order["filledQuantity"] == Decimal(true["filled_qty"])
            for id_, name in FIELDS.items():
                if name in truth.quotes["8894"]:
                    assert Decimal(str(quote[id_])) == Decimal(truth.quotes["8894"][name])
            await client.send("u+md+8894")
            await client.send("u+realtime-account-data+DU1234567")
            await until(lambda: not venue.subscribed)

    run(main())


def test_portal_errors():
    async def main():
        async with IbkrPortal(cookie="s1") as venue:
            async with connect(venue.url) as client:
                assert await told(client) == {"error": "not authenticated"}
            async with connect(venue.url, additional_headers={"Cookie": "api=s1"}) as client:
                for request, topic in (("s+md+1", "md+1"), ("s+realtime-account-data+X", "realtime-account-data+X"),
                                       ("what", "")):  # fmt: skip
                    await client.send(request)
                    answer = await told(client)
                    assert answer["topic"] == topic
                    assert answer["error"]

    run(main())


def test_executions_pnl_summary_and_ledger_of_the_gateway():
    async def main():
        async with (
            IbkrGateway(rate=None, seed=3, order_share=1.0) as venue,
            connect(venue.url, additional_headers=COOKIE) as client,
        ):
            for _ in range(3):
                await told(client)
            account = venue.accounts[0]
            for request in ("str+{}", "spl+{}", f"ssd+{account}+{{}}", f"sld+{account}+{{}}", f"sbd+{account}+8894"):
                await client.send(request)
            await until(lambda: len(venue.connections[0].session.others.topics) == 5)
            await venue.play(4_000)
            messages = await everything(client)
            assert messages[0] == {"topic": "str", "args": []}
            executions: dict[str, dict[str, Any]] = {}
            seen: Counter[str] = Counter()
            bare = 0
            for message in messages:
                if message["topic"] == "str":
                    for execution in message["args"]:
                        seen[execution["execution_id"]] += 1
                        bare += "commission" not in execution
                        executions.setdefault(execution["execution_id"], {}).update(execution)
            truth = venue.truth()
            assert len(executions) == len(truth.fills) > 300
            assert max(seen.values()) > 2
            assert bare > len(executions)
            for fill in truth.fills:
                execution = executions[fill["exec_id"]]
                assert execution.get("commission") == fill.get("commission")
                assert (execution["price"], execution["side"]) == (fill["price"], fill["side"][0])
            topics = Counter(message["topic"] for message in messages)
            for topic in ("spl", f"ssd+{account}", f"sld+{account}", f"sbd+{account}+8894", "ntf", "blt"):
                assert topics[topic] > 3, topic
            notices = [message["args"] for message in messages if message["topic"] == "ntf"]
            assert {type(notice) for notice in notices} == {dict, list}
            ledgers = [row for message in messages if message["topic"] == f"sld+{account}" for row in message["result"]]
            assert {"key", "timestamp"} in [row.keys() for row in ledgers]  # unchanged: named, and no more
            for request in ("utr", "upl+{}", f"ubd+{account}"):
                await client.send(request)
            for request, name in ((f"usd+{account}+{{}}", "summary"), (f"uld+{account}+{{}}", "ledger")):
                await client.send(request)
                assert await told(client) == {"result": f"unsubscribed from {name}"}
            await until(lambda: not venue.subscribed)

    run(main())


def test_history_of_the_gateway():
    async def main():
        async with IbkrGateway() as venue, connect(venue.url, additional_headers=COOKIE) as client:
            for _ in range(3):
                await told(client)
            await client.send('smh+8894+{"period":"1d","bar":"1min"}')
            history = await told(client)
            assert history["topic"] == "smh+8894"
            assert history["points"] == len(history["data"]) > 0
            await client.send(f"umh+{history['serverId']}")
            assert await told(client) == {"message": f"Unsubscribed {history['serverId']}"}

    run(main())
