"""The simulated stream of trading updates, spoken to by an independent client that folds it by hand."""

import asyncio
import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from support_live import run, until
from tickfold.net.msgpack import pack, unpack
from tickfold.sim import AlpacaTrading
from tickfold.sim.alpaca.orders import CANONICAL

AUTHENTICATE = {"action": "authenticate", "data": {"key_id": "SIMKEY", "secret_key": "SIMSECRET"}}
SHORT = {"action": "auth", "key": "SIMKEY", "secret": "SIMSECRET"}
LISTEN = {"action": "listen", "data": {"streams": ["trade_updates", "nothing"]}}
LISTENING = {"stream": "listening", "data": {"streams": ["trade_updates"]}}
MSGPACK = {"Content-Type": "application/msgpack"}


async def told(client: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        data = await client.recv()
    if isinstance(data, bytes) and data[0] != 0x7B:
        return unpack(data)
    return json.loads(data)


async def say(client: ClientConnection, message: dict[str, Any], msgpack: bool = False) -> dict[str, Any]:
    await client.send(pack(message) if msgpack else json.dumps(message))
    return await told(client)


@pytest.mark.parametrize("form", [AUTHENTICATE, SHORT])
@pytest.mark.parametrize("encoding", ["text", "binary", "msgpack"])
def test_dialogue(form, encoding):
    async def main():
        packs = encoding == "msgpack"
        async with (
            AlpacaTrading(paper=encoding == "binary", rate=None) as venue,
            connect(venue.url, additional_headers=MSGPACK if packs else {}) as client,
        ):
            answer = await say(client, form, packs)
            assert answer == {"stream": "authorization", "data": {"status": "authorized", "action": "authenticate"}}
            again = await say(client, form, packs)
            assert again["data"] == {"error": "your connection is already authenticated"}
            assert await say(client, LISTEN, packs) == LISTENING
            assert venue.subscribed
            await venue.play(5)
            async with asyncio.timeout(5):
                data = await client.recv()
            assert isinstance(data, str if encoding == "text" else bytes)
            message = unpack(data) if packs else json.loads(data)
            assert message["stream"] == "trade_updates"
            assert message["data"]["order"]["qty"] is None or Decimal(message["data"]["order"]["qty"])
            await client.send(pack({"action": "listen", "data": {"streams": []}}) if packs else json.dumps(
                {"action": "listen", "data": {"streams": []}}))  # fmt: skip
            await until(lambda: not venue.subscribed)

    run(main())


def test_refusals():
    async def main():
        async with AlpacaTrading() as venue:
            async with connect(venue.url) as client:
                answer = await say(client, LISTEN)
                assert answer["data"] == {"status": "unauthorized", "action": "listen"}
                answer = await say(client, {**AUTHENTICATE, "data": {"key_id": "x"}})
                assert answer["data"] == {"status": "unauthorized", "action": "authenticate"}
                with pytest.raises(websockets.ConnectionClosed):
                    await client.recv()
            venue.faults.refuse_auth = True
            async with connect(venue.url) as client:
                assert (await say(client, AUTHENTICATE))["data"]["status"] == "unauthorized"
            async with connect(venue.url) as client:
                await client.send("nonsense")
                assert (await told(client))["data"]["status"] == "unauthorized"

    run(main())


def newer(order: dict[str, Any], held: dict[str, Any] | None, event: str) -> bool:
    """Whether an order's state replaces the one that is held, by time: every state has its own."""
    return held is None or order["updated_at"].ljust(40, "0") > held["updated_at"].ljust(40, "0")


@pytest.mark.parametrize("disorder", [False, True])
def test_orders_fold_to_the_truth(disorder):
    async def main():
        async with AlpacaTrading(rate=None, seed=4, disorder=disorder) as venue, connect(venue.url) as client:
            await say(client, AUTHENTICATE)
            await say(client, LISTEN)
            await venue.play(6_000)
            for message in venue.words.remaining():
                venue._publish(message)
            orders: dict[str, dict[str, Any]] = {}
            events: Counter[str] = Counter()
            executions: Counter[str] = Counter()
            for _ in range(venue.truth().sent["orders"]):
                data = (await told(client))["data"]
                events[data["event"]] += 1
                if data["event"] in ("fill", "partial_fill"):
                    executions[data["execution_id"]] += 1
                order = data["order"]
                order.setdefault("status", None)
                order["updated_at"] = order["updated_at"].replace("Z", "")
                if newer(order, orders.get(order["id"]), data["event"]):
                    orders[order["id"]] = order
            truth = venue.truth()
            assert len(orders) == len(truth.orders) > 500
            for true in truth.orders:
                order = orders[true["order_id"]]
                assert order["status"] == true["status_text"]
                assert true["status_text"] is None or CANONICAL[true["status_text"]] == true["status"]
                for key, name in (("qty", "qty"), ("filled_qty", "filled_qty"), ("filled_avg_price", "avg_price"),
                                  ("limit_price", "limit_price"), ("notional", "notional")):  # fmt: skip
                    found = None if order[key] is None else Decimal(str(order[key]))
                    assert found == (None if true[name] is None else Decimal(true[name]))
                assert (order["replaces"], order["replaced_by"]) == (true["replaces"], true["replaced_by"])
            assert executions.keys() == {fill["exec_id"] for fill in truth.fills}
            assert (max(executions.values()) > 1) == disorder
            wanted = {"new", "fill", "partial_fill", "canceled", "expired", "replaced", "rejected", "pending_new",
                      "pending_cancel", "pending_replace", "trade_bust", "trade_correct", "order_cancel_rejected",
                      "order_replace_rejected", "suspended", "stopped", "restated", "held", "accepted", "calculated",
                      "done_for_day", "pending_review"}  # fmt: skip
            assert wanted <= events.keys()
            replaced = {true["order_id"]: true for true in truth.orders}
            for true in truth.orders:
                if true["replaced_by"] is not None and true["replaced_by"] in replaced:
                    assert replaced[true["replaced_by"]]["replaces"] == true["order_id"]

    run(main())
