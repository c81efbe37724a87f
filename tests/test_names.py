"""Interned names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickfold.engine.decoder import Decoder
from tickfold.engine.names import Names
from tickfold.engine.state import State


def intern(decoder: Decoder, text: str) -> int:
    """The number that a symbol has after a trade in it."""
    import json

    (record,) = decoder.decode(json.dumps([{"T": "t", "S": text}], ensure_ascii=False).encode())
    return record.symbol_id


def test_numbers_are_dense_and_stay() -> None:
    decoder = Decoder("alpaca.data")
    texts = [f"SYM{i}" for i in range(3000)]
    assert [intern(decoder, text) for text in texts] == list(range(1, 3001))
    assert [intern(decoder, text) for text in reversed(texts)] == list(range(3000, 0, -1))
    names = decoder.symbols
    assert len(names) == 3000
    assert names[1] == "SYM0"
    assert names[3000] == "SYM2999"
    assert names.id(0, "SYM1234") == 1235
    assert names.id(1, "SYM1234") is None


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=60))
def test_two_texts_are_two_names(texts: list[str]) -> None:
    """Whatever their lengths, also around the 16 bytes that are compared at once, and with NULs."""
    decoder = Decoder("alpaca.data")
    numbers: dict[str, int] = {}
    for text in texts:
        number = intern(decoder, text)
        if text == "":
            assert number == 0
            continue
        assert numbers.setdefault(text, number) == number
        assert decoder.symbols[number] == text
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("size", [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 254, 255, 383])
def test_texts_that_differ_in_one_place(size: int) -> None:
    decoder = Decoder("alpaca.data")
    texts = ["a" * size, *("a" * i + "b" + "a" * (size - i - 1) for i in range(size))]
    assert len({intern(decoder, text) for text in texts}) == len(texts)
    assert len({intern(decoder, text) for text in texts}) == len(texts)


def test_the_limit() -> None:
    decoder = Decoder("alpaca.data", state=State(max_symbols=100))
    assert [intern(decoder, f"S{i}") for i in range(100)] == list(range(1, 101))
    (error,) = decoder.decode(b'[{"T":"t","S":"one more"}]')
    assert type(error).__name__ == "Error"
    assert len(decoder.symbols) == 100
    assert decoder.symbols.limit == 100
    assert intern(decoder, "S50") == 51


@pytest.mark.parametrize("limit", [0, (1 << 24) + 1])
def test_limits_that_are_none(limit: int) -> None:
    with pytest.raises(ValueError, match="limit of names"):
        Names(limit)


def test_a_small_limit() -> None:
    for limit in (1, 2, 62, 63, 64, 65, 127, 128):
        decoder = Decoder("alpaca.data", state=State(max_symbols=limit))
        for i in range(limit + 3):
            decoder.feed(f'[{{"T":"t","S":"S{i}"}}]'.encode())
        assert len(decoder.symbols) == limit


def test_numbers_that_are_none() -> None:
    names = Names()
    for number in (-1, 0, 1):
        with pytest.raises(IndexError, match="no name has the number"):
            names[number]
    assert names.id(0, "nothing") is None
    assert names.id(0, "") is None
    assert names.id(0, "x" * 384) is None
    with pytest.raises(TypeError):
        names.id(0, None)  # type: ignore[arg-type]
