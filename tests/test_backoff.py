"""Waiting between attempts."""

from itertools import islice
from random import Random

import pytest

import tickfold as tf
from tickfold.net.backoff import ATTEMPTS_A_MINUTE, Pace


def test_waits_grow_to_the_maximum():
    backoff = tf.Backoff(initial=1.0, maximum=5.0, factor=2.0, jitter=0.0)
    assert list(islice(backoff.waits(), 5)) == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_jitter_only_shortens():
    backoff = tf.Backoff(initial=1.0, maximum=64.0, factor=2.0, jitter=0.25)
    waits = list(islice(backoff.waits(Random(1)), 6))
    for wait, most in zip(waits, [1, 2, 4, 8, 16, 32], strict=True):
        assert 0.75 * most <= wait <= most
    assert len({wait / most for wait, most in zip(waits, [1, 2, 4, 8, 16, 32], strict=True)}) > 1


@pytest.mark.parametrize(("attempts", "waits"), [(1, 0), (3, 2)])
def test_attempts_are_counted(attempts, waits):
    assert len(list(tf.Backoff(attempts=attempts).waits())) == waits


@pytest.mark.parametrize(
    "arguments",
    [
        {"initial": -1}, {"initial": 9, "maximum": 1}, {"factor": 0.5}, {"jitter": 2}, {"attempts": 0},
        {"refusals": 0}, {"healthy_after": -1},
    ],
)
def test_wrong_arguments(arguments):
    with pytest.raises(tf.ConfigError, match="give"):
        tf.Backoff(**arguments)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def pace(clock: Clock, **options: float) -> Pace:
    return Pace(tf.Backoff(**{"jitter": 0.0, **options}), clock=clock)  # type: ignore[arg-type]


def ended(
    paced: Pace, ready_for: float | None = None, refused: bool = False, wait: float | None = None
) -> float | None:
    return paced.after(ready_for=ready_for, refused=refused, retry_after=wait)


def test_only_health_begins_the_waits_anew():
    paced = pace(Clock(), initial=1.0, healthy_after=30.0)
    assert [ended(paced, 0.1) for _ in range(4)] == [1.0, 2.0, 4.0, 8.0]
    assert ended(paced, 29.9) == 16.0
    assert ended(paced, 30.0) == 1.0
    assert ended(paced, None) == 2.0


def test_attempts_in_a_row_run_out_though_each_became_ready():
    paced = pace(Clock(), attempts=3)
    assert [ended(paced, 0.1) is None for _ in range(3)] == [False, False, True]
    paced.restart()
    assert [ended(paced, 60.0) is None for _ in range(5)] == [False] * 5


def test_refusals_wait_long_and_run_out():
    paced = pace(Clock(), initial=0.0, maximum=0.0, refusals=12)
    waits = [ended(paced, refused=True) for _ in range(13)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0, 300.0, None]


def test_refusals_are_counted_in_a_row():
    paced = pace(Clock(), refusals=1)
    for _ in range(3):
        assert ended(paced, refused=True) is not None
        assert ended(paced, refused=False) is not None


def test_what_the_venue_asks_is_not_shortened():
    paced = Pace(tf.Backoff(jitter=1.0, maximum=1.0), clock=Clock())
    assert [ended(paced, wait=40.0) for _ in range(3)] == [40.0] * 3


def test_no_setting_exceeds_the_attempts_of_a_minute():
    clock = Clock()
    paced = pace(clock, initial=0.0, maximum=0.0)
    began = []
    for _ in range(200):
        clock.now += paced.due()
        paced.begin()
        began.append(clock.now)
        clock.now += ended(paced, 0.0) or 0.0
    for first, later in zip(began, began[ATTEMPTS_A_MINUTE:], strict=False):
        assert later - first >= 60.0


def test_an_engine_that_is_started_again_does_not_exceed_them_either():
    paced = pace(Clock())
    for _ in range(ATTEMPTS_A_MINUTE):
        assert paced.due() == 0.0
        paced.begin()
        paced.restart()
    assert paced.due() == 60.0


def test_no_reconnecting():
    assert Pace(None).after(ready_for=None, refused=False, retry_after=None) is None
