"""One connection: how it is opened, how each way to fail is told, how it lives and how it ends."""

import asyncio
import logging
import socket
import ssl
import time
from typing import Any

import pytest

import tickfold as tf
from support_live import LOOPS, run, until
from tickfold.net.session import Ending, Session
from tickfold.sim import AlpacaMarketData, DeflateSettings, IbkrGateway, SimulatedVenue
from tickfold.sim.certificate import Certificate, self_signed
from tickfold.venues.base import Liveness


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("certificate"))


def session(stream: Any, **options: Any) -> Session:
    """A session whose decoder tells it what the venue says, as the engine does."""
    decoder = tf.decoder(stream.table)
    made = Session(stream, decoder, **options)
    decoder.control = made.record
    return made


def alpaca(venue: AlpacaMarketData | str, **options: Any) -> Any:
    url = venue if isinstance(venue, str) else venue.url
    return tf.alpaca.MarketData(**{"url": url, "key": "SIMKEY", "secret": "SIMSECRET", "quotes": ["*"], **options})


def ibkr(venue: IbkrGateway, **options: Any) -> Any:
    return tf.ibkr.WebApi(**{"url": venue.url, "orders": True, "session": venue.session_id, **options})


async def lives(made: Session, venue: SimulatedVenue) -> Ending:
    """Runs a session until it is ready, then closes it."""
    running = asyncio.create_task(made.run())
    await until(lambda: made.ready or running.done())
    made.close()
    ending = await running
    await until(lambda: not venue.connections)
    return ending


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("auth", ["message", "headers"])
@pytest.mark.parametrize("deflate", [False, True])
def test_alpaca(loop, auth, deflate):
    async def main():
        async with AlpacaMarketData() as venue:
            made = session(alpaca(venue, auth=auth, deflate=deflate))
            assert await lives(made, venue) == Ending(1000, "")
            assert made.ready
            assert made.listener is not None
            assert (made.listener.deflate is not None) == deflate

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("identify", ["cookie", "frame", "oauth1", "oauth2"])
def test_ibkr(loop, identify):
    async def main():
        async with IbkrGateway() as venue:
            token = {"access_token": venue.access_token} if identify.startswith("oauth") else {}
            made = session(ibkr(venue, identify=identify, **token))
            assert (await lives(made, venue)).code == 1000
            assert made.ready

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_pinned_certificate(certificate, loop):
    async def main():
        async with IbkrGateway(tls=certificate.server_context()) as venue:
            await lives(session(ibkr(venue, fingerprint=certificate.fingerprint)), venue)
            assert venue.accepted == 1
            with pytest.raises(tf.TlsError, match="not the pinned one"):
                await session(ibkr(venue, fingerprint="00" * 32)).run()
            assert venue.accepted == 1  # the upgrade, with its cookie, was never sent

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_an_own_context_and_no_silent_default(certificate, loop):
    async def main():
        async with IbkrGateway(tls=certificate.server_context()) as venue:
            context = ssl.create_default_context(cafile=str(certificate.certificate))
            await lives(session(ibkr(venue, ssl=context)), venue)
            with pytest.raises(tf.TlsError, match=r"fingerprint="):
                await session(ibkr(venue)).run()
            assert venue.accepted == 1

    run(main(), loop=loop)


def test_tls_to_a_server_without_it():
    async def main():
        async with IbkrGateway() as venue:
            with pytest.raises(tf.ConnectError):
                await session(ibkr(venue, url=venue.url.replace("ws:", "wss:"), connect_timeout=0.3)).run()

    run(main())


@pytest.mark.parametrize(
    ("status", "error"), [(401, tf.AuthError), (403, tf.AuthError), (404, tf.HandshakeError), (429, tf.HandshakeError)]
)
def test_a_refused_upgrade(status, error):
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.refuse_upgrade = status
            with pytest.raises(error, match=str(status)):
                await session(alpaca(venue)).run()

    run(main())


def test_nobody_there():
    async def main():
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        with pytest.raises(tf.ConnectError, match=str(port)):
            await session(alpaca(f"ws://127.0.0.1:{port}/v2/iex")).run()

    run(main())


@pytest.mark.parametrize("loop", LOOPS)
def test_a_server_that_never_answers_the_upgrade(loop):
    async def main():
        hung = asyncio.Event()
        gone = asyncio.Event()

        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            hung.set()
            await reader.read()
            writer.close()
            gone.set()

        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(tf.ConnectError, match="no upgrade within"):
            await session(alpaca(f"ws://127.0.0.1:{port}/", connect_timeout=0.2)).run()
        assert hung.is_set()
        server.close()
        await asyncio.wait_for(gone.wait(), 5)  # the socket was not left behind

    run(main(), loop=loop)


def test_a_server_that_does_not_speak_websocket():
    async def main():
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(tf.HandshakeError):
            await session(alpaca(f"ws://127.0.0.1:{port}/")).run()
        server.close()

    run(main())


def test_credentials_that_do_not_come():
    async def never():
        await asyncio.sleep(60)

    async def main():
        described = alpaca("ws://127.0.0.1:1/", key=None, secret=None, credentials=never, connect_timeout=0.05)
        with pytest.raises(tf.ConnectError, match="no credentials within"):
            await session(described).run()

    run(main())


@pytest.mark.parametrize("make", [AlpacaMarketData, IbkrGateway])
def test_refused_credentials(make):
    async def main():
        async with make() as venue:
            venue.faults.refuse_auth = True
            describe = alpaca if make is AlpacaMarketData else ibkr
            with pytest.raises(tf.AuthError):
                await session(describe(venue)).run()
            await until(lambda: not venue.connections)

    run(main())


def test_not_ready_in_time():
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.silent = True
            with pytest.raises(tf.ConnectError, match="not ready within"):
                await session(alpaca(venue, ready_timeout=0.1, close_timeout=0.1)).run()

    run(main())


def test_closed_before_it_was_ready():
    async def main():
        async with AlpacaMarketData(connection_limit=0) as venue:
            with pytest.raises(tf.ConnectError, match="406"):
                await session(alpaca(venue)).run()

    run(main())


@pytest.mark.parametrize("pings", [False, True])
def test_a_venue_that_goes_silent(pings):
    async def main():
        async with AlpacaMarketData() as venue:
            liveness = Liveness(ping_after=0.1 if pings else None, dead_after=0.3)
            made = session(alpaca(venue, liveness=liveness))
            running = asyncio.create_task(made.run())
            await until(lambda: made.ready)
            await asyncio.sleep(0.6)
            assert running.done() != pings  # nothing is said, but pongs are life
            venue.faults.silent = True
            with pytest.raises(tf.StaleError, match="silent for"):
                await running

    run(main())


def test_a_loop_that_was_held_up_is_no_silence():
    async def main():
        async with AlpacaMarketData() as venue:
            made = session(alpaca(venue, liveness=Liveness(ping_after=0.1, dead_after=0.4)))
            running = asyncio.create_task(made.run())
            await until(lambda: made.ready)
            for _ in range(3):
                time.sleep(0.6)  # both sides sleep; bytes may wait in the socket when they wake
                await asyncio.sleep(0.15)
                assert not running.done()
            made.close()
            await running

    run(main())


@pytest.mark.parametrize("how", ["close", "drop"])
def test_the_venue_ends_it(how):
    async def main():
        async with AlpacaMarketData() as venue:
            made = session(alpaca(venue))
            running = asyncio.create_task(made.run())
            await until(lambda: made.ready)
            if how == "close":
                venue.close(1012, "restart")
                assert await running == Ending(1012, "restart")
            else:
                venue.drop()
                assert await running == Ending(None, "")

    run(main())


@pytest.mark.parametrize("delay", [0.2, None])
def test_our_close_is_answered_late_or_never(delay):
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.slow_close = delay
            made = session(alpaca(venue, close_timeout=0.5))
            ending = await lives(made, venue)
            assert ending.code == (None if delay is None else 1000)

    run(main())


def test_a_venue_that_breaks_the_protocol():
    async def main():
        async with AlpacaMarketData() as venue:
            made = session(alpaca(venue, close_timeout=0.5))
            running = asyncio.create_task(made.run())
            await until(lambda: made.ready)
            transport = venue.connections[0].transport
            assert transport is not None
            transport.underlying_transport.write(b"\xb1\x01x")  # RSV2 and RSV3
            with pytest.raises(tf.ProtocolError) as raised:
                await running
            assert raised.value.code == 1002

    run(main())


@pytest.mark.parametrize(
    "settings",
    [DeflateSettings("require"), DeflateSettings("deny"), DeflateSettings(no_context_takeover=True, window_bits=9)],
)
def test_answers_to_the_offer_of_deflate(settings):
    async def main():
        async with AlpacaMarketData(deflate=settings) as venue:
            made = session(alpaca(venue))
            await lives(made, venue)
            assert made.listener is not None
            agreed = made.listener.deflate
            assert (agreed is None) == (settings.policy == "deny")
            if agreed is not None:
                assert agreed.server_max_window_bits == settings.window_bits
                assert agreed.server_no_context_takeover == settings.no_context_takeover
            if settings.policy == "require":
                with pytest.raises(tf.HandshakeError, match="400"):
                    await session(alpaca(venue, deflate=False)).run()

    run(main())


@pytest.mark.parametrize("phase", ["connecting", "talking", "ready"])
def test_cancelling_leaves_nothing_behind(phase):
    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.silent = phase == "talking"
            made = session(alpaca(venue))
            running = asyncio.create_task(made.run())
            if phase == "talking":
                await until(lambda: made.listener is not None)
            elif phase == "ready":
                await until(lambda: made.ready)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await until(lambda: not venue.connections)

    run(main())


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("how", ["cancel", "close"])
@pytest.mark.parametrize("turns", range(6))
def test_ending_it_just_after_the_upgrade_leaves_nothing_behind(loop, how, turns):
    """The upgrade is done some turns of the loop before the attempt to connect is, and that before `run` goes on."""

    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.silent = True
            made = session(alpaca(venue))
            end = asyncio.Event()
            connected, made._connected = made._connected, lambda listener: (connected(listener), end.set())
            running = asyncio.create_task(made.run())
            await end.wait()
            for _ in range(turns):
                await asyncio.sleep(0)
            if how == "cancel":
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running
            else:
                made.close()
                assert (await running).code in (None, 1000)
            await until(lambda: not venue.connections)

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("phase", ["talking", "closing"])
@pytest.mark.parametrize("turns", range(3))
def test_who_is_cancelled_while_it_ends_drops_the_connection(loop, phase, turns):
    """The venue never answers our Close: nobody is left who would wait for it."""

    async def main():
        async with AlpacaMarketData() as venue:
            venue.faults.silent, venue.faults.slow_close = phase == "talking", None
            made = session(alpaca(venue, close_timeout=60.0))
            running = asyncio.create_task(made.run())
            await until(lambda: made.ready if phase == "closing" else made.listener is not None)
            if phase == "closing":
                made.close()
                await until(lambda: made.listener.sent_close_code == 1000)
            else:
                running.cancel()
            for _ in range(turns):
                await asyncio.sleep(0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await until(lambda: not venue.connections)

    run(main(), loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("phase", ["credentials", "upgrade"])
def test_closing_does_not_wait_for_a_connection(loop, phase):
    async def main():
        asked, gone = asyncio.Event(), asyncio.Event()

        async def credentials():
            asked.set()
            if phase == "credentials":
                await asyncio.sleep(60)
            return "K", "S"

        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            made.close()
            await reader.read()
            writer.close()
            gone.set()

        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        url = f"ws://127.0.0.1:{port}/"
        made = session(alpaca(url, key=None, secret=None, credentials=credentials, connect_timeout=60.0))
        running = asyncio.create_task(made.run())
        await asked.wait()
        if phase == "credentials":
            made.close()
        else:
            await asyncio.wait_for(gone.wait(), 5)
        assert await running == Ending(None, "")
        server.close()

    run(main(), loop=loop)


def test_no_log_holds_a_secret(caplog):
    async def main():
        async with IbkrGateway(session="SESSION4711") as venue:
            await lives(session(ibkr(venue)), venue)
        async with AlpacaMarketData(key="KEY4711", secret="SECRET4711") as venue:
            for auth in ("message", "headers"):
                await lives(session(alpaca(venue, key="KEY4711", secret="SECRET4711", auth=auth)), venue)
            venue.faults.refuse_auth = True
            with pytest.raises(tf.AuthError) as raised:
                await session(alpaca(venue, key="KEY4711", secret="SECRET4711")).run()
            assert "4711" not in str(raised.value)

    caplog.set_level(1, logger="tickfold")
    logging.getLogger("tickfold").debug("heard")
    run(main())
    assert "heard" in caplog.text
    assert "4711" not in caplog.text
