"""What a slow callback leaves unread; over real sockets, the venue in a thread of its own."""

import time

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.net.lag import unread
from tickfold.sim.certificate import self_signed


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("encrypted", [False, True])
def test_bytes_wait_in_the_kernel_while_a_callback_runs(loop, encrypted, faulty_venue, tmp_path):
    certificate = self_signed(tmp_path) if encrypted else None
    running = faulty_venue("alpaca.data", rate=2_000.0, tls=certificate.server_context() if certificate else None)
    stream = tf.alpaca.MarketData(
        url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"],
        fingerprint=certificate.fingerprint if certificate else None,
    )  # fmt: skip
    engine = tf.Engine(stream, slow_after=None)
    waited: list[int] = []

    @engine.on(tf.Quote)
    def slow(quote: tf.Quote) -> None:
        end = time.monotonic() + 5.0
        while not waited and time.monotonic() < end:
            time.sleep(0.01)
            if engine.stats[0].unread:
                waited.append(engine.stats[0].unread)

    async def main() -> None:
        async with engine:
            await until(lambda: bool(waited), 10.0)
            assert engine.stats[0].drops == 0
        assert engine.stats[0].unread == 0

    run(main(), loop=loop)


def test_without_a_connection_nothing_waits():
    assert unread(None) == 0
