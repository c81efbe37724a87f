"""Packing and unpacking of MessagePack, against the specification's own forms."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickfold.net.msgpack import Timestamp, pack, unpack

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=300)
    | st.binary(max_size=300)
    | st.integers(-(1 << 63), (1 << 63) - 1).map(Timestamp)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=8), inner, max_size=20)
)


@settings(deadline=None)
@given(VALUES)
def test_there_and_back(value):
    assert unpack(pack(value)) == value


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (None, "c0"), (True, "c3"), (0, "00"), (127, "7f"), (128, "cc80"), (-1, "ff"), (-32, "e0"), (-33, "d0df"),
        (256, "cd0100"), (1 << 16, "ce00010000"), (1 << 32, "cf0000000100000000"), (-129, "d1ff7f"),
        (-(1 << 63), "d38000000000000000"), (1.5, "cb3ff8000000000000"), ("é", "a2c3a9"), (b"\x01", "c40101"),
        ([1, "a"], "9201a161"), ({"a": 1}, "81a16101"), ("x" * 32, "d920" + "78" * 32),
        ([0] * 16, "dc0010" + "00" * 16),
        (Timestamp(0), "d6ff00000000"),  # 32 bits: seconds
        (Timestamp(1_000_000_001), "d7ff0000000400000001"),  # 64 bits: 30 of ns, 34 of seconds
        (Timestamp(-1), "c70cff3b9ac9ffffffffffffffffff"),  # 96 bits
        (Timestamp((1 << 34) * 10**9), "c70cff000000000000000400000000"),
    ],
)  # fmt: skip
def test_forms_of_the_specification(value, form):
    assert pack(value).hex() == form
    assert unpack(bytes.fromhex(form)) == value


@pytest.mark.parametrize("value", [1 << 64, -(1 << 63) - 1])
def test_too_large(value):
    with pytest.raises(OverflowError):
        pack(value)


def test_what_has_no_form():
    with pytest.raises(TypeError, match="set"):
        pack([{1}])


@settings(deadline=None)
@given(st.binary(max_size=64))
def test_any_bytes_are_a_value_or_a_value_error(data):
    with contextlib.suppress(ValueError):
        unpack(data)


@pytest.mark.parametrize("form", ["", "c1", "0000", "a2c3", "a1ff", "91" * 40 + "00", "c7017f00", "dd00ffffff", "8190"])
def test_refused(form):
    with pytest.raises(ValueError, match=r"MessagePack|value|deep|used|extension|cut"):
        unpack(bytes.fromhex(form))
