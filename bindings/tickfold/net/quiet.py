"""Values of a stream's description that may be credentials: their repr, which reporters of errors print, shows none."""

from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["QuietHeaders", "QuietUrl"]


class QuietHeaders(dict[str, str]):
    """Headers. The repr has their names."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__(headers)

    def __repr__(self) -> str:
        return repr(dict.fromkeys(self, "…"))


class QuietUrl(str):
    """A URL, or a word in place of one. The repr has neither its query nor its user and password."""

    __slots__ = ()

    def __repr__(self) -> str:
        try:
            parts = urlsplit(self)
        except ValueError:
            return "'…'"
        host = parts.netloc.rpartition("@")[2]
        shown = parts._replace(netloc=f"…@{host}" if "@" in parts.netloc else host, query="…" if parts.query else "")
        return repr(shown.geturl())
