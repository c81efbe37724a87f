"""Numbers from their wire text, against Decimal and float."""

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tickfold.engine import probe
from tickfold.engine.decoder import Decoder

# What a reader may find behind the end of a number: nothing of it may count.
PADDINGS = [bytes(64), b"9" * 64, b".5" * 32, b"e5" * 32, b'"}]' * 22, b"-1" * 32, b"0" * 64, b"E+9" * 22]

digits = st.text("0123456789", min_size=1, max_size=24)


@st.composite
def json_numbers(draw: st.DrawFn) -> str:
    whole = draw(st.one_of(st.just("0"), digits.map(lambda text: text.lstrip("0") or "0")))
    fraction = draw(st.one_of(st.just(""), digits.map(".{}".format)))
    exponent = draw(
        st.sampled_from(["", "", "", "e0", "E5", "e-7", "e+22", "E-22", "e23", "e-23", "e120", "E-130", "e300"])
    )
    return draw(st.sampled_from(["", "-"])) + whole + fraction + exponent


def significant(text: str) -> int:
    """How many digits a number is written with, leading zeros apart."""
    mantissa = text.lower().lstrip("+-").split("e")[0].replace(".", "")
    return len(mantissa.lstrip("0"))


def check(text: str, result: tuple[float, int, bool] | None) -> None:
    """The nearest float64, and the count of decimals with which up to 15 digits come back."""
    wire, value = Decimal(text), float(text)
    if value in (float("inf"), float("-inf")) or (value == 0 and wire != 0):
        assert result is None or result[0] != result[0], text
        return
    assert result is not None
    got, decimals, exact = result
    assert got.hex() == value.hex()
    exponent = wire.as_tuple().exponent
    assert isinstance(exponent, int)
    if wire == 0:  # exact however it is written: 0e-200000000 has no decimals worth keeping
        assert (exact, decimals) == (True, -exponent if -127 <= exponent <= 127 else 0)
        return
    assert exact == (significant(text) <= 15 and -127 <= exponent <= 127)
    if exact:
        assert decimals == -exponent
        assert Decimal(round(Decimal(got).scaleb(decimals))).scaleb(-decimals) == wire


@given(
    st.floats(1, 10), st.integers(-12, 25), st.integers(16, 40), st.integers(-2, 2), st.sampled_from(PADDINGS[:2])
)
def test_numbers_half_way_between_two_floats(
    mantissa: float, magnitude: int, count: int, off: int, padding: bytes
) -> None:
    """Where the nearest is hardest to tell: the middle of two, to as many digits, and its neighbours."""
    low = mantissa * 10.0**magnitude
    with localcontext(prec=100):
        middle = (Decimal(low) + Decimal(math.nextafter(low, math.inf))) / 2
    digits, exponent = f"{middle:.{count - 1}e}".split("e")
    whole, places = int(digits.replace(".", "")) + off, count - 1 - int(exponent)
    for text in (f"{whole}e{-places}", f"-{whole}e{-places}", f"{Decimal(whole).scaleb(-places):f}"):
        data = text.encode() + b" "
        result = probe.number(data, padding)
        assert result is not None
        assert result[0] == len(text)
        check(text, result[1:])


@given(json_numbers(), st.sampled_from(PADDINGS))
@example("-0", bytes(64))
@example("-0.0", bytes(64))
@example("123456789012345", bytes(64))
@example("1234567.1234567", bytes(64))
@example("12345678.5", bytes(64))
@example("9007199254740992", bytes(64))
@example("9007199254740993", bytes(64))
@example("900719925474099.2", bytes(64))
@example("900719925474099.3", bytes(64))
@example("9007199254740991e5", bytes(64))
@example("9999999999999999999", bytes(64))
@example("18446744073709551615", bytes(64))
@example("9223372036854775809", bytes(64))
@example("0.0000000012345678901234567890", bytes(64))
@example("12345678901234567.890e-5", bytes(64))
@example("99999999999999999999", bytes(64))
@example("0.000000000000000000000000000000001", bytes(64))
@example("2.2250738585072011e-308", bytes(64))
@example("1e-400", bytes(64))
@example("-1e400", bytes(64))
def test_json_numbers(text: str, padding: bytes) -> None:
    data = text.encode()
    result = probe.number(data, padding)
    if result is None or result[0] > len(data):
        assert padding[:1].isdigit() or padding[:1] == b"."
        return  # cut within a number: whoever asked sees that it ends behind the message, and refuses it
    after, value, decimals, exact = result
    assert after == len(data)
    check(text, (value, decimals, exact))
    check(text, probe.number_text(data))
    if value == value:
        assert probe.plain(data) == probe.number_text(data)


@pytest.mark.parametrize("text", [
    "", "-", "+", ".", "-.", ".5", "-.5", "1.", "-1.", "1.e5", "1e", "1e+", "1e-", "e5", "--1", "+-1", "++1", "-+1",
    "0x10", "1_000", "NaN", "nan", "Infinity", "inf", "-inf", "1,000", " 1", "1 ", "1\x00", "1..2", "1.2.3", "1e5.5",
    "1e5e5", "\u0661", "1-1", "",
])  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    data = text.encode()
    assert probe.number_text(data) is None
    assert probe.plain(data) is None
    result = probe.number(data)
    assert result is None or result[0] < len(data)


@pytest.mark.parametrize("text", ["00", "01", "-01", "007", "00.5", "0" * 30 + "5"])
def test_leading_zeros_are_text_only(text: str) -> None:
    """JSON has none; venues that quote their numbers do."""
    assert probe.number(text.encode()) is None
    assert probe.plain(text.encode()) is None
    check(text.lstrip("-0").rjust(1, "0") if text != "-01" else "-1", probe.number_text(text.encode()))


def test_a_plus_is_text_only() -> None:
    assert probe.number(b"+5") is None
    assert probe.number_text(b"+5") == (5.0, 0, True)


@pytest.mark.parametrize("size", [255, 256, 257, 1000, 1001, 1003, 5000, 100000])
@pytest.mark.parametrize("form", ["9{}", "0.1{}", "-0.{}1", "1e{}1"])
def test_very_long_numbers_are_skipped_whole(form: str, size: int) -> None:
    """Valid JSON all the same: the number is no value, the message is no fault."""
    text = form.format("0" * (size - len(form.format(""))))
    result = probe.number(text.encode())
    assert result is not None
    after, value, _, exact = result
    assert after == len(text)
    if size > 256:
        assert value != value
        assert not exact
        assert probe.number_text(text.encode()) is None
    else:
        assert value == float(text)


@given(st.text("0123456789.eE+-, KMBTCH%", max_size=12))
def test_any_text_is_a_number_or_none(text: str) -> None:
    data = text.encode()
    for result in (probe.number_text(data), probe.plain(data)):
        if result is not None:
            assert result[0] == float(text)
    dressed = probe.dressed(data)
    if dressed is not None:
        bare = text.lstrip("CH").lstrip("+").replace(",", "")
        scale = {"K": 3, "M": 6, "B": 9, "T": 12}.get(bare[-1], 0)
        number = bare.rstrip("KMBT%")
        assert dressed[0] == float(number if scale == 0 else f"{number}e{scale}")


@given(
    prefix=st.sampled_from(["", "C", "H"]),
    sign=st.sampled_from(["", "+", "-"]),
    whole=st.integers(0, 10**11),
    fraction=st.one_of(st.just(""), st.text("0123456789", min_size=1, max_size=4)),
    grouped=st.booleans(),
    suffix=st.sampled_from(["", "K", "M", "B", "T", "%"]),
)
def test_dressed_numbers(prefix: str, sign: str, whole: int, fraction: str, grouped: bool, suffix: str) -> None:
    bare = f"{whole}" + (f".{fraction}" if fraction else "")
    text = prefix + sign + (f"{whole:,}" if grouped else f"{whole}") + (f".{fraction}" if fraction else "") + suffix
    exponent = {"K": 3, "M": 6, "B": 9, "T": 12}.get(suffix, 0)
    wire = Decimal(f"{'-' if sign == '-' else ''}{bare}e{exponent}")
    result = probe.dressed(text.encode())
    assert result is not None
    value, decimals, exact, got_prefix = result
    assert got_prefix == prefix
    assert value == float(wire)
    assert exact == (significant(bare) <= 15)
    assert decimals == len(fraction) - exponent


@pytest.mark.parametrize("text", [
    "", "C", "H", "K", "%", "CK", "+", "-", "C-", ",1", "1,", "1,,2", "1,K", ",", "1.2,3", "1.,5", "1e5K", "1e5,0",
    "CC1",
    "1KK", "1%%", "1K%", "+-1", "-+1", "++1", "C+-1", "K1", "1 K", "1k", "$1", "\u20ac1", "1\u2022", "0x1K", "1.K",
    ".5K",
    "-,1", "1,-1", "1" * 65,
])  # fmt: skip
def test_what_is_no_dressed_number(text: str) -> None:
    assert probe.dressed(text.encode()) is None


INT64 = (-(2**63), 2**63 - 1)


@given(st.one_of(st.integers(-(2**66), 2**66), st.sampled_from([*INT64, INT64[0] - 1, INT64[1] + 1, 2**64 - 1, 2**64])))
def test_integers(number: int) -> None:
    text = str(number).encode()
    assert probe.integer(text) == (number if INT64[0] <= number <= INT64[1] else None)
    assert probe.unsigned(text) == (number if 0 <= number < 2**64 else None)


@pytest.mark.parametrize("text", ["", "-", "+", "1.0", "1e3", " 1", "1 ", "0x1", "--1", "+-1", "++1", "1\x00", "1,000"])
def test_what_is_no_integer(text: str) -> None:
    assert probe.integer(text.encode()) is None
    assert probe.unsigned(text.encode()) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(lambda d: -120 < d.adjusted() < 120))
@example(Decimal("0.00003"))
@example(Decimal("-0.00"))
@example(Decimal("1.50"))
@example(Decimal("29.205707815"))
@example(Decimal("999999999999999e-15"))
@example(Decimal("-123456789012345e100"))
@example(Decimal("123456789012345e-127"))
def test_the_decimal_of_the_wire_comes_back(wire: Decimal) -> None:
    """Identical to its last zero up to 15 digits; beyond that from its text, with the flag."""
    text = str(wire)
    if text.startswith(("0E", "-0E")) and not -100 < wire.as_tuple().exponent < 100:  # type: ignore[operator]
        return
    decoder = Decoder("alpaca.data")
    (quote,) = decoder.decode(f'[{{"T":"q","S":"X","bp":{text}}}]')
    assert str(quote.decimal("bid")) == text or quote.decimal("bid").as_tuple() == wire.as_tuple()
    assert quote.bid == float(text)
    inexact = significant(text) > 15 or not -127 <= wire.as_tuple().exponent <= 127  # type: ignore[operator]
    assert bool(quote.flags & quote.flags.INEXACT) == inexact
