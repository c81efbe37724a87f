"""Sends on one live connection, in bounded memory, and ends the connection.

A peer that does not read what it is sent costs a bounded amount of memory and time:

* Up to `max_write_size` octets may wait to be written. A message or Ping that would exceed that ends the connection:
  with LimitError if the message alone is too large, with StaleError if the peer has left too much unread.
* While the transport holds more than its high-water mark (64 KiB), Pongs wait. Only the Pong for the newest Ping is
  kept and sent later; earlier Pings get none (RFC 6455 §5.5.3 allows that).
* If the transport is above that mark and the peer takes nothing at all for `write_timeout` seconds, the connection
  ends with StaleError.
* A Close is always written: there is one in the life of a connection, of at most 131 octets. Each step of closing has
  a time limit, after which the transport is aborted.

Such a connection is aborted without a Close: a Close would only queue behind what the peer does not read.

`Sender` knows an asyncio transport and nothing of picows.
"""
import asyncio

from tickfold.engine.messages cimport OP_PING, OP_TEXT
from tickfold.engine.writer cimport MessageWriter

from tickfold.schema.errors import ConfigError, LimitError, StaleError


cdef enum:
    HIGH_WATER = 64 * 1024              # octets; Pongs wait while the transport holds more
    MIN_WRITE_SIZE = 4096


def checked_bounds(max_write_size, write_timeout):
    """Returns both limits unchanged. ConfigError if max_write_size is too small or write_timeout not positive."""
    if max_write_size is not None and max_write_size < MIN_WRITE_SIZE:
        raise ConfigError(f"max_write_size={max_write_size}: give {MIN_WRITE_SIZE} octets or more or None for no limit")
    if write_timeout is not None and not write_timeout > 0:
        raise ConfigError(f"write_timeout={write_timeout}: give seconds, or None for no limit")
    return max_write_size, write_timeout


cdef class Sender:
    """Writes to one transport, by the module's rules.

    max_write_size: octets, or None for no limit. write_timeout: seconds, or None for no limit.
    """

    def __init__(self, transport, MessageWriter writer not None, max_write_size, write_timeout):
        self.transport = transport
        self.writer = writer
        self.max_write_size = <size_t>-1 if max_write_size is None else max_write_size
        self.write_timeout = write_timeout
        self._loop = asyncio.get_running_loop()
        transport.set_write_buffer_limits(high=min(<size_t>HIGH_WATER, self.max_write_size // 4))

    cdef bint message(self, int opcode, object payload) except -1:
        """Sends a message or a Ping. False if it exceeded the limit; the connection is then aborted."""
        cdef bytes frame
        if opcode == OP_PING:
            what, frame = "Ping", self.writer.ping(payload)
        elif opcode == OP_TEXT:
            what, frame = "text message", self.writer.text(payload)
        else:
            what, frame = "binary message", self.writer.binary(payload)
        cdef size_t size = len(frame)
        cdef size_t waiting = self.transport.get_write_buffer_size()
        if size > self.max_write_size:
            self._give_up(LimitError(f"a {what} of {size} octets is more than max_write_size={self.max_write_size}"))
            return False
        if waiting > self.max_write_size - size:
            self._give_up(
                StaleError(
                    f"the peer does not read: a {what} of {size} octets would wait behind {waiting} others, "
                    f"which is more than max_write_size={self.max_write_size}"
                )
            )
            return False
        self._put(frame)
        return True

    cdef int pong(self, bytes data) except -1:
        """Answers a Ping: now, or once the transport is below its low-water mark."""
        if self.writer.closed:
            return 0
        if self.paused:
            self._pong = data
        else:
            self._put(self.writer.pong(data))
        return 0

    cdef bint close(self, bytes frame, double timeout) except -1:
        """Writes a Close that `writer` has made. The connection is aborted if it is still there after `timeout` s."""
        self._pong = None
        self._put(frame)
        self.bound(timeout)
        return True

    cdef int bound(self, double timeout) except -1:
        """Starts the time limit, in seconds, of the next step of closing."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self._loop.call_later(timeout, self.transport.abort)
        return 0

    cdef int pause(self) except -1:
        """The transport is above its high-water mark."""
        self.paused = True
        if self._stall is None and self.write_timeout is not None:
            self._watch()
        return 0

    cdef int resume(self) except -1:
        """The transport is below its low-water mark."""
        self.paused = False
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        data, self._pong = self._pong, None
        if data is not None:
            self.pong(data)
        return 0

    cdef int ended(self) except -1:
        """The connection is over."""
        self._pong = None
        for timer in (self._deadline, self._stall):
            if timer is not None:
                timer.cancel()
        self._deadline = self._stall = None
        return 0

    cdef int _put(self, bytes frame) except -1:
        self._handed += <size_t>len(frame)
        self.transport.write(frame)
        return 0

    cdef Py_ssize_t _progress(self) except? -1:
        """Octets that have left the transport. With TLS a little too low: what waits is counted after encryption."""
        return <Py_ssize_t>self._handed - <Py_ssize_t>self.transport.get_write_buffer_size()

    cdef int _watch(self) except -1:
        self._left = self._progress()
        self._stall = self._loop.call_later(self.write_timeout, self._look)
        return 0

    def _look(self):
        """Timer: ends the connection if nothing has left the transport since the last call."""
        self._stall = None
        if not self.paused or self.writer.closed:       # closing has a time limit of its own
            return
        if self._progress() > self._left:
            self._watch()
            return
        owed = "" if self._pong is None else " and asks for Pongs"
        waiting = self.transport.get_write_buffer_size()
        self._give_up(
            StaleError(f"the peer has read nothing for {self.write_timeout:g} s{owed}: {waiting} octets wait for it")
        )

    cdef int _give_up(self, object failure) except -1:
        if self.failure is None:
            self.failure = failure
        self.transport.abort()
        return 0
