"""What records of the log carry beside their text."""

import json
import logging
import re
from pathlib import Path

import pytest

import tickfold as tf
from support_live import run, until
from tickfold.net.logs import fields

#: What a record has by itself.
PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Json(logging.Formatter):
    """As users write them: the text, and whatever is beside it."""

    def format(self, record: logging.LogRecord) -> str:
        beside = {name: value for name, value in vars(record).items() if name not in PLAIN}
        return json.dumps({"level": record.levelname, "text": record.getMessage(), **beside})


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Json())
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))

    def of(self, event: str) -> list[dict[str, object]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def lines():
    log, handler = logging.getLogger("tickfold"), Lines()
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield handler
    log.removeHandler(handler)
    log.setLevel(before)


def test_what_is_none_is_left_out():
    assert fields("ready", None, reason="x", wait=None) == {"event": "ready", "reason": "x"}


def test_a_life_of_a_stream(lines, faulty_venue):
    running = faulty_venue("alpaca.data", "faults/lost.faults", rate=500.0)
    stream = tf.alpaca.MarketData(url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"])
    engine = tf.Engine(stream, slow_after=None)

    async def main() -> None:
        async with engine:
            await until(lambda: engine.stats[0].connects >= 2, 10.0)

    run(main())
    assert all(line["event"] for line in lines.lines)
    states = lines.of("state")
    assert {line["stream"] for line in states} == {stream.label}
    walked = [line["state"] for line in states]
    assert walked[0] == "connecting" and walked[-1] == "closed" and {"live", "backoff"} <= set(walked)
    assert [line["before"] for line in states] == ["idle", *walked[:-1]]
    assert all(line["reason"] for line in states)
    connects = [line["connects"] for line in lines.of("ready") if "connects" in line]
    assert connects == [*range(1, engine.stats[0].connects + 1)]
    retry = lines.of("retry")[0]
    assert retry["stream"] == stream.label and retry["wait"] > 0 and retry["reason"] and retry["level"] == "WARNING"
    assert "SIMSECRET" not in json.dumps(lines.lines)


def test_an_end_by_a_callback(lines, faulty_venue):
    running = faulty_venue("alpaca.data", rate=500.0)
    stream = tf.alpaca.MarketData(url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"])
    engine = tf.Engine(stream, slow_after=None)
    engine.on(tf.Quote, lambda quote: 1 / 0)

    async def main() -> None:
        with pytest.raises(tf.CallbackError):
            async with engine:
                await engine.wait()

    run(main())
    (end,) = lines.of("ends")
    assert end["stream"] == stream.label and "ZeroDivisionError" in str(end["reason"]) and end["level"] == "ERROR"


def test_a_stream_that_is_given_up(lines, faulty_venue):
    running = faulty_venue("alpaca.data", rate=500.0)
    good = tf.alpaca.MarketData(url=running.url, key="SIMKEY", secret="SIMSECRET", quotes=["*"], label="good")
    bad = tf.alpaca.MarketData(url=running.url, key="wrong", secret="wrong", quotes=["*"], label="bad")
    engine = tf.Engine(good, bad, slow_after=None, on_stream_error="continue")

    async def main() -> None:
        async with engine:
            await until(lambda: bool(lines.of("given_up")), 10.0)

    run(main())
    (end,) = lines.of("given_up")
    assert (end["stream"], end["state"]) == ("bad", "failed") and end["reason"]


def test_every_call_names_its_event_and_the_page_lists_it():
    root = Path(__file__).parents[1]
    listed = set(re.findall(r"^\| `(\w+)` \| [A-Z]", (root / "docs" / "metrics.md").read_text(), re.MULTILINE))
    named: set[str] = set()
    for path in sorted([*(root / "bindings").rglob("*.py"), *(root / "engine").rglob("*.pyx")]):
        text = path.read_text()
        calls = len(re.findall(r"\blog\.(?:debug|info|warning|error|exception|log)\(", text))
        if calls:
            said = re.findall(r'(?:fields\(|"event": |_log\([\w.]+, )"(\w+)"', text)
            assert len(said) >= calls, f"{path.relative_to(root)}: a call of the log without its event"
            named.update(said)
    assert named == listed
