"""Callbacks that do anything, for a while; run fuzz_reentry.py itself under the sanitizers (run_asan.py)."""

from fuzz_reentry import run


def test_callbacks_that_do_anything() -> None:
    worlds, calls = run("test", lambda worlds: worlds < 20)
    assert worlds == 20
    assert calls > 20 * 100
