"""The states of a stream: which follow which, and how each change is told."""

import asyncio
import re
from pathlib import Path

import pytest

import tickfold as tf
from support_live import run, until
from tickfold.cli import VENUES
from tickfold.demo_streams import STREAMS
from tickfold.net import states
from tickfold.net.states import FOLLOWS, Standing
from tickfold.net.stats import StreamStats
from tickfold.sim import AlpacaMarketData, simulated

S = tf.StreamState
QUICK = tf.Backoff(initial=0.01, maximum=0.05)


def alpaca(venue: AlpacaMarketData, **options: object) -> tf.alpaca.MarketData:
    wanted = {"url": venue.url, "key": "SIMKEY", "secret": "SIMSECRET", "quotes": ["*"]}
    return tf.alpaca.MarketData(**{**wanted, **options})


def told(engine: tf.Engine) -> list[tuple[tf.StreamState, bool | None, str]]:
    """Changes of state: the state, connected, why."""
    heard: list[tuple[tf.StreamState, bool | None, str]] = []

    @engine.on(tf.SessionState, changed=["state"])
    def note(state: tf.SessionState) -> None:
        assert state.topic == engine.stats[0].label
        assert state.text
        assert state.state is not None
        heard.append((state.state, state.connected, state.text))

    return heard


def test_the_table_at_the_head_is_the_one_that_is_used():
    head, *lines = (states.__doc__ or "").partition("\n\n")[2].partition("\n\n")[0].splitlines()
    column = head.index("what may follow")
    found: dict[tf.StreamState, set[tf.StreamState]] = {}
    for line in lines:
        if line[4] != " ":
            name = line.split()[0]
            found[S.NONE if name == "idle" else S[name.upper()]] = row = set()
        row |= {S[word.upper()] for word in re.findall(r"\w+", line[column:])}
    assert found == FOLLOWS
    assert set(FOLLOWS) == set(S)


def test_a_change_that_is_not_foreseen_is_logged_and_made(caplog):
    heard = []
    standing = Standing(StreamStats("one"), lambda *words: heard.append(words))
    standing.go(S.LIVE, "at once", True, 7)
    assert [record.message for record in caplog.records] == ["one: LIVE follows NONE, which is not foreseen: at once"]
    assert (standing.state, standing.connected) == (S.LIVE, True)
    assert heard == [(True, "at once", 7, S.LIVE)]
    caplog.clear()


def test_each_change_is_told_and_connected_twice_only():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            heard = told(engine)
            connected: list[bool | None] = []
            engine.on(tf.SessionState, lambda state: connected.append(state.connected), changed=["connected"])
            async with engine:
                assert not engine.ready
                await engine.wait_ready()
                assert engine.ready
                venue.drop()
                await until(lambda: engine.stats[0].connects == 2)
                assert engine.ready
                before = len(heard)
            assert len(heard) == before, "nothing is told from stop() on"
            assert not engine.ready
            assert engine.stats[0].state == "closed"
            cycle = [S.CONNECTING, S.AUTHENTICATING, S.SUBSCRIBING, S.LIVE]
            assert [state for state, _, _ in heard] == [*cycle, S.CLOSING, S.BACKOFF, *cycle]
            assert [(state, said) for state, said, _ in heard if said is not None] == [
                (S.LIVE, True), (S.CLOSING, False), (S.LIVE, True),
            ]  # fmt: skip
            assert connected == [True, False, True]
            assert heard[0][2] == "attempt 1"
            assert heard[4][2] == "closed without a Close frame"
            assert re.fullmatch(r"closed without a Close frame; next attempt in 0\.\d s", heard[5][2])

    run(main())


@pytest.mark.parametrize("name", VENUES)
def test_all_streams_begin_alike(name):
    async def main():
        async with simulated(name)() as venue:
            engine = tf.Engine(*STREAMS[name](venue.url))
            heard: dict[str, list[tf.StreamState]] = {stats.label: [] for stats in engine.stats}
            engine.on(tf.SessionState, lambda state: heard[state.topic].append(state.state), changed=["state"])
            async with engine:
                await engine.wait_ready()
            for begun in heard.values():
                begun = [state for state in begun if state is not S.SNAPSHOT]  # until the first list of orders is in
                assert begun in (
                    [S.CONNECTING, S.AUTHENTICATING, S.SUBSCRIBING, S.LIVE],
                    [S.CONNECTING, S.SUBSCRIBING, S.LIVE],  # the login is part of the upgrade, or there is none
                )

    run(main())


def test_a_gap_that_is_being_filled_is_a_snapshot():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            heard = told(engine)
            filled = asyncio.Event()

            @engine.on_gap
            async def fill(_: tf.Gap) -> None:
                await filled.wait()

            async with engine:
                await engine.wait_ready()
                venue.drop()
                await until(lambda: engine.stats[0].state == "snapshot")
                assert heard[-1] == (S.SNAPSHOT, True, "ready but for its gap")
                assert not engine.ready
                filled.set()
                await engine.wait_ready()
                assert heard[-1] == (S.LIVE, None, "ready: nobody fills its gap any more")

    run(main())


def test_a_refused_login_is_closing_then_failed():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_auth = True
            engine = tf.Engine(alpaca(venue), on_stream_error="continue")
            heard = told(engine)
            with pytest.raises(tf.AuthError):
                async with engine:
                    await engine.wait()
            assert [(state, connected) for state, connected, _ in heard] == [
                (S.CONNECTING, None), (S.AUTHENTICATING, None), (S.CLOSING, None), (S.FAILED, False),
            ]  # fmt: skip
            assert heard[-1][2] == f"given up: {heard[-2][2]}"
            assert engine.stats[0].state == "failed"

    run(main())


def test_an_error_within_a_message_closes_behind_its_record():
    """The venue's Error first, then what comes of it."""

    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            order: list[object] = []
            engine.on(tf.Error, lambda error: order.append(error.code))
            engine.on(tf.SessionState, lambda state: order.append(state.state), changed=["state"])
            async with engine:
                await engine.wait_ready()
                for connection in venue.connections:
                    connection.send(b'[{"T":"error","code":407,"msg":"slow client"}]')
                await until(lambda: S.BACKOFF in order)
            assert order[4:7] == [407, S.CLOSING, S.BACKOFF]

    run(main())


def test_closed_by_the_venue_where_nothing_follows():
    async def main():
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=None)
            heard = told(engine)
            async with engine:
                await engine.wait_ready()
                venue.close(1001)
                await engine.wait()
            assert heard[-2:] == [(S.CLOSING, False, "closed with 1001"), (S.CLOSED, None, "closed with 1001")]

    run(main())


def test_a_callback_of_any_state_may_end_the_engine():
    async def main():
        async with AlpacaMarketData() as venue:
            for wanted in (S.CONNECTING, S.AUTHENTICATING, S.SUBSCRIBING, S.LIVE, S.CLOSING, S.BACKOFF):
                engine = tf.Engine(alpaca(venue), reconnect=QUICK)

                @engine.on(tf.SessionState)
                def broken(state: tf.SessionState, wanted: tf.StreamState = wanted) -> None:
                    if state.state is S.LIVE:
                        asyncio.get_running_loop().call_soon(venue.drop)
                    if state.state is wanted:
                        raise ZeroDivisionError(wanted.name)

                with pytest.raises(tf.CallbackError, match=wanted.name):
                    async with engine:
                        await engine.wait()
                await until(lambda: not venue.connections)

    run(main())


def test_states_are_in_the_journal(tmp_path: Path):
    async def main() -> list[object]:
        async with AlpacaMarketData() as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK, journal=tmp_path / "day.tfj")
            heard = told(engine)
            async with engine:
                await engine.wait_ready()
                venue.drop()
                await until(lambda: engine.stats[0].connects == 2)
            return heard

    heard = run(main())
    replay = tf.replay(tmp_path / "day.tfj")
    again: list[object] = []
    replay.on(
        tf.SessionState, lambda state: again.append((state.state, state.connected, state.text)), changed=["state"]
    )
    replay.run()
    assert again == heard
