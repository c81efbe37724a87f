"""Opening a websocket of your own: `await connect(url, listener)`. It lives in tickfold.net.connection."""

from tickfold.net.connection import connect

__all__ = ["connect"]
