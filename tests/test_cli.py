"""The command line, run as users run it: in processes of its own, on pipes and on a terminal."""

import asyncio
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import termios
from typing import Any

import pytest
from websockets.asyncio.server import serve

import tickfold.cli.demo
from support_live import run
from tickfold.cli import VENUES, main, parser
from tickfold.sim import AlpacaMarketData, IbkrGateway, Truth
from tickfold.sim.certificate import self_signed

# Of a terminal's size the terminal itself is asked: pytest-xdist says 80 columns in COLUMNS.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")},
    "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    "PYTHONWARNINGS": "error",
    "APCA_API_KEY_ID": "SIMKEY",
    "APCA_API_SECRET_KEY": "SIMSECRET",
    "IBKR_SESSION": "4f1c20b1a7f04a6b9d3c0e5a",
}


async def tickfold_(*arguments: str, **options: Any) -> asyncio.subprocess.Process:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT, **options}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tickfold", *arguments, **pipes)


async def ends(process: asyncio.subprocess.Process, code: int = 0) -> tuple[str, str]:
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == code, (out or b"") + (err or b"")
    return (out or b"").decode(), (err or b"").decode()


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1].replace(",", ""))


@pytest.mark.parametrize("options", [[], ["--no-deflate", "--no-drops", "--rate", "500"]])
def test_demo(options):
    async def go():
        out, err = await ends(await tickfold_("demo", "--seconds", "2", "--rate", "2000", "--burst", "4000", *options))
        drops = 0 if "--no-drops" in options else 1
        for label in ("alpaca v2/iex", "ibkr"):
            assert number(rf"{label} +([\d,]+) messages", out) > 300
            assert number(rf"{label} .* (\d+) reconnects", out) == drops
            assert number(rf"{label} .* (\d+) drops", out) == drops
        assert number(r"messages/s +([\d,]+)", out) > 100
        assert number(r"CPU per message +([\d.]+) µs", out) > 0
        assert number(r"burst of ([\d,]+) messages of alpaca", out) > 1_000
        assert number(r"burst of ([\d,]+) messages of ibkr", out) > 1_000
        assert number(r"alpaca.data quotes +p50 ([\d,]+)", out) > 0
        assert number(r"ibkr quotes .* max ([\d,]+)", out) > 0
        assert re.search(r"^ +1 s +[\d,]+ messages", out, re.MULTILINE)  # a line of progress
        assert number(r"checked +([\d,]+) orders", out) > 10
        assert "\x1b" not in out
        assert err == "" or drops

    run(go(), 60)


def test_a_demo_of_all_venues():
    """The two gateways of Interactive Brokers name the same contracts and orders."""

    async def go():
        venues = [word for name in VENUES for word in ("--venue", name)]
        out, _ = await ends(await tickfold_("demo", "--seconds", "2", "--rate", "300", "--burst", "1000", *venues))
        assert number(r"([\d,]+) orders and \d+ quotes, [\d,]+ fields: all equal", out) > 100

    run(go(), 60)


@pytest.mark.parametrize(("lines", "columns"), [(24, 140), (50, 140), (40, 80)])
def test_demo_on_a_terminal(lines, columns):
    async def go():
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (lines, columns))
        shown = bytearray()
        reading = asyncio.get_running_loop()
        reading.add_reader(master, lambda: shown.extend(os.read(master, 65536)))
        try:
            options = ["--seconds", "3", "--rate", "500", "--burst", "0"]
            await ends(await tickfold_("demo", *options, stdout=slave, stdin=slave))
            await asyncio.sleep(0.1)
        finally:
            reading.remove_reader(master)
            os.close(master)
            os.close(slave)
        text = shown.decode()
        assert "bid size" in text
        if lines == 50:
            assert "NVDA" in text
        assert "avg price" in text
        drawn = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line) for line in text.split("\n")]
        tables = [line.rstrip("\r") for line in drawn if "│" in line or "┃" in line]
        assert len(tables) > 20
        assert {len(line) for line in tables} == {columns}
        assert not re.search(r"[\d.,]…", "".join(tables)), "a number is cut"
        assert "all equal to the venues' truth" in text

    run(go(), 60)


def test_a_demo_that_does_not_agree_fails(monkeypatch, capsys):
    class Lying(tickfold.cli.demo.VenueProcess):
        async def truths(self) -> list[Truth]:
            truths = await super().truths()
            truths[1].orders[0]["filled_qty"] = "123456"
            del truths[0].quotes["AAPL"]["bid"]
            truths[0].quotes["NOSUCH"] = {"bid": "1"}
            return truths

    monkeypatch.setattr(tickfold.cli.demo, "VenueProcess", Lying)
    monkeypatch.setattr(tickfold.cli.demo, "SETTLE", 0.5)
    assert main(["demo", "--seconds", "1", "--rate", "500", "--burst", "0"]) == 1
    out = capsys.readouterr().out
    assert "FAILED: 2 fields" in out
    assert "the venue says 123456" in out
    assert "quote NOSUCH: missing" in out


def test_interrupting_the_demo():
    async def go():
        process = await tickfold_("demo", "--seconds", "60", "--rate", "100")
        assert process.stdout is not None
        while b" messages " not in await process.stdout.readline():  # a busy machine may skip the first second
            pass
        process.send_signal(signal.SIGINT)
        await ends(process, 130)

    run(go(), 30)


@pytest.mark.parametrize("tls", [False, True])
def test_sim_and_watch(tmp_path, tls):
    async def go():
        options, pin = [], []
        if tls:
            certificate = self_signed(tmp_path)
            options = ["--certificate", str(certificate.certificate), "--key", str(certificate.key)]
            pin = ["--fingerprint", certificate.fingerprint]
        serving = await tickfold_("sim", "alpaca.data", "--rate", "300", *options)
        assert serving.stdout is not None
        url = (await serving.stdout.readline()).decode().strip()
        assert url.startswith("wss://127.0.0.1:" if tls else "ws://127.0.0.1:")
        asked = ["--quotes", "*", "--trades", "AAPL,SPY"]
        out, _ = await ends(await tickfold_("watch", "alpaca.data", *asked, "--url", url, "--seconds", "1.5", *pin))
        kinds = {line.partition(" ")[0] for line in out.splitlines()}
        assert kinds == {"quote", "trade", "ack", "sessionstate"}
        assert re.search(r"^quote \S+ .*bid=[\d.]+ ask=[\d.]+", out, re.MULTILINE)
        serving.send_signal(signal.SIGTERM)
        await ends(serving)

    run(go(), 60)


@pytest.mark.parametrize(
    ("venue", "asked", "kinds"),
    [
        ("alpaca.data", ["--trades", "*"], "trade"),
        ("alpaca.trading", [], "order fill"),
        ("ibkr", ["--quotes", "265598", "--orders", "--fills", "--pnl"], "quote order fill pnl"),
        ("ibkr.portal", ["--quotes", "265598", "--accounts", "DU1234567"], "quote order pnl"),
        ("vega", ["orders"], "order"),
        ("vega", ["event/bus", "--filter", "types=ORDER,TRADE"], "order"),
        ("vega", ["accounts", "--filter", "include_derived_parties=true"], "balance"),
        ("etna", ["--quotes", "318,319", "--accounts", "611"], "quote order fill position balance"),
    ],
    ids=lambda said: said if isinstance(said, str) else " ".join(said),
)
def test_watching_any_venue(venue, asked, kinds):
    """With the keys that the venue's own hint shows."""

    async def go():
        serving = await tickfold_("sim", venue, "--rate", "500")
        assert serving.stdout is not None
        url = (await serving.stdout.readline()).decode().strip()
        hint = shlex.split((await serving.stdout.readline()).decode())
        assert f"tickfold watch {venue} " in " ".join(hint)
        keys = dict(word.split("=", 1) for word in hint[: hint.index("tickfold")])
        process = await tickfold_(
            "watch", venue, *asked, "--url", url, "--seconds", "2", "--lines", env={**ENVIRONMENT, **keys}
        )
        out, err = await ends(process)
        assert set(kinds.split()) <= {line.partition(" ")[0] for line in out.splitlines()}
        assert err == ""
        serving.send_signal(signal.SIGTERM)
        await ends(serving)

    run(go(), 60)


def test_the_hint_of_a_simulated_venue_watches_it():
    for venue, command in VENUES.items():
        words = shlex.split(command.hint.format(url="ws://127.0.0.1:1"))
        options = parser().parse_args(words[words.index("tickfold") + 1 :])
        assert options.venue == venue


def test_watch_tells_the_drift():
    """A gateway that adds a key which nobody knows."""

    async def venue(ws: Any) -> None:
        await ws.send('{"topic":"sts","args":{"authenticated":true}}')
        await ws.send('{"topic":"smd+5","conid":5,"31":"1","7999":"x"}')
        await ws.wait_closed()

    async def go():
        async with serve(venue, "127.0.0.1", 0) as server:
            url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            for more, lines in (["--drift"], 1), ([], 0):
                process = await tickfold_("watch", "ibkr", "--quotes", "5", "--url", url, "--seconds", "1", *more)
                out, _ = await ends(process)
                drift = [line for line in out.splitlines() if line.startswith("drift")]
                assert drift == ["drift ibkr: unknown key '7999' of type 'smd', 1 times: b'\"x\"'"] * lines

    run(go(), 60)


def test_sim_ends_by_itself_and_refuses_a_taken_port():
    async def go():
        async with IbkrGateway() as venue:
            _, err = await ends(await tickfold_("sim", "ibkr", "--port", str(venue.port)), 1)
            assert "address already in use" in err
        await ends(await tickfold_("sim", "ibkr", "--seconds", "0.2"))

    run(go(), 30)


def test_watch_says_why_it_cannot(capsys, monkeypatch):
    monkeypatch.delenv("APCA_API_KEY_ID", raising=False)
    monkeypatch.delenv("APCA_API_SECRET_KEY", raising=False)
    assert main(["watch", "alpaca.data", "--quotes", "AAPL"]) == 1
    assert "APCA_API_KEY_ID" in capsys.readouterr().err
    for venue in (["ibkr"], ["ibkr.portal"], ["etna", "--url", "ws://127.0.0.1:1"]):
        assert main(["watch", *venue]) == 1
        assert "nothing is subscribed" in capsys.readouterr().err
    for asked, why in (
        (["orders", "--filter", "partys=1"], "partys"),
        (["orders", "--filter", "x"], "NAME=VALUE"),
        (["markets/data"], "market_ids"),
    ):
        assert main(["watch", "vega", *asked, "--url", "ws://127.0.0.1:1"]) == 1
        assert why in capsys.readouterr().err


def test_watch_with_refused_credentials():
    async def go():
        async with AlpacaMarketData(secret="another") as venue:
            process = await tickfold_("watch", "alpaca.data", "--url", venue.url, "--quotes", "*")
            _, err = await ends(process, 1)
            assert "402" in err
            assert "Traceback" not in err
            assert "SIMSECRET" not in err

    run(go(), 30)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sim"],
        ["sim", "nasdaq"],
        ["demo", "--rate", "0"],
        ["watch"],
        ["watch", "nasdaq"],
        ["watch", "etna"],
        ["watch", "vega", "--url", "ws://127.0.0.1:1"],
        ["watch", "vega", "nothing", "--url", "ws://127.0.0.1:1"],
    ],
    ids=" ".join,
)
def test_wrong_arguments(arguments, capsys):
    with pytest.raises(SystemExit) as raised:
        parser().parse_args(arguments)
    assert raised.value.code == 2
    assert "usage: tickfold" in capsys.readouterr().err
