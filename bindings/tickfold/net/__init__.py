"""Connections: opening a websocket, TLS, one session with its dialogue, waiting between attempts."""
