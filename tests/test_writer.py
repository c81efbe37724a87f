"""Frames to send without I/O: read back by MessageReader's counterpart, and what RFC 6455 says may be sent at all."""

import pytest

import tickfold as tf
from tickfold.engine.frames import encode_frame
from tickfold.schema.errors import ConfigError, NegotiationError, ProtocolError
from tickfold.schema.extensions import DeflateParams


def unmasked(frame: bytes) -> tuple[int, bytes]:
    """First octet and payload of one whole frame of a client."""
    assert frame[1] & 0x80, "a client masks"
    start = {126: 4, 127: 10}.get(frame[1] & 0x7F, 2)
    key, payload = frame[start : start + 4], frame[start + 4 :]
    return frame[0], bytes(octet ^ key[i & 3] for i, octet in enumerate(payload))


def test_a_server_writes_what_a_client_reads() -> None:
    writer, reader = tf.MessageWriter(server=True), tf.MessageReader()
    frames = [
        writer.text("grüße"),
        writer.text(b"bytes"),
        writer.binary(bytearray(70000)),
        writer.ping(b"?"),
        writer.pong(),
        writer.close(4000, "bye"),
    ]
    assert reader.feed(b"".join(frames)) == [
        tf.Message(1, "grüße".encode()),
        tf.Message(1, b"bytes"),
        tf.Message(2, bytes(70000)),
        tf.Ping(b"?"),
        tf.Pong(),
        tf.Close(4000, "bye"),
    ]


def test_a_client_masks_each_frame_with_another_key() -> None:
    writer = tf.MessageWriter()
    frames = [writer.binary(b"") for _ in range(50)]
    assert len({frame[2:6] for frame in frames}) == 50
    assert unmasked(writer.text("x" * 300)) == (0x81, b"x" * 300)
    assert not writer.server and tf.MessageWriter(server=True).server


def test_messages_are_compressed_as_agreed() -> None:
    answer = "permessage-deflate; server_no_context_takeover"
    writer, reader = tf.MessageWriter(answer, server=True), tf.MessageReader(answer)
    frames = [writer.text("the same words again and again " * 20) for _ in range(2)]
    assert frames[0][0] == 0xC1 and frames[0] == frames[1]
    assert [event.text for event in reader.feed(b"".join(frames))] == ["the same words again and again " * 20] * 2
    assert writer.ping(b"never compressed") == encode_frame(9, b"never compressed")
    assert tf.MessageWriter(answer, compress=False).text("x")[0] == 0x81
    # zlib has no window of 8 bits: such a message goes out uncompressed, which is always allowed
    assert tf.MessageWriter(DeflateParams(client_max_window_bits=8)).text("x")[0] == 0x81
    with pytest.raises(NegotiationError):
        tf.MessageWriter("x-unknown")


def test_what_is_answered() -> None:
    writer = tf.MessageWriter()
    assert writer.answer(tf.Message(1, b"x")) == b"" == writer.answer(tf.Pong(b"x"))
    assert unmasked(writer.answer(tf.Ping(b"abc"))) == (0x8A, b"abc")
    assert not writer.closed
    assert unmasked(writer.answer(tf.Close(3000, "because"))) == (0x88, (3000).to_bytes(2, "big"))
    assert writer.closed
    assert writer.answer(tf.Ping(b"abc")) == b"" == writer.answer(tf.Close(1000))
    assert unmasked(tf.MessageWriter().answer(tf.Close(1005))) == (0x88, b"")
    ended = tf.MessageWriter()
    assert ended.answer(tf.Close(1006)) == b"" and not ended.closed


def test_a_fault_is_told_in_a_close() -> None:
    reader, writer = tf.MessageReader(), tf.MessageWriter()
    reader.feed(b"\x83\x00")
    assert reader.failure is not None
    assert unmasked(writer.fail(reader.failure)) == (0x88, b"\x03\xea" + str(reader.failure).encode())
    assert writer.fail(reader.failure) == b""
    # a reason ends at a character
    reason = unmasked(tf.MessageWriter().fail(ProtocolError(1002, "x" + "ü" * 100)))[1][2:]
    assert reason == b"x" + "ü".encode() * 61
    cut = tf.MessageReader()
    cut.feed_eof()
    assert cut.failure is not None and tf.MessageWriter().fail(cut.failure) == b""


def test_nothing_follows_a_close() -> None:
    writer = tf.MessageWriter("permessage-deflate")
    writer.close(None)
    for send in (writer.text, writer.binary, writer.ping, writer.pong):
        with pytest.raises(ValueError, match="after a Close"):
            send(b"x")
    with pytest.raises(ValueError, match="after a Close"):
        writer.close()


def test_what_may_not_be_sent() -> None:
    writer = tf.MessageWriter()
    for code in (999, 1004, 1005, 1006, 1015, 2999, 5000):
        with pytest.raises(ConfigError, match=f"{code} is not"):
            writer.close(code)
    with pytest.raises(ConfigError, match="123 octets of reason, not 124"):
        writer.close(1000, "x" * 124)
    with pytest.raises(ConfigError, match="without a code"):
        writer.close(None, "reason")
    for send in (writer.ping, writer.pong):
        with pytest.raises(ConfigError, match="125 octets, not 126"):
            send(bytes(126))
    assert not writer.closed
    assert unmasked(writer.close(1000, "x" * 123))[1] == b"\x03\xe8" + b"x" * 123
