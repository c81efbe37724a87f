"""A loop that never sleeps: sockets are read again and again, instead of waiting until the kernel tells of bytes.

A Spinner is a callback that the event loop calls in each of its turns, and that asks for the next turn itself: so the
loop does not sleep. In its turn it asks the sockets for bytes for up to SLICE ns, without the GIL, and ends the turn as
soon as there were any. Timers, other sockets, signals and what other threads ask for are the loop's, as ever, once a
turn. The loop watches our sockets, too; who of the two is first reads.

Under TLS the bytes are not ours to read. There the turns are short, and the event loop does all of it.
"""

from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport int64_t
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec

from tickfold.engine.listener cimport Listener

cdef extern from "<sys/socket.h>" nogil:
    enum: MSG_DONTWAIT
    Py_ssize_t recv(int fd, void *buffer, size_t size, int flags)


cdef enum:
    SLICE = 100_000    # ns of one turn, at most: others of the loop wait that long
    MOST = 16          # sockets that are read here


cdef struct Place:
    int fd
    void *buffer
    size_t size


cdef inline int64_t now_ns() noexcept nogil:
    cdef timespec now
    clock_gettime(CLOCK_MONOTONIC, &now)
    return <int64_t>now.tv_sec * 1_000_000_000 + now.tv_nsec


cdef class Watched:
    """A connection that is looked at."""


cdef class Spinner:
    """Keeps an event loop from sleeping while one of its listeners is connected.

    :param loop: the event loop
    :param linger: seconds for which it goes on after the last bytes came, and then lets the loop sleep until others
        come; None: for as long as anything is connected
    """

    def __init__(self, loop, linger=None):
        self.loop = loop
        self.linger = -1 if linger is None else <int64_t>(linger * 1e9)
        self.watched = []

    @property
    def spinning(self):
        """Whether it keeps the loop from sleeping now."""
        return self.armed

    def add(self, Listener listener not None):
        """Looks at a listener that is connected, until it is so no more."""
        cdef Watched one = Watched()
        one.listener = listener
        transport = listener.transport.underlying_transport
        if transport.get_extra_info("sslcontext") is None:
            one.socket = transport.get_extra_info("socket")
        self.watched.append(one)
        self.wake()

    def stop(self):
        """Ends it."""
        cdef Watched one
        for one in self.watched:
            one.listener.woken = None
        self.watched = []

    cpdef wake(self):
        """Bytes came, or a listener: no sleep from now on."""
        cdef Watched one
        if self.armed:
            return
        for one in self.watched:
            one.listener.woken = None
        self.armed, self.began = True, now_ns()
        self.loop.call_soon(self)

    def __call__(self):
        """A turn. For the event loop."""
        cdef Watched one
        cdef int64_t now = now_ns()
        self.watched = [one for one in self.watched if one.listener.connected]
        if not self.watched:
            self.armed = False
            return
        if 0 <= self.linger < now - self.last():
            self.armed = False
            for one in self.watched:
                one.listener.woken = self.wake
            return
        self.look(now)
        self.loop.call_soon(self)

    cdef int64_t last(self) noexcept:
        """When bytes came last, or it was armed."""
        cdef Watched one
        cdef int64_t last = self.began
        for one in self.watched:
            if one.listener.last_receive_ns > last:
                last = one.listener.last_receive_ns
        return last

    cdef bint look(self, int64_t now) except -1:
        """Asks the sockets for bytes until one has some, for up to SLICE ns. Returns whether one had."""
        cdef Place places[MOST]
        cdef Watched one
        cdef list here = []
        cdef int64_t until = now + SLICE
        cdef int count = 0, i = 0, error = 0
        cdef Py_ssize_t got = -1
        if 0 <= self.linger < SLICE:
            until = min(until, self.last() + self.linger)
        for one in self.watched:
            if one.socket is None:
                until = now    # the loop alone can read this one
            elif count < MOST:
                places[count].fd = one.socket.fileno()
                if places[count].fd < 0:
                    continue
                places[count].buffer, places[count].size = one.listener._buffer, one.listener._read_size
                here.append(one)
                count += 1
        if count == 0:
            return False
        with nogil:
            while True:
                for i in range(count):
                    got = recv(places[i].fd, places[i].buffer, places[i].size, MSG_DONTWAIT)
                    error = errno
                    if got >= 0 or (error != EAGAIN and error != EINTR):
                        break
                else:
                    if now_ns() < until:
                        continue
                break
        one = here[i]
        if got > 0:
            one.listener.received(<size_t>got)
            return True
        if got == 0 or (error != EAGAIN and error != EINTR):
            one.socket = None    # its end: the loop sees it, too, and tells
        return False
