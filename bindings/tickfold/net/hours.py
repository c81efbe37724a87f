"""Hours of a market, for data_within and symbol_within."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tickfold.schema.errors import ConfigError

__all__ = ["Hours", "hours"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Hours:
    """What `hours` makes: called, it says how many seconds are expected now; `at` says so of any moment."""

    opens: time
    closes: time
    zone: ZoneInfo
    within: float
    days: frozenset[int]  # on which it opens, Monday is 0
    holidays: frozenset[date] = field(repr=False)

    def __call__(self) -> float | None:
        return self.at(datetime.now(self.zone))

    def at(self, moment: datetime) -> float | None:
        """`within` where the market is open at this moment, which has a time zone; else None."""
        local = moment.astimezone(self.zone)
        now, today = local.time(), local.date()
        if self.opens < self.closes:
            opened = today if self.opens <= now < self.closes else None
        elif now >= self.opens:  # it closes on the next day
            opened = today
        else:
            opened = today - timedelta(days=1) if now < self.closes else None
        if opened is None or opened.weekday() not in self.days or opened in self.holidays:
            return None
        return self.within


def hours(
    opens: str,
    closes: str,
    *,
    tz: str,
    within: float,
    days: str = "mon-fri",
    holidays: Iterable[date] = (),
) -> Hours:
    """Data is expected every `within` seconds while a market is open: `data_within=tf.hours("09:30", "16:00", …)`.

    opens, closes   "HH:MM" of the market's own clock; where it closes before it opens, it does so on the next day
    tz              its time zone: "America/New_York"
    within          seconds
    days            on which it opens: "mon-fri", "sun-thu", "mon"
    holidays        dates on which it does not

    Raises ConfigError for what is none of these.
    """
    if not within > 0:
        raise ConfigError(f"within={within}: give seconds above 0")
    begin, end = (_time(name, text) for name, text in (("opens", opens), ("closes", closes)))
    if begin == end:
        raise ConfigError(f"opens and closes are both {opens}: give seconds as they are for a market that never closes")
    try:
        zone = ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        raise ConfigError(f'tz={tz!r}: give the name of a time zone, such as "America/New_York"') from None
    closed = frozenset(holidays)
    for day in closed:
        if not isinstance(day, date):
            raise ConfigError(f"holidays holds {day!r}: give dates")
    return Hours(begin, end, zone, within, _days(days), closed)


def _time(name: str, text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()
    except (TypeError, ValueError):
        raise ConfigError(f'{name}={text!r}: give a time such as "09:30"') from None


def _days(text: str) -> frozenset[int]:
    first, _, last = text.lower().partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ConfigError(f'days={text!r}: give one such as "mon-fri"')
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return frozenset((begin + step) % 7 for step in range((end - begin) % 7 + 1))
