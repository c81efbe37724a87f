"""What a feed asks of its engine."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from tickfold.engine.listener import Listener
from tickfold.schema.errors import TickfoldError

__all__ = ["Host"]

Feed = TypeVar("Feed", contravariant=True)


class Host(Protocol[Feed]):
    """What a feed asks of its engine."""

    @property
    def stopping(self) -> bool:
        """The engine closes: nothing is connected any more."""

    @property
    def fills_gaps(self) -> bool:
        """There are handlers of gaps."""

    def die(self, label: str, error: BaseException) -> None:
        """Ends the engine."""

    def opened(self, listener: Listener) -> None:
        """A websocket is open."""

    def lost(self, feed: Feed) -> None:
        """A connection that was ready is none any more."""

    def after_gap(self, label: str, call: Callable[[], None]) -> None:
        """Calls `call` once the handlers of a gap have ended that came from a loss of this stream's connection."""

    def given_up(self, feed: Feed, error: TickfoldError) -> None:
        """This stream has failed for good."""
