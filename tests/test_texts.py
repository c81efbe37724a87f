"""Texts in the slots of rows: whatever came before, a slot holds the newest text and zeros behind it."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

import tickfold as tf

SLOT = 128  # bytes of Order.description

# Texts of two letters and NULs, around the 8 bytes that are compared at once, and longer than the slot.
PIECES = st.lists(st.sampled_from(["a" * 7, "b\0", "b"]), max_size=24)
TEXTS = st.lists(st.one_of(st.text("ab\0", max_size=20), st.builds("".join, PIECES)), min_size=1, max_size=12)


def update(text: str) -> bytes:
    """A message of one order. One with a NUL is read by simdjson, any other by the scanner."""
    return json.dumps({"topic": "sor", "args": [{"orderId": 1, "orderDesc": text}]}).encode()


@settings(max_examples=400)
@given(texts=TEXTS)
@example(texts=["abcdefg\0hij", "abcdefg", "abcdefg\0xyz", "abcdefghij", "abcdefg"])
@example(texts=["a" * SLOT, "a" * (SLOT - 1), "a" * SLOT, "a" * (SLOT + 1), "a"])
def test_a_slot_holds_the_newest_text_and_zeros(texts: list[str]) -> None:
    decoder = tf.decoder("ibkr")
    before = b""
    for number, text in enumerate(texts):
        told: list[bool] = []
        callback = decoder.on(tf.Order, lambda order, told=told: told.append("description" in order.changed_fields))
        decoder.feed(update(text))
        decoder.off(callback)
        whole = text.encode()
        slot = whole.split(b"\0")[0][:SLOT]
        rows = decoder.orders.array
        at = rows.dtype.fields["description"][1]
        assert rows[:1].tobytes()[at : at + SLOT] == slot.ljust(SLOT, b"\0")
        assert rows["description"][0] == slot
        order = decoder.orders["1"]
        assert (order.description or "") == slot.decode()
        assert bool(order.flags & tf.Flag.TRUNCATED) == (slot != whole)
        if number:
            assert any(told) == (slot != before), (before, slot)
        before = slot
