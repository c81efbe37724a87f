"""Times from their wire text, against datetime."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tickfold.engine import probe

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PADDINGS = [bytes(16), b"9" * 16, b"Z" * 16, b"+00:00" * 3, b".5Z" * 6]

moments = st.datetimes(datetime(1678, 1, 1), datetime(2261, 12, 31, 23, 59, 59)).map(lambda t: t.replace(tzinfo=UTC))


def ns(moment: datetime, fraction: str = "") -> int:
    """Whole seconds of a moment, and a fraction's first nine digits, in ns since 1970."""
    return (moment.replace(microsecond=0) - EPOCH) // timedelta(seconds=1) * 10**9 + int((fraction + "0" * 9)[:9])


@given(
    moments,
    st.text("0123456789", max_size=14),
    st.one_of(st.none(), st.integers(-23 * 60 - 59, 23 * 60 + 59)),
    st.sampled_from("Tt "),
    st.sampled_from("Zz"),
    st.sampled_from(PADDINGS),
)
@example(datetime(2024, 2, 29, tzinfo=UTC), "900412301", None, "T", "Z", bytes(16))
@example(datetime(2261, 12, 31, 23, 59, 59, tzinfo=UTC), "999999999", -23 * 60 - 59, "T", "Z", bytes(16))
@example(datetime(1678, 1, 1, tzinfo=UTC), "", 23 * 60 + 59, "T", "Z", bytes(16))
def test_rfc3339(moment: datetime, fraction: str, offset: int | None, t: str, z: str, padding: bytes) -> None:
    text = moment.strftime("%Y-%m-%d") + t + moment.strftime("%H:%M:%S") + (f".{fraction}" if fraction else "")
    shift = 0
    if offset is None:
        text += z
    else:
        shift = offset * 60 * 10**9
        text += f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    clock = probe.Clock()
    expected = ns(moment, fraction) - shift
    assert clock.rfc3339(text.encode(), padding) == expected
    assert clock.rfc3339(text.encode(), padding) == expected  # now from the cached minute
    if len(fraction) <= 6 and t == "T" and z == "Z":
        try:
            peer = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            return
        assert expected == (peer - EPOCH) // timedelta(microseconds=1) * 1000


@pytest.mark.parametrize("text", [
    "", "2024", "2024-08-06", "2024-08-06T14:02:11", "2024-08-06T14:02Z", "2024-08-06T14:02:11.Z",
    "2024-08-06T14:02:11.",
    "2024-08-06T14:02:11.5", "2024-08-06T14:02:11+0000", "2024-08-06T14:02:11+00", "2024-08-06T14:02:11+24:00",
    "2024-08-06T14:02:11+00:60", "2024-08-06T14:02:11ZZ", "2024-08-06T14:02:11Z ", " 2024-08-06T14:02:11Z",
    "2024-13-06T14:02:11Z", "2024-00-06T14:02:11Z", "2024-08-32T14:02:11Z", "2024-08-00T14:02:11Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2024-04-31T00:00:00Z", "2024-08-06T24:02:11Z",
    "2024-08-06T14:60:11Z",
    "2024-08-06T14:02:61Z", "2024-08-06X14:02:11Z", "2024/08/06T14:02:11Z", "2024-08-06T14.02:11Z",
    "2024-08-06T14:02.11Z",
    "2024-08-06T14:02:1aZ", "2024-08-06T14:02:11.5a5Z", "2024-08-06T14:02:11.123456789aZ", "20240806T140211Z00000",
    "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "1677-12-31T23:59:59Z", "2262-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "\0" * 16 + ":00Z", "\0" * 16 + ":11.5Z", "-024-08-06T14:02:11Z", "2024-08-06T14:02:-1Z", "2024-08-06T14:02:11,5Z",
])  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    """.NET's minimum, 0001-01-01, stands for "none" and lies before what int64 ns can hold."""
    for padding in PADDINGS:
        assert probe.Clock().rfc3339(text.encode(), padding) is None


def test_leap_years() -> None:
    assert probe.Clock().rfc3339(b"2000-02-29T00:00:00Z") == ns(datetime(2000, 2, 29, tzinfo=UTC))
    assert probe.Clock().rfc3339(b"2000-02-29T23:59:60Z") == ns(datetime(2000, 3, 1, tzinfo=UTC))


@given(st.lists(st.tuples(moments, st.booleans()), min_size=2, max_size=8))
def test_the_cached_minute_changes_nothing(steps: list[tuple[datetime, bool]]) -> None:
    clock = probe.Clock()
    for moment, broken in steps:
        if broken:  # a date that is none leaves the cache as it was
            assert clock.rfc3339(b"2024-02-31T14:02:11Z") is None
            assert clock.rfc3339(moment.strftime("%Y-%m-%dT%H:%M:6a").encode() + b"Z") is None
        assert clock.rfc3339(moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()) == ns(moment)
        zone = timezone(timedelta(hours=5, minutes=30))
        assert clock.rfc3339(moment.strftime("%Y-%m-%dT%H:%M:%S+05:30").encode()) == ns(moment.replace(tzinfo=zone))


@given(moments)
def test_compact_and_us_dates(moment: datetime) -> None:
    assert probe.compact_date(moment.strftime("%Y%m%d-%H:%M:%S").encode()) == ns(moment)
    assert probe.us_date(moment.strftime("%m/%d/%Y %H:%M:%S").encode()) == ns(moment)


@pytest.mark.parametrize("text", [
    "", "20240806", "20240806-14:02", "20240806 14:02:11", "20240806-14:02:11Z", "20240231-14:02:11",
    "20240806-24:02:11",
    "2024080a-14:02:11", "00010101-00:00:00",
])  # fmt: skip
def test_what_is_no_compact_date(text: str) -> None:
    assert probe.compact_date(text.encode()) is None


@pytest.mark.parametrize("text", [
    "", "08/06/2024", "08/06/2024 14:02", "8/6/2024 14:02:11", "13/06/2024 14:02:11", "02/30/2024 14:02:11",
    "08/06/2024T14:02:11", "08-06-2024 14:02:11", "01/01/0001 00:00:00",
])  # fmt: skip
def test_what_is_no_us_date(text: str) -> None:
    assert probe.us_date(text.encode()) is None


@given(st.integers(-(2**64), 2**64), st.sampled_from([10**9, 10**6, 1]))
@example(1718026215882, 10**6)
@example((2**63 - 1) // 10**6, 10**6)
@example((2**63 - 1) // 10**6 + 1, 10**6)
@example(-(2**63), 1)
def test_counts_since_1970(count: int, unit: int) -> None:
    """INT64_MIN itself means "unknown", so no count becomes it."""
    expected = count * unit
    fits = -(2**63) < expected < 2**63 and -(2**63) <= count < 2**63
    assert probe.epoch(str(count).encode(), unit) == (expected if fits else None)


@pytest.mark.parametrize("text", ["", "1718026215.5", "1.7e12", "now", "-", " 1"])
def test_what_is_no_count(text: str) -> None:
    assert probe.epoch(text.encode(), 10**6) is None
