"""tickfold.testing: scripts of faults, the pytest plugin, and each script of tests/faults against one venue.

`make faults` runs every script against every venue.
"""

import asyncio
import time

import pytest

import tickfold as tf
from fault_matrix import ATTEMPTS, CLOCKS, PAGE, SCRIPTS, Cell, applies, run, verdict
from support_live import run as run_main
from support_live import until
from tickfold.cli import VENUES
from tickfold.demo_streams import STREAMS
from tickfold.sim import AlpacaMarketData, AlpacaTrading
from tickfold.testing import Script
from tickfold.testing import script as script_module
from tickfold.testing.plugin import Running
from tickfold.testing.script import ACTIONS, Step

QUICK = tf.Backoff(initial=0.01, maximum=0.05)

#: Each script with another venue, so that the suite is short and all venues have their turn.
PAIRS = [
    pytest.param(
        script,
        next(name for name in (*list(VENUES)[number % len(VENUES) :], *VENUES) if applies(script, name)),
        marks=[pytest.mark.compiles] if script in CLOCKS else [],
    )
    for number, script in enumerate(sorted(SCRIPTS))
]


def alpaca(venue: AlpacaTrading) -> tf.alpaca.Trading:
    return tf.alpaca.Trading(url=venue.url, key="SIMKEY", secret="SIMSECRET")


def test_a_script_is_read():
    script = Script.parse(
        """
        # At night.
        # And more of it.
        at 0.5 refuse 401     # all upgrades
        at 0.5 drop
        at 2   accept
        """,
        "night",
    )
    assert (script.name, script.about, script.seconds) == ("night", "At night.", 2.0)
    assert script.steps == (Step(0.5, "refuse", "401"), Step(0.5, "drop"), Step(2.0, "accept"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no fault is in it"),
        ("# nothing", "no fault is in it"),
        ("drop", "line 1: begin with when"),
        ("at", "line 1: begin with when"),
        ("at noon drop", "line 1: begin with when"),
        ("at -1 drop", "line 1: begin with when"),
        ("at nan drop", "line 1: begin with when"),
        ("at 1", "'' is no fault"),
        ("at 1 explode", "'explode' is no fault; there are mute, "),
        ("at 1 drop\nat 0.5 drop", "line 2: 0.5 s is before"),
        ("at 1 refuse", "line 1: refuse"),
        ("at 1 refuse 200", "line 1: refuse 200"),
        ("at 1 close", "line 1: close"),
        ("at 1 close 99", "line 1: close 99"),
        ("at 1 flood 0", "line 1: flood 0"),
        ("at 1 flood many", "line 1: flood many"),
        ("at 1 drop all", "line 1: drop all"),
        ("at 1 mute half", "line 1: mute half"),
        ("at 1 certificate", "line 1: certificate"),
        ("at 1 clock 3600", "line 1: clock 3600"),
    ],
)
def test_a_line_that_cannot_be_read(text, words):
    with pytest.raises(tf.ConfigError, match=words):
        Script.parse(text)


def test_every_fault_is_explained_and_has_a_script():
    explained = script_module.__doc__ or ""
    for word in ACTIONS:
        assert f"\n    {word} " in explained
        assert any(step.word == word for script in SCRIPTS.values() for step in script.steps)
    for script in SCRIPTS.values():
        assert script.about


def test_every_script_and_venue_is_on_the_page_and_none_is_wrong():
    page = PAGE.read_text()
    for script in SCRIPTS.values():
        assert f"**{script.name}**: {script.about} |" in page
    assert f"| {' | '.join(VENUES)} |" in page
    assert "| WRONG" not in page


@pytest.mark.parametrize(("script", "venue"), PAIRS)
def test_what_comes_of_a_fault(script, venue):
    assert run(venue, SCRIPTS[script]).wrong == []


@pytest.mark.parametrize(
    ("cell", "script", "words"),
    [
        (Cell(losses=1, told=0, gaps=1, attempts=2), "lost", "1 losses, 0 told, 1 gaps"),
        (Cell(losses=1, told=1, gaps=2, attempts=2), "lost", "1 losses, 1 told, 2 gaps"),
        (Cell(losses=1, told=1, gaps=1, attempts=ATTEMPTS + 1), "lost", "13 attempts"),
        (Cell(attempts=2), "lost", "0 losses by lost"),
        (Cell(losses=1, told=1, gaps=1, attempts=2), "clock", "1 losses by clock"),
        (Cell(attempts=2), "drip", "2 attempts by drip"),
        (Cell(attempts=1), "mute", "silence was not told"),
        (Cell(attempts=1, jumps=2, stale=1), "clock", "1 × stale by clock"),
        (Cell(attempts=1), "symbol", "silence of 0 symbols was told"),
        (Cell(attempts=1), "clock", "the wall clock jumped 0 times"),
        (Cell(losses=1, told=1, gaps=1, jumps=2, old=3), "forward", "3 fills of after the start are flagged as old"),
    ],
)
def test_the_verdict_can_be_wrong(cell, script, words):
    assert words in verdict(cell, script)


def test_the_verdict_can_be_right():
    assert verdict(Cell(losses=2, told=2, gaps=2, attempts=3), "lost") == []
    assert verdict(Cell(attempts=1, stale=1), "mute") == []


def test_mute_is_no_data_and_pongs():
    async def main():
        async with AlpacaMarketData(seed=1, rate=500.0) as venue:
            stream = tf.alpaca.MarketData(
                url=venue.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"],
                liveness=tf.Liveness(ping_after=0.05, dead_after=0.3), data_within=0.3,
            )  # fmt: skip
            async with tf.Engine(stream) as engine:
                await engine.wait_ready()
                playing = asyncio.create_task(venue.play())
                await Script.parse("at 0.1 mute").play(venue)
                await until(lambda: engine.stats[0].state == "stale")
                await Script.parse("at 0 speak").play(venue)
                await until(lambda: engine.stats[0].state == "live")
                assert engine.stats[0].drops == 0
                playing.cancel()

    run_main(main())


def test_a_frame_that_was_cut_is_a_loss_and_no_record():
    async def main():
        async with AlpacaTrading(seed=1) as venue:
            engine = tf.Engine(alpaca(venue), reconnect=QUICK)
            errors: list[str | None] = []
            engine.on(tf.Error, lambda error: errors.append(error.text))
            async with engine:
                await engine.wait_ready()
                octets = engine.stats[0].bytes
                venue.cut()
                await until(lambda: engine.stats[0].connects == 2)
                assert engine.stats[0].bytes > octets
            assert (engine.stats[0].drops, errors) == (1, [])

    run_main(main())


def test_the_fixture_runs_beside_a_plain_test(faulty_venue, tmp_path):
    path = tmp_path / "twice.faults"
    path.write_text("at 0.3 drop\nat 0.5 restart\n")
    running = faulty_venue("alpaca.trading", path, rate=200.0, seed=2)
    engine = tf.Engine(*STREAMS["alpaca.trading"](running.url), reconnect=QUICK)
    slept: list[float] = []

    @engine.on(tf.Order)
    def slow(order: tf.Order) -> None:
        if len(slept) < 3:
            slept.append(0.1)
            time.sleep(0.1)  # the venue does not wait for it

    async def main() -> None:
        async with engine:
            await engine.wait_ready()
            await asyncio.to_thread(running.wait_done)
            await until(lambda: engine.stats[0].connects >= 2 and engine.stats[0].ready)

    run_main(main())
    assert running.venue.accepted >= 2
    assert len(slept) == 3


def test_the_fixture_s_errors(faulty_venue):
    with pytest.raises(FileNotFoundError):
        faulty_venue("alpaca.data", "nowhere.faults")
    with pytest.raises(tf.ConfigError):
        faulty_venue("nasdaq")
    running = faulty_venue("alpaca.data")
    with pytest.raises(OSError, match=str(running.venue.port)):
        faulty_venue("alpaca.data", port=running.venue.port)
    with pytest.raises(TimeoutError):
        faulty_venue("alpaca.data", Script.parse("at 100 drop")).wait_done(0.01)


def test_what_ends_a_script_is_raised_and_a_long_one_says_where_it_is():
    running = Running(AlpacaMarketData(), Script.parse("at 0 mute\nat 60 speak"))
    running.start()
    with pytest.raises(TimeoutError, match=r'alpaca.data: the script takes longer than 0.2 s: after "at 0 mute"'):
        running.wait_done(0.2)
    running.stop()
    running = Running(AlpacaMarketData(), Script.parse("at 0.2 certificate wrong"))
    running.start()
    for again in (running.wait_done, running.stop):
        with pytest.raises(tf.ConfigError, match="the venue has no TLS"):
            again()
