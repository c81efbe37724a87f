"""The simulated ETNA streamer, spoken to by an independent client."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from support_live import run, until
from tickfold.sim import EtnaStreamer
from tickfold.sim.etna.orders import CANONICAL
from tickfold.sim.etna.streamer import ENTITIES

LOGIN = "?User=5104%3A1f0c&Password=SIMPASSWORD&HttpClientType=WebSocket"


async def told(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return json.loads(await client.recv())


async def created(client: ClientConnection) -> str:
    answer = await told(client)
    assert (answer["Cmd"], answer["StatusCode"]) == ("CreateSession.txt", "Ok")
    return answer["SessionId"]


async def ask(client: ClientConnection, session: str, entity: str, keys: str, verb: str = "Subscribe") -> None:
    await client.send(json.dumps({"Cmd": f"{verb}.txt", "SessionId": session, "Keys": keys, "EntityType": entity,
                                  "HttpClientType": "WebSocket"}))  # fmt: skip


async def everything(client: ClientConnection) -> list[dict[str, Any]]:
    found = []
    while True:
        try:
            async with asyncio.timeout(0.3):
                found.append(json.loads(await client.recv()))
        except TimeoutError:
            return found


def test_sessions():
    async def main():
        async with EtnaStreamer() as venue:
            async with connect(venue.url + LOGIN) as client:
                assert await created(client)
                await client.send("{")
                assert (await told(client))["StatusCode"] == "Error"
                await ask(client, "another", "Quote", "318")
                assert (await told(client))["StatusCode"] == "Error"
            async with connect(venue.url + "?User=5104&Password=wrong") as client:
                assert await told(client) == {"Cmd": "CreateSession.txt", "StatusCode": "Error"}
                with pytest.raises(websockets.ConnectionClosed):
                    await client.recv()

    run(main())


def test_pings_want_pongs():
    async def main():
        async with EtnaStreamer(ping=0.02, pong_within=0.2) as venue, connect(venue.url + LOGIN) as client:
            await created(client)
            for _ in range(15):
                assert await told(client) == {"Cmd": "Ping"}
                await client.send(json.dumps({"Cmd": "Pong", "StatusCode": "Ok"}))
            with pytest.raises(websockets.ConnectionClosed):  # and now without
                while True:
                    await told(client)

    run(main())


def test_subscriptions():
    async def main():
        async with EtnaStreamer(rate=None, seed=3) as venue, connect(venue.url + LOGIN) as client:
            session = await created(client)
            keys = {"Quote": "318;319", "Candle": "KO|NGS|USD:5m;AAPL|NGS|USD:1m", "Order": "611", "Position": "611",
                    "AccountBalance": "611", "UserBalance": "5104", "Watchlist": "5104",
                    "WatchlistContent": "77"}  # fmt: skip
            assert keys.keys() == ENTITIES.keys()
            for entity, names in keys.items():
                await ask(client, session, entity, names)
            await until(lambda: all(venue.connections[0].session.keys.values()))
            await venue.play(2_000)
            messages = await everything(client)
            found = {message["EntityType"] for message in messages if "Cmd" not in message}
            assert found == keys.keys()
            for message in messages:
                assert all(isinstance(value, str) for value in message.values())
            assert {m["Key"] for m in messages if m.get("EntityType") == "Quote" and "Cmd" not in m} == {"318", "319"}
            await ask(client, session, "Quote", "318;319", "Unsubscribe")
            await told(client)
            await venue.play(200)
            assert not any(m["EntityType"] == "Quote" and "Cmd" not in m for m in await everything(client))

    run(main())


def test_the_state_folds_to_the_truth():
    async def main():
        async with EtnaStreamer(rate=None, seed=4) as venue, connect(venue.url + LOGIN) as client:
            session = await created(client)
            securities = ";".join(str(i.conid) for i in venue.instruments)
            await ask(client, session, "Quote", securities)
            for entity in ("Order", "Position", "AccountBalance"):
                await ask(client, session, entity, "611")
            await until(lambda: venue.connections[0].session.keys["AccountBalance"])
            await venue.play(5_000)
            held: dict[tuple[str, str], dict[str, str]] = {}
            for message in await everything(client):
                entity = message["EntityType"]
                if "Cmd" in message:
                    continue
                id_ = message.get("Id") or message.get("Key") or message["AccountId"]
                older = held.get((entity, id_))
                if entity == "Order" and older and int(older["TransactionDate"]) > int(message["TransactionDate"]):
                    continue
                held[entity, id_] = message
            truth = venue.truth()
            assert len(truth.orders) > 300
            for true in truth.orders:
                order = held["Order", true["order_id"]]
                assert order["Status"] == true["status_text"]
                assert CANONICAL[order["Status"]] == true["status"]
                assert Decimal(order["Quantity"]) == Decimal(true["qty"])
                assert Decimal(order["ExecutedQuantity"]) == Decimal(true["filled_qty"])
                assert Decimal(order["LeavesQuantity"]) == Decimal(true["leaves_qty"])
                assert Decimal(order["AveragePrice"]) == Decimal(true.get("avg_price") or 0)
            for true in truth.positions:
                (position,) = [p for (e, _), p in held.items() if e == "Position" and p["SecurityId"] == true["symbol"]]
                assert Decimal(position["Quantity"]) == Decimal(true["qty"])
            items = json.loads(held["AccountBalance", "611"]["Items"], parse_float=Decimal)
            cash = {item["Name"]: item["Value"] for item in items}["cash"]
            assert cash == Decimal(truth.balances[0]["total"])
            for symbol, true in truth.quotes.items():
                quote = held["Quote", symbol]
                assert (Decimal(quote["Bid"]), Decimal(quote["Ask"])) == (Decimal(true["bid"]), Decimal(true["ask"]))
            seen = {true["status"] for true in truth.orders}
            assert {"FILLED", "CANCELED", "REPLACED", "REJECTED", "EXPIRED"} <= seen

    run(main())
