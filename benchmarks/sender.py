"""A server that is faster than any client: one process, prepared frames, writes of 64 KiB on a blocking socket.

    python -m benchmarks.sender COUNT

The stream is made and framed once, plain and compressed (permessage-deflate, window of 15 bits, context carried over,
zlib's level 6): every client gets the same bytes. Prints one line of JSON with its port and the last quote, and then
serves connections one after another until its standard input ends:

* the upgrade is answered (RFC 6455 §4.2.2), with permessage-deflate where the path is /deflate and it was offered;
* the venue's side of Alpaca's dialogue is sent at once: connected, authenticated, subscription;
* after a byte on the connection to the second port, the stream is sent, then Close, then the TCP connection is closed.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import select
import socket
import struct
import sys
import zlib

from benchmarks import payloads

WRITE = 64 * 1024
WARM_UP = 20_000  # messages of the first connection of a client

DIALOGUE = [
    b'[{"T":"success","msg":"connected"}]',
    b'[{"T":"success","msg":"authenticated"}]',
    b'[{"T":"subscription","trades":[],"quotes":["*"],"bars":[]}]',
]


def frame(payload: bytes, compressed: bool) -> bytes:
    """A whole text message as a server sends it (RFC 6455 §5.2)."""
    head = bytes([0xC1 if compressed else 0x81])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    return head + struct.pack("!BH", 126, len(payload)) + payload


class Stream:
    """Dialogue and quotes, framed. The compression context continues from the dialogue into the quotes."""

    def __init__(self, messages: list[bytes], deflate: bool) -> None:
        compressor = zlib.compressobj(6, zlib.DEFLATED, -15)

        def framed(payload: bytes) -> bytes:
            if deflate:
                payload = (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
            return frame(payload, deflate)

        self.dialogue = b"".join(map(framed, DIALOGUE))
        frames = [framed(message) for message in messages]
        self.warm_up = b"".join(frames[:WARM_UP])
        self.quotes = self.warm_up + b"".join(frames[WARM_UP:])


def upgrade(connection: socket.socket) -> tuple[str, bool]:
    """Answers the handshake. Returns the path and whether deflate was agreed."""
    request = b""
    while b"\r\n\r\n" not in request:
        data = connection.recv(65536)
        if not data:
            raise ConnectionError("the client left during the handshake")
        request += data
    lines = request.decode("latin-1").split("\r\n")
    path = lines[0].split(" ")[1]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    accept = hashlib.sha1((headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode())
    deflate = path.startswith("/deflate")
    if deflate and "permessage-deflate" not in headers.get("sec-websocket-extensions", ""):
        raise ConnectionError("the client does not offer permessage-deflate")
    answer = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    answer.append("Sec-WebSocket-Accept: " + base64.b64encode(accept.digest()).decode())
    if deflate:
        answer.append("Sec-WebSocket-Extensions: permessage-deflate")
    connection.sendall("\r\n".join([*answer, "", ""]).encode())
    return path, deflate


def serve(connection: socket.socket, control: socket.socket, streams: dict[bool, Stream]) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    path, deflate = upgrade(connection)
    stream = streams[deflate]
    connection.sendall(stream.dialogue)
    if not control.recv(1):
        return
    data = memoryview(stream.warm_up if path.endswith("/warm") else stream.quotes)
    for at in range(0, len(data), WRITE):
        connection.sendall(data[at : at + WRITE])
    connection.sendall(b"\x88\x02\x03\xe8")  # Close, 1000
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(10)
    while connection.recv(65536):
        pass


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sender")
    parser.add_argument("count", type=int)
    count = parser.parse_args().count
    messages = payloads.quotes(count)
    streams = {deflate: Stream(messages, deflate) for deflate in (False, True)}
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ready = {
        "port": listening[0].getsockname()[1],
        "control": listening[1].getsockname()[1],
        "last": messages[-1].decode(),
        "last_warm_up": messages[WARM_UP - 1].decode(),
        "message_bytes": sum(map(len, messages)) / count,
        "deflated_bytes": len(streams[True].quotes) / count,
    }
    print(json.dumps(ready), flush=True)
    while True:
        readable, _, _ = select.select([listening[1], sys.stdin], [], [])
        if sys.stdin in readable:
            return
        control, _ = listening[1].accept()
        with control, contextlib.suppress(OSError):
            arrived, _, _ = select.select([listening[0], control], [], [])
            if listening[0] in arrived:  # otherwise the client failed before it connected
                connection, _ = listening[0].accept()
                with connection:
                    serve(connection, control, streams)


if __name__ == "__main__":
    main()
