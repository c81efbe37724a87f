"""Reading sockets again and again, instead of sleeping until the kernel tells of bytes."""

from libc.stdint cimport int64_t

from tickfold.engine.listener cimport Listener


cdef class Watched:
    cdef Listener listener
    cdef object socket           # the transport's, whose fileno() is -1 once it is closed; None: not to be read here
    cdef int fd


cdef class Spinner:
    cdef object loop
    cdef int64_t linger          # ns for which it goes on after the last bytes; below 0: for ever
    cdef list watched            # of Watched
    cdef bint armed              # the event loop is to call it
    cdef int64_t began           # when it was armed, ns of CLOCK_MONOTONIC

    cpdef wake(self)
    cdef bint look(self, int64_t now) except -1
    cdef int64_t last(self) noexcept
