"""URLs of websockets, checked before anything is looked up or sent. No message quotes what may be a secret."""

import re
from urllib.parse import SplitResult, urlsplit

from tickfold.schema.errors import ConfigError

__all__ = ["check_url", "path_of", "plain_fingerprint", "server_of"]


def _split(url: str) -> SplitResult:
    """The parts of a ws:// or wss:// URL with a host and no fragment; raises ConfigError for any other."""
    if "://" not in url:
        shown = url.partition("?")[0]
        hint = "" if "@" in shown else f', as "wss://{shown}"'
        raise ConfigError(f"the URL has no scheme: begin it with wss:// or ws://{hint}")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")  # as the name service will be asked for it
    except ValueError:  # its text quotes the port, which may be part of a password
        raise ConfigError("the URL cannot be read: its host or its port is malformed") from None
    if parts.scheme in ("http", "https") and host:
        ours = "ws:// or wss://" if parts.scheme == "http" else "wss://"
        raise ConfigError(f"{parts.scheme}://{host} is no websocket: write {ours} in place of {parts.scheme}://")
    if parts.scheme not in ("ws", "wss") or not host:
        raise ConfigError(f"{parts.scheme}://{host} is no websocket: give a ws:// or wss:// URL with a host")
    if parts.fragment:
        raise ConfigError("the URL has a fragment (#…): RFC 6455 §3 allows none")
    return parts


def server_of(url: str) -> str:
    """Host and port of a websocket's URL, as messages name them. Raises ConfigError where it is no such URL."""
    parts = _split(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'wss' else 80)}"


def path_of(url: str) -> str:
    """The path of a websocket's URL, without its query, which may hold a secret."""
    return urlsplit(url).path[:200]


def check_url(url: str) -> None:
    """Raises ConfigError unless `url` is a websocket's URL without credentials in it."""
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise ConfigError("the URL holds a user name or password: give credentials as arguments instead")


def plain_fingerprint(text: str) -> str:
    """64 lowercase hex digits from any usual spelling: colons, blanks, capitals, a leading `sha256:`."""
    plain = re.sub(r"[:\s]", "", text.lower().removeprefix("sha256:"))
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise ConfigError(
            "fingerprint is not a SHA-256 in hex (64 digits): take it from "
            "`openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -fingerprint -sha256`"
        )
    return plain
