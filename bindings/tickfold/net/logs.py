"""What records of the log carry beside their text, for formatters that write JSON: docs/metrics.md lists all of it."""

from typing import Any

__all__ = ["fields"]


def fields(event: str, stream: str | None = None, **more: Any) -> dict[str, Any]:
    """The `extra` of a record of the log; what is None is left out.

    event    what has happened, a word of docs/metrics.md
    stream   the label of the stream that it is about
    """
    return {name: value for name, value in {"event": event, "stream": stream, **more}.items() if value is not None}
