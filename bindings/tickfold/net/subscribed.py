"""What the statistics of a stream say of its subscriptions: which stand, which are missing."""

from typing import Any

from tickfold.engine.decoder import Decoder
from tickfold.net.session import Session
from tickfold.net.stats import StreamStats
from tickfold.net.stream import Stream
from tickfold.net.subscriptions import Subscriptions, shown

__all__ = ["Subscribed"]


class Subscribed:
    """Brings `subscribed` and `missing` of one stream's statistics up to date."""

    def __init__(self, stats: StreamStats, decoder: Decoder) -> None:
        self._stats = stats
        self._decoder = decoder
        self._counted: Any = None  # what the statistics were made of

    def count(self, stream: Stream, session: Session | None, connected: bool) -> None:
        """As of now. `stream` is the description as it is now, with what is yet to be confirmed."""
        standing = None if session is None else session.standing
        if session is not None and standing is not None:
            self._arrived(stream, standing, session.opened_ns)
        made_of = (stream, connected, standing, None if standing is None else standing.version)
        if made_of == self._counted:
            return
        self._counted = made_of
        asked = stream.asked
        if standing is None:
            stands = {name: tuple(keys) for name, keys in asked.items()} if connected else {}
        else:
            stands = standing.keys
        self._stats.subscribed = shown(stands)
        self._stats.missing = shown(standing.lacking(asked) if standing is not None else {} if connected else asked)

    def _arrived(self, stream: Stream, standing: Subscriptions, opened_ns: int) -> None:
        """What was not answered in time stands where data of it has come on this connection."""
        quotes = self._decoder.quotes
        for name, keys in standing.lacking(stream.asked).items() if self._stats.missing else ():
            if stream.by_symbol.get(name) == "Quote":
                rows = ((key, quotes.get((self._decoder.label, key))) for key in keys)
                came = [key for key, row in rows if row is not None and row.ts_recv >= opened_ns]
                if came:
                    standing.add(name, came)
