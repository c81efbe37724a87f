"""Makes the bytes to send over a transport of your own: the counterpart of MessageReader, also without I/O.

    writer = MessageWriter(extensions=answer_of_the_server)
    transport.write(writer.text('{"action": "subscribe"}'))
    for event in reader.feed(data):
        transport.write(writer.answer(event))       # a Pong for a Ping, a Close for a Close, otherwise nothing
    if reader.failure is not None:
        transport.write(writer.fail(reader.failure))

Each method returns the octets of one whole frame; sending them is up to the caller. The writer remembers only the
compression context and whether it has written a Close. After a Close every method raises ValueError (RFC 6455 §5.5.1),
except `answer` and `fail`, which return b"". The caller must limit how much waits in its transport; how the engine
does that is in tickfold.engine.closing.
"""
import os

from tickfold.engine.deflate cimport Deflater
from tickfold.engine.messages cimport OP_BINARY, OP_CLOSE, OP_PING, OP_PONG, OP_TEXT, may_be_sent

from tickfold.engine.frames import encode_frame
from tickfold.engine.reader import Close, Ping
from tickfold.schema.errors import ConfigError
from tickfold.schema.extensions import answered_params


cdef enum:
    MAX_CONTROL = 125               # octets of a control frame's payload (RFC 6455 §5.5)
    MAX_REASON = MAX_CONTROL - 2    # octets of a Close's reason, after its two octets of code


cdef class MessageWriter:
    """Writes what one endpoint sends.

    extensions: the value of Sec-WebSocket-Extensions in the server's answer, a DeflateParams, or None if nothing was
        negotiated. NegotiationError if it is not acceptable.
    compress: whether to compress messages if permessage-deflate was negotiated. With a window of 8 bits, which zlib
        does not have, they are never compressed; an endpoint may always send uncompressed.
    server: whether this is a server's end, whose frames are not masked. A client masks each with a new random key.
    """

    def __init__(self, extensions=None, *, bint compress=True, bint server=False):
        if extensions is None or isinstance(extensions, str):
            extensions = answered_params(extensions)
        self.server = server
        if extensions is not None and compress:
            bits = extensions.server_max_window_bits if server else extensions.client_max_window_bits
            takeover = extensions.server_no_context_takeover if server else extensions.client_no_context_takeover
            if bits > 8:
                self._deflater = Deflater(bits, takeover)

    cpdef bytes text(self, object message):
        """A text message: str, or bytes of UTF-8, which are not checked."""
        return self._message(OP_TEXT, message.encode() if isinstance(message, str) else message)

    cpdef bytes binary(self, object message):
        """A binary message: any bytes-like object."""
        return self._message(OP_BINARY, message)

    cpdef bytes ping(self, object data=b""):
        """A Ping with up to 125 octets, which the peer's Pong carries back. ConfigError for more."""
        return self._control(OP_PING, data, "Ping")

    cpdef bytes pong(self, object data=b""):
        """A Pong with the octets of the Ping that it answers. ConfigError for more than 125."""
        return self._control(OP_PONG, data, "Pong")

    cpdef bytes close(self, object code=1000, str reason=""):
        """A Close. Nothing may be written after it.

        code: 1000 to 1003, 1007 to 1014 or 3000 to 4999 (RFC 6455 §7.4), or None for a frame without a code. reason: up
            to 123 octets of UTF-8. ConfigError for anything else.
        """
        cdef bytes text = reason.encode()
        if code is None:
            if text:
                raise ConfigError("a Close without a code carries no reason")
            body = b""
        elif not may_be_sent(code):
            raise ConfigError(f"{code} is not a close code that may be sent")
        elif len(text) > MAX_REASON:
            raise ConfigError(f"a Close carries up to {MAX_REASON} octets of reason, not {len(text)}")
        else:
            body = code.to_bytes(2, "big") + text
        frame = self._frame(OP_CLOSE, body, False)
        self.closed = True
        return frame

    cpdef bytes fail(self, object failure):
        """The Close that tells the peer what it did wrong. Returns b"" if a Close has been written already, or for code
        1006 (the bytes ended without a Close), which must not be sent.

        failure: a ProtocolError. Its text becomes the reason, cut between two characters to at most 123 octets.
        """
        if self.closed or not may_be_sent(failure.code):
            return b""
        return self.close(failure.code, str(failure).encode()[:MAX_REASON].decode(errors="ignore"))

    def answer(self, event):
        """The answer that RFC 6455 asks for: a Pong for a Ping, a Close with the same code for a Close.

        Returns b"" for any other event, and once a Close has been written.
        """
        if self.closed:
            return b""
        if isinstance(event, Ping):
            return self.pong(event.data)
        if isinstance(event, Close) and event.code != 1006:
            return self.close(None if event.code == 1005 else event.code)       # 1005: its frame had no code
        return b""

    cdef bytes _message(self, int opcode, object message):
        if self._deflater is None:
            return self._frame(opcode, message, False)
        if self.closed:             # before the context of the compression changes
            raise ValueError("nothing may be sent after a Close")
        return self._frame(opcode, self._deflater.compress(message), True)

    cdef bytes _control(self, int opcode, object data, str name):
        if len(data) > MAX_CONTROL:
            raise ConfigError(f"a {name} carries up to {MAX_CONTROL} octets, not {len(data)}")
        return self._frame(opcode, data, False)

    cdef bytes _frame(self, int opcode, object payload, bint rsv1):
        if self.closed:
            raise ValueError("nothing may be sent after a Close")
        # A masking key that nobody can foresee (RFC 6455 §5.3): rand(), as picows uses it, is foreseeable.
        return encode_frame(opcode, payload, rsv1=rsv1, mask=None if self.server else os.urandom(4))
