"""Each loss of a stream is told once, and by one Gap that holds it: on real sockets, event by event."""

import asyncio
import time
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

import tickfold as tf
from continuity import Continuity
from support_live import LOOPS, alpaca, run, until
from tickfold.net.stream import Opening
from tickfold.sim import AlpacaMarketData, VegaNode

QUICK = tf.Backoff(initial=0.01, maximum=0.05)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loss_has_no_gap_before_the_stream_is_ready_again(loop):
    """What a soak must wait for: a venue that is silent, as one that works hard is, was lost and has no Gap yet."""

    async def main():
        async with AlpacaMarketData() as venue:
            stream = alpaca(venue.url, liveness=tf.Liveness(ping_after=0.05, dead_after=0.2), ready_timeout=1.0)
            engine = tf.Engine(stream, reconnect=QUICK)
            told = Continuity(engine)
            async with engine:
                await engine.wait_ready()
                assert told.wrong(engine.stats) == []
                venue.faults.silent = True
                await until(lambda: engine.stats[0].attempts == 3)  # none but the first became ready
                assert told.words(stream.label) == ["ready", "lost"]
                assert "silent for" in told.wrong(engine.stats)[0]
                venue.faults.silent = False
                await until(lambda: engine.ready)
                assert told.words(stream.label) == ["ready", "lost", "ready", "gap"]
                assert told.wrong(engine.stats) == []

    run(main(), loop=loop)


class Torn(tf.alpaca.MarketData):
    """Its second and third connections fail with the very message that makes them ready."""

    opened = 0

    async def open(self, *, again: bool) -> Opening:
        type(self).opened += 1
        opening = await super().open(again=again)
        dialogue, record = opening.dialogue, opening.dialogue.record

        def torn(one: Any, now: float) -> Any:
            said = record(one, now)
            if dialogue.ready:
                raise tf.ConnectError("torn")
            return said

        if type(self).opened in (2, 3):
            dialogue.record = torn  # type: ignore[method-assign]
        return opening


def test_a_connection_that_fails_as_it_becomes_ready_is_no_loss_of_its_own():
    async def main():
        async with AlpacaMarketData() as venue:
            Torn.opened = 0
            stream = Torn(url=venue.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"])
            engine = tf.Engine(stream, reconnect=QUICK)
            told = Continuity(engine)
            gaps: list[int | None] = []
            engine.on(tf.Gap, lambda gap: gaps.append(gap.ts_from))
            async with engine:
                await engine.wait_ready()
                venue.drop()
                await until(lambda: engine.stats[0].attempts > 1)
                lost = time.time_ns()
                await until(lambda: engine.stats[0].connects == 2)
                assert engine.stats[0].attempts == 4
                assert told.words(stream.label) == ["ready", "lost", "ready", "gap"]
                assert told.wrong(engine.stats) == []
                assert engine.stats[0].drops == 1
                assert gaps[0] is not None
                assert gaps[0] < lost, "it begins with the first loss"

    run(main())


@pytest.mark.parametrize("loop", LOOPS)
def test_a_gap_begins_with_what_was_whole(loop):
    """Half a message, that is never to be whole, is no word of the venue's."""
    torn = asyncio.Event()
    began: list[int] = []

    async def server(ws: ServerConnection) -> None:
        await ws.send('[{"T":"success","msg":"connected"}]')
        await ws.recv()
        await ws.send('[{"T":"success","msg":"authenticated"}]')
        await ws.recv()
        await ws.send('[{"T":"subscription","quotes":["AAPL"]}]')
        await ws.send('[{"T":"q","S":"AAPL","bp":1.5}]')
        if began:
            await ws.wait_closed()
            return
        await torn.wait()
        began.append(time.time_ns())
        ws.transport.write(b'\x81\x7e\x01\x00[{"T":"q","S":"AAPL"')  # of 256 bytes
        await until(lambda: engine.stats[0].last_message > began[0])
        ws.transport.abort()

    async def main():
        nonlocal engine
        async with serve(server, "127.0.0.1", 0, compression=None) as serving:
            url = f"ws://127.0.0.1:{serving.sockets[0].getsockname()[1]}/v2/iex"
            engine = tf.Engine(alpaca(url, quotes=["AAPL"]), reconnect=QUICK)
            gaps: list[int | None] = []
            quotes: list[int] = []
            engine.on(tf.Gap, lambda gap: gaps.append(gap.ts_from))
            engine.on(tf.Quote, lambda quote: quotes.append(quote.ts_recv))
            async with engine:
                await until(lambda: quotes)
                torn.set()
                await until(lambda: gaps)
            assert gaps == [quotes[0]]
            assert quotes[0] < began[0]

    engine: Any = None
    run(main(), loop=loop)


@pytest.mark.parametrize("how", ["stop", "cancel"])
def test_an_engine_that_is_started_again_tells_what_it_missed(how):
    async def main():
        async with VegaNode(seed=15, order_share=0.0) as venue:
            markets = [instrument.symbol for instrument in venue.instruments]
            stream = tf.vega.Stream("markets/depth/updates", url=venue.url, market_ids=markets)
            engine = tf.Engine(stream, reconnect=QUICK)
            told = Continuity(engine)
            filled: list[tf.Gap] = []

            @engine.on_gap
            async def fill(gap: tf.Gap) -> None:
                if gap.reason == "reconnected":
                    filled.append(gap)

            await engine.start()
            await engine.wait_ready()
            await venue.play(200)
            await until(lambda: len(engine.books) == len(markets))
            if how == "stop":
                await engine.stop()
            else:
                closing = asyncio.ensure_future(engine.close())
                await asyncio.sleep(0)
                closing.cancel()
                await asyncio.wait((closing,))
            stopped = time.time_ns()
            before = {book.symbol: (list(book.bids), list(book.asks)) for book in engine.books}
            assert told.words(stream.label) == ["ready"], "nothing is told from stop() on"
            await engine.start()
            assert all(book.broken for book in engine.books)
            await engine.wait_ready()
            assert told.words(stream.label) == ["ready", "lost", "ready", "gap"]
            assert told.wrong(engine.stats) == []
            assert engine.stats[0].drops == 0
            assert filled[0].ts_from is not None
            assert filled[0].ts_from < stopped
            await venue.wait_subscribed()
            await venue.play(200)
            await until(lambda: engine.stats[0].messages > 300)
            assert {book.symbol: (list(book.bids), list(book.asks)) for book in engine.books} == before
            await engine.stop()

    run(main())


def test_all_streams_are_ready_at_once_or_not_at_all():
    """The first is lost again before the second becomes ready."""

    async def main():
        async with AlpacaMarketData() as first, AlpacaMarketData() as second:
            second.faults.refuse_upgrade = 503
            engine = tf.Engine(alpaca(first.url, label="1"), alpaca(second.url, label="2"), reconnect=QUICK)
            async with engine:
                waiting = asyncio.create_task(engine.wait_ready())
                await until(lambda: engine.stats[0].ready)
                first.faults.refuse_upgrade = 503
                first.drop()
                await until(lambda: not engine.stats[0].ready)
                second.faults.refuse_upgrade = None
                await until(lambda: engine.stats[1].ready)
                await asyncio.sleep(0.05)
                assert not waiting.done()
                first.faults.refuse_upgrade = None
                await waiting
                assert engine.ready

    run(main())
