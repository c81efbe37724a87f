"""What sessions tell is in the log: a replay tells the same Lag, SessionState and Gap records, at the same place."""

import asyncio
import time
from pathlib import Path

import pytest

import tickfold as tf
from support_live import run, until
from test_end_to_end import CASES, QUICK
from test_journal import collected

KINDS = {tf.RecordKind.LAG, tf.RecordKind.SESSION_STATE, tf.RecordKind.GAP}
Told = list[tuple[int, bytes]]


def told(found: dict[int, bytes]) -> Told:
    """Seq and bytes of the records of KINDS, in the order in which they were handed on."""
    return [(seq, data) for seq, data in found.items() if data[0] in KINDS]


async def live(case: str, path: Path) -> tuple[dict[int, bytes], set[int]]:
    """An engine whose callback holds it up for a while, and which loses its connections twice: all of its records, and
    the seq of each SessionState that is the venue's word and not the session's own.
    """
    make, streams = CASES[case]
    async with make(seed=5, rate=None) as venue:
        engine = tf.Engine(*streams(venue), reconnect=QUICK, journal=path, slow_after=0.1)
        _, found = collected(engine)
        lags: list[bool | None] = []
        engine.on(tf.Lag, lambda lag: lags.append(lag.behind))
        slept: list[float] = []
        gateways: set[int] = set()
        engine.on(tf.SessionState, lambda state: gateways.add(state.seq) if state.state is None else None)

        @engine.on(tf.Record)
        def hold_up(record: tf.Record) -> None:
            if playing and not slept:
                slept.append(0.4)
                time.sleep(0.4)

        playing = False
        async with engine:
            for lost in range(2):
                await engine.wait_ready()
                await until(lambda: len(venue.connections) == len(streams(venue)) and venue.subscribed)
                playing = True
                await venue.play(300)
                await asyncio.sleep(0.05)
                if not lost:
                    await until(lambda: True in lags and False in lags)
                venue.drop()
                await until(lambda lost=lost: all(stats.drops > lost for stats in engine.stats))
            await engine.wait_ready()
        return found, gateways


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_replay_tells_the_same_of_its_sessions(case, tmp_path):
    path = tmp_path / "day.tfj"
    found, gateways = run(live(case, path), 60, "uvloop")
    replay = tf.replay(path)
    _, again = collected(replay)
    replay.run()
    assert replay.diverged is None
    before, after = told(found), told(again)
    assert {data[0] for _, data in before} == KINDS
    # A gateway's words before it has accepted the login are in no journal.
    recorded = [(seq, data) for seq, data in before if seq not in gateways or seq in again]
    assert after == recorded
    assert len(recorded) == len(before) or case == "ibkr"
