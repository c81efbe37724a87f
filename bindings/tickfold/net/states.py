"""The states of a stream, and what may follow which.

    state            what is going on                                           what may follow
    idle             the engine was not started yet, or is started again        connecting, backoff, closed
    connecting       credentials, TCP, TLS, upgrade                             authenticating, subscribing, closing,
                                                                                connecting, backoff, failed, closed
    authenticating   the websocket is open, the login is not accepted yet       subscribing, closing
    subscribing      the login is accepted, or was part of the upgrade          snapshot, live, closing
    snapshot         everything is asked for, data flows, but the first list    live, stale, closing
                     of orders is not in, or handlers of on_gap() still learn
                     what was missed
    live             ready                                                      stale, closing
    stale            as before, but no data came within `data_within` seconds   snapshot, live, closing
    closing          the connection is being given up, or has just ended        connecting, backoff, failed, closed
    backoff          the wait before the next attempt                           connecting, closed
    failed           given up: another attempt would end as the last one did
    closed           ended by stop(), or by the venue where `reconnect` is None

Each change is a SessionState record with the state, the reason as its text, and the stream's label as its topic, in
order with the data, up to the engine's stop. `connected` is stated in few of them only: True where everything has been
asked for (snapshot or live), False where such a connection is lost (closing), or where the stream is given up (failed).
Where closing takes a while, a record of its own says connected=False once the connection has ended; and where nobody
was told so, since the engine was stopped, one does when it is started again.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Final

from tickfold.net.logs import fields
from tickfold.net.stats import StreamStats
from tickfold.schema.enums import StreamState

__all__ = ["CONNECTED", "FOLLOWS", "Standing"]

log = logging.getLogger("tickfold")

_S = StreamState

#: State → those that may follow it. NONE is `idle`.
FOLLOWS: Final[Mapping[StreamState, frozenset[StreamState]]] = {
    state: frozenset(others)
    for state, others in {
        _S.NONE: {_S.CONNECTING, _S.BACKOFF, _S.CLOSED},
        _S.CONNECTING: {
            _S.AUTHENTICATING, _S.SUBSCRIBING, _S.CLOSING, _S.CONNECTING, _S.BACKOFF, _S.FAILED, _S.CLOSED,
        },
        _S.AUTHENTICATING: {_S.SUBSCRIBING, _S.CLOSING},
        _S.SUBSCRIBING: {_S.SNAPSHOT, _S.LIVE, _S.CLOSING},
        _S.SNAPSHOT: {_S.LIVE, _S.STALE, _S.CLOSING},
        _S.LIVE: {_S.STALE, _S.CLOSING},
        _S.STALE: {_S.SNAPSHOT, _S.LIVE, _S.CLOSING},
        _S.CLOSING: {_S.CONNECTING, _S.BACKOFF, _S.FAILED, _S.CLOSED},
        _S.BACKOFF: {_S.CONNECTING, _S.CLOSED},
        _S.FAILED: set(),
        _S.CLOSED: set(),
    }.items()
}  # fmt: skip

#: Everything has been asked for, whether or not data flows and is complete.
CONNECTED: Final = frozenset((_S.SNAPSHOT, _S.LIVE, _S.STALE))


class Standing:
    """Where one stream stands.

    stats      get the state by its name
    announce   tells a change: connected or not, or None; the reason; ns UTC; the state
    """

    def __init__(self, stats: StreamStats, announce: Callable[[bool | None, str, int, StreamState], None]) -> None:
        self.state = StreamState.NONE
        self._stats = stats
        self._announce = announce

    def begin(self) -> None:
        """The engine is started."""
        self.state, self._stats.state = StreamState.NONE, "idle"

    def go(self, state: StreamState, why: str, connected: bool | None = None, now: int | None = None) -> None:
        """Changes the state and tells so. What a callback raises comes out of the next flush."""
        if state not in FOLLOWS[self.state]:  # a fault of ours, which is no reason to end a stream that works
            self._log(logging.ERROR, "fault", f"{state} follows {self.state}, which is not foreseen", why, state)
        self._log(logging.DEBUG, "state", f"{state}", why, state)
        self.state, self._stats.state = state, state.name.lower()
        self._announce(connected, why, time.time_ns() if now is None else now, state)

    def _log(self, level: int, event: str, what: str, why: str, state: StreamState) -> None:
        told = fields(event, self._stats.label, state=state.name.lower(), before=self._stats.state, reason=why)
        log.log(level, "%s: %s: %s", self._stats.label, what, why, extra=told)

    @property
    def connected(self) -> bool:
        """Everything has been asked for: data flows, unless it is stale."""
        return self.state in CONNECTED
