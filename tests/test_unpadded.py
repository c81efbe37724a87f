"""Messages that end anywhere in memory: what lies behind them is never looked at if it can't be, and never counts."""

import ctypes
import mmap

import pytest

import corpus
import tickfold as tf

PAGE = mmap.PAGESIZE
STREAMS = {
    stream: [message.payload for message in messages if 0 < len(message.payload) < PAGE]
    for stream, messages in corpus.load().items()
}
# From the last byte of a page to more than the 64 bytes in front of it that decide.
DISTANCES = (0, 1, 2, 7, 8, 15, 16, 31, 32, 62, 63, 64, 65, 100)
BEHIND = (bytes(PAGE), b"9" * PAGE, b'"' * PAGE, b"}]" * (PAGE // 2), b"\\" * PAGE, b"\xff" * PAGE)


class Pages:
    """Two pages of memory, of which the second can be closed to everybody."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 2 * PAGE)
        self.view = memoryview(self.memory)
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.second = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(self.memory)) + PAGE)

    def protect(self, rights: int) -> None:
        if self.libc.mprotect(self.second, ctypes.c_size_t(PAGE), rights) != 0:
            raise OSError(ctypes.get_errno(), "mprotect")

    def place(self, payload: bytes, distance: int) -> memoryview:
        """The payload, `distance` bytes in front of the second page."""
        begin, end = PAGE - distance - len(payload), PAGE - distance
        self.view[begin:end] = payload
        return self.view[begin:end]


@pytest.mark.parametrize("stream", STREAMS)
def test_memory_behind_the_page_of_a_message_is_not_read(stream: str) -> None:
    pages = Pages()
    pages.protect(0)
    try:
        here, there = tf.decoder(stream), tf.decoder(stream)
        for number, payload in enumerate(STREAMS[stream]):
            distance = DISTANCES[number % len(DISTANCES)]
            if distance + len(payload) <= PAGE:
                assert there.decode(pages.place(payload, distance)) == here.decode(payload)
        for payload in sorted(STREAMS[stream], key=len)[:20]:
            for distance in DISTANCES:
                assert there.decode(pages.place(payload, distance)) == here.decode(payload)
        assert there.dispatcher.last_seq > 0
    finally:
        pages.protect(mmap.PROT_READ | mmap.PROT_WRITE)


@pytest.mark.parametrize("stream", STREAMS)
def test_what_lies_behind_a_message_does_not_count(stream: str) -> None:
    pages = Pages()
    here, there = tf.decoder(stream), tf.decoder(stream)
    for number, payload in enumerate(STREAMS[stream]):
        for behind in BEHIND:
            pages.view[PAGE:] = behind
            distance = 0 if number % 2 else 200  # a message that is copied, and one that is not
            if distance + len(payload) > PAGE:
                continue
            message = pages.place(payload, distance)
            pages.view[PAGE - distance : PAGE] = behind[:distance]
            assert there.decode(message) == here.decode(payload), behind[:2]
            cut = message[:-1]  # the rest is there, but is not the message's
            assert there.decode(cut) == here.decode(payload[:-1]), behind[:2]


def test_a_record_does_not_outlive_the_payload_that_it_points_into() -> None:
    decoder = tf.decoder("alpaca.data")
    kept: list[tf.Raw] = []
    decoder.on(tf.Raw)(kept.append)
    decoder.feed(b'[{"T":"a type of tomorrow","S":"AAPL","x":' + b"1" * 100 + b"}]")
    assert len(kept) == 1
    with pytest.raises(ReferenceError):
        kept[0].data  # noqa: B018
