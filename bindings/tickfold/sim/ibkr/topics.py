"""The gateway's topics besides quotes and orders: subscriptions and frames."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tickfold.sim.ibkr.account import AccountWords, ExecutionWords, bulletin, history, ladder, notice
from tickfold.sim.market import Instrument
from tickfold.sim.orders import Execution, SimOrder

Frame = dict[str, Any]

_UNSUBSCRIBED = {"usd": "unsubscribed from summary", "uld": "unsubscribed from ledger"}


@dataclass
class Subscriptions:
    """One client's subscriptions: topics as they stand in the frames, and requests for history by their server id."""

    topics: set[str] = field(default_factory=set)
    histories: set[str] = field(default_factory=set)


class Topics:
    """str, spl, ssd, sld, smh and sbd, and the unsolicited ntf and blt."""

    def __init__(self, rng: Random, accounts: list[str], instruments: list[Instrument]) -> None:
        self._rng = rng
        self._by_conid = {str(i.conid): i for i in instruments}
        self._serial = 0
        self.executions = ExecutionWords(rng)
        self.account = AccountWords(rng, accounts)

    def request(self, subscriptions: Subscriptions, verb: str, rest: str, now_ms: int) -> list[Frame] | None:
        """The answers to a request; None if it is for another topic."""
        name = rest.partition("+")[0]
        match verb:
            case "str":
                subscriptions.topics.add("str")
                told = self.executions.all()
                return [{"topic": "str", "args": []}, *([{"topic": "str", "args": told}] if told else [])]
            case "spl":
                subscriptions.topics.add("spl")
                return [self.account.pnl(whole=True)]
            case "ssd" | "sld" if name in self.account.accounts:
                subscriptions.topics.add(f"{verb}+{name}")
                make = self.account.summary if verb == "ssd" else self.account.ledger
                return [make(name, whole=True)]
            case "smh" if name in self._by_conid:
                self._serial += 1
                server_id = f"{self._serial}"
                subscriptions.histories.add(server_id)
                return [history(self._by_conid[name], server_id, now_ms)]
            case "sbd" if rest.split("+")[1:2] and rest.split("+")[1] in self._by_conid:
                account, conid = rest.split("+")[:2]
                subscriptions.topics.add(f"sbd+{account}+{conid}")
                return [{"topic": f"sbd+{account}+{conid}", "data": ladder(self._by_conid[conid], self._rng)}]
            case "utr" | "upl" | "usd" | "uld" | "ubd":
                topic = {"utr": "str", "upl": "spl", "usd": "ssd", "uld": "sld", "ubd": "sbd"}[verb]
                ended = topic if topic in ("str", "spl") else f"{topic}+{name}"
                subscriptions.topics -= {t for t in subscriptions.topics if t == ended or t.startswith(f"{ended}+")}
                return [{"result": _UNSUBSCRIBED[verb]}] if verb in _UNSUBSCRIBED else []
            case "umh":
                subscriptions.histories.discard(name)
                return [{"message": f"Unsubscribed {name}"}]
        return None

    def filled(self, order: SimOrder, execution: Execution, now_ms: int) -> Frame:
        """The `str` frame for an execution."""
        return {"topic": "str", "args": self.executions.elements(order, execution, now_ms)}

    def now(self, topics: set[str]) -> list[Frame]:
        """A frame for each of these topics, and sometimes a notice or a bulletin."""
        frames: list[Frame] = []
        for topic in sorted(topics):
            verb, _, name = topic.partition("+")
            match verb:
                case "spl":
                    frames.append(self.account.pnl(whole=False))
                case "str":
                    again = self.executions.again()
                    frames += [{"topic": "str", "args": again}] if again else []
                case "ssd":
                    frames.append(self.account.summary(name, whole=False))
                case "sld":
                    frames.append(self.account.ledger(name, whole=False))
                case "sbd":
                    rows = ladder(self._by_conid[name.partition("+")[2]], self._rng)
                    frames.append({"topic": topic, "data": rows[: self._rng.randint(1, 4)]})
        self._serial += 1
        frames += [notice(self._rng, self._serial)] if self._rng.random() < 0.3 else []
        frames += [bulletin(self._rng, self._serial)] if self._rng.random() < 0.3 else []
        return frames


def frame_text(frame: Frame) -> bytes:
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode()


UNSOLICITED = ("ntf", "blt")
