"""What follows the end of a connection: refusals that pass, refusals that do not, waits; over real sockets."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import tickfold as tf
from support_live import run, until
from tickfold.sim import AlpacaMarketData, IbkrGateway

QUICK = tf.Backoff(initial=0.01, maximum=0.05)


def alpaca(venue: AlpacaMarketData, **options: Any) -> tf.alpaca.MarketData:
    wanted = {"url": venue.url, "key": "SIMKEY", "secret": "SIMSECRET", "quotes": ["*"]}
    return tf.alpaca.MarketData(**{**wanted, **options})


def ibkr(venue: IbkrGateway, **options: Any) -> tf.ibkr.WebApi:
    return tf.ibkr.WebApi(**{"url": venue.url, "orders": True, "session": venue.session_id, **options})


def states(engine: tf.Engine) -> list[tuple[str, bool, str]]:
    """What the engine says of its streams: label, connected, why."""
    told: list[tuple[str, bool, str]] = []
    labels = [stats.label for stats in engine.stats]

    def note(state: tf.SessionState) -> None:
        if state.topic in labels and state.connected is not None:
            told.append((state.topic, state.connected, state.text or ""))

    engine.on(tf.SessionState, note)
    return told


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_at_night_passes_and_credentials_are_asked_anew(status):
    async def main():
        async with IbkrGateway() as gateway, AlpacaMarketData() as stocks:
            asked = []

            def session() -> str:
                asked.append(len(asked))
                return gateway.session_id

            engine = tf.Engine(ibkr(gateway, session=session), alpaca(stocks), reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                gateway.faults.refuse_upgrade = status
                gateway.drop()
                await until(lambda: str(status) in (engine.stats[0].last_error or ""))
                assert engine.stats[0].state == "backoff"
                gateway.faults.refuse_upgrade = None
                await until(lambda: engine.stats[0].ready, 10.0)
                assert engine.stats[1].drops == 0
            assert len(asked) >= 3

    run(main(), 30)


def test_a_refusal_in_the_venue_s_own_words_passes():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            async with engine:
                await engine.wait_ready()
                venue.faults.refuse_auth = True
                venue.drop()
                await until(lambda: "402" in (engine.stats[0].last_error or ""))
                venue.faults.refuse_auth = False
                await until(lambda: engine.stats[0].ready, 10.0)

    run(main(), 30)


@pytest.mark.parametrize("policy", [None, "continue", "stop"])
def test_a_stream_that_is_given_up(policy):
    """After it was ready: only "stop" ends the other one."""

    async def main():
        async with AlpacaMarketData() as stocks, IbkrGateway() as gateway:
            backoff = tf.Backoff(initial=0.01, maximum=0.05, refusals=1)
            engine = tf.Engine(ibkr(gateway), alpaca(stocks), reconnect=backoff, on_stream_error=policy)
            told = states(engine)
            async with asyncio.timeout(15):
                if policy == "stop":
                    with pytest.raises(tf.AuthError):
                        async with engine:
                            await refuse(engine, gateway)
                            await engine.wait()
                else:
                    async with engine:
                        await refuse(engine, gateway)
                        await until(lambda: engine.stats[0].state == "failed", 10.0)
                        with pytest.raises(tf.AuthError):
                            await engine.wait_ready()
                        assert engine.stats[1].ready
                        assert len(stocks.connections) == 1
            assert engine.stats[0].attempts == 3
            label, connected, why = [line for line in told if line[0] == "ibkr"][-1]
            assert (label, connected) == ("ibkr", False)
            assert why.startswith("given up: ")
            assert "401" in why

    async def refuse(engine: tf.Engine, gateway: IbkrGateway) -> None:
        await engine.wait_ready()
        gateway.faults.refuse_upgrade = 401
        gateway.drop()

    run(main(), 30)


def test_a_mistake_at_the_start_ends_the_others_unless_told_otherwise():
    async def main():
        async with AlpacaMarketData() as stocks, IbkrGateway() as gateway:
            stocks.faults.refuse_auth = True
            with pytest.raises(tf.AuthError):
                async with tf.Engine(alpaca(stocks), ibkr(gateway)) as engine:
                    await engine.wait()
            async with tf.Engine(alpaca(stocks), ibkr(gateway), on_stream_error="continue") as engine:
                await until(lambda: engine.stats[0].state == "failed" and engine.stats[1].ready)
                with pytest.raises(tf.AuthError):
                    await engine.wait_ready()

    run(main())


def test_the_last_stream_that_is_given_up_ends_the_engine():
    async def main():
        async with AlpacaMarketData() as one, AlpacaMarketData() as two:
            one.faults.refuse_auth = two.faults.refuse_auth = True
            streams = alpaca(one, label="one"), alpaca(two, label="two")
            with pytest.raises(tf.AuthError):
                async with tf.Engine(*streams, on_stream_error="continue"):
                    await asyncio.sleep(60)  # cancelled: nothing is left to run for

    run(main())


@pytest.mark.parametrize(("status", "final"), [(404, True), (400, True), (408, False), (429, False), (503, False)])
def test_a_first_attempt_that_is_answered_with_an_error(status, final):
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_upgrade = status
            engine = tf.Engine(alpaca(venue), reconnect=tf.Backoff(initial=0.01, attempts=2, jitter=0.0))
            async with engine:
                if status == 429:  # nobody waits for it here
                    await until(lambda: engine.stats[0].retry_in is not None)
                    assert engine.stats[0].retry_in == 30.0
                else:
                    with pytest.raises(tf.HandshakeError, match=str(status)):
                        await engine.wait()
            assert engine.stats[0].attempts == (1 if final or status == 429 else 2)

    run(main())



def test_attempts_run_out_though_each_connection_became_ready():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=tf.Backoff(initial=0.01, attempts=3))
            engine.on(tf.SessionState, when_ready(lambda: asyncio.get_running_loop().call_soon(venue.close, 1000, "")))
            with pytest.raises(tf.ConnectError, match="no attempt is left"):
                async with engine:
                    await engine.wait()
            assert venue.accepted == engine.stats[0].connects == 3

    run(main())


def when_ready(call: Callable[[], object]) -> Callable[[tf.SessionState], None]:
    def told(state: tf.SessionState) -> None:
        if state.connected:
            call()

    return told


def test_a_venue_s_limit_of_connections_has_a_cool_down():
    async def main():
        async with (
            AlpacaMarketData(connection_limit=0) as venue,
            tf.Engine(alpaca(venue), reconnect=QUICK) as engine,
        ):
            await until(lambda: engine.stats[0].retry_in is not None)
            assert engine.stats[0].retry_in == 10.0
            assert "406" in (engine.stats[0].last_error or "")

    run(main())


def test_wrong_arguments():
    with pytest.raises(tf.ConfigError, match="on_stream_error"):
        tf.Engine(tf.ibkr.WebApi(orders=True), on_stream_error="ignore")  # type: ignore[arg-type]
