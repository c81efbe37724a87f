"""Waiting between attempts."""

from itertools import islice
from random import Random

import pytest

import tickfold as tf


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
    [{"initial": -1}, {"initial": 9, "maximum": 1}, {"factor": 0.5}, {"jitter": 2}, {"attempts": 0}],
)
def test_wrong_arguments(arguments):
    with pytest.raises(tf.ConfigError, match="give"):
        tf.Backoff(**arguments)
