"""Random logs of orders of each venue, and what must hold of state and callbacks whatever they say.

    python tests/fuzz_sequences.py --seconds 900 --venue etna --seed 7
    python tests/fuzz_sequences.py --count 2000          how often each check fails, instead of the first failure
    python tests/run_asan.py --fuzz-sequences 900

Each trial makes one log (order_logs.py) and puts it to one check; a finding names both: `--seed 7 --trial 12 --venue
etna --check sums` runs it again and prints its messages. The checks:

    sums        the plain sum of qty over Fill callbacks of an order is its filled quantity, whatever is repeated, comes
                late, is amended, corrected, taken back, or told anew after a reconnect
    retired     the same where rows of ended orders are retired meanwhile
    missed      the same where executions were missed while the connection was lost
    restart     the same where a new process is told the day; derived fills say SYNTHETIC and SNAPSHOT
    truth       at the end of a log the row says what is true, and filled + leaves is the quantity
    monotone    filled_qty never falls but by a correction; what has ended stays ended
    twice       a message that comes twice is told once, and gives the same state
    apart       two streams, two accounts and two orders never touch each other's rows
    ambiguous   a change without an account is for the one order with its id; of several it changes none: an Error
    spelled     the same numbers with more digits, as text, in exponents or scaled give the same state
    unreadable  a value that cannot be read becomes no 0 and erases nothing

The test suite runs some hundred trials (test_fuzz_sequences.py).
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from order_logs import MARKET, PARTIES, SPELLINGS, VENUES, Message, Script, Spelling, Truth, Venue, plain, quoted, write
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Error, Fill, Order, Quote, Record
from tickfold.engine.state import State
from tickfold.schema.enums import Flag, OrderStatus

ENDED = {
    OrderStatus.FILLED,
    OrderStatus.CANCELED,
    OrderStatus.REPLACED,
    OrderStatus.REJECTED,
    OrderStatus.EXPIRED,
}
NUMBERS = {cls: [n for n in cls.dtype().names or () if cls.dtype()[n].kind == "f"] for cls in (Order, Fill, Quote)}
#: Fields of orders by the key that states them.
FIELDS = {
    "totalSize": "qty",
    "filledQuantity": "filled_qty",
    "remainingQuantity": "leaves_qty",
    "avgPrice": "avg_price",
    "price": "limit_price",
    "Quantity": "qty",
    "ExecutedQuantity": "filled_qty",
    "AveragePrice": "avg_price",
    "Price": "limit_price",
    "qty": "qty",
    "filled_qty": "filled_qty",
    "limit_price": "limit_price",
    "size": "qty",
    "remaining": "leaves_qty",
}
#: What the form of a number may change, and nothing else may.
FORM = Flag.INEXACT | Flag.TRUNCATED

Key = tuple[str | None, str | None]  # account, order id
Image = dict[Key, dict[str, Any]]


# what a decoder says


def values(record: Record) -> dict[str, Any]:
    """What a record states, its numbers as exact decimals."""
    said = {name: getattr(record, name) for name in ("symbol", "ts_event", *record.known_fields)}
    for name in NUMBERS[type(record)]:
        if said.get(name) is not None:
            number = record.decimal(name)
            assert number is not None
            said[name] = number.normalize() if number.is_finite() else str(number)
    return said | {"flags": record.flags & ~FORM}


def image(decoder: Decoder) -> Image:
    """All rows of orders."""
    return {(order.account, order.order_id): values(order) for order in decoder.orders}


def decoder_of(venue: Venue, **options: Any) -> Decoder:
    return Decoder(venue.table, **venue.options | options)


class Told:
    """What callbacks were told: every Order and Fill, and the sum of the fills of each order."""

    def __init__(self, decoder: Decoder) -> None:
        self.sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.fills: list[Fill] = []
        decoder.on(Fill, self.fill)

    def fill(self, fill: Fill) -> None:
        assert fill.order_id is not None, f"a fill that names no order: {fill}"
        qty = fill.decimal("qty")
        assert qty is not None and (qty or fill.flags & Flag.CORRECTION), f"a fill of nothing: {fill}"
        self.sums[fill.order_id] += qty
        self.fills.append(fill.copy())


# logs


def usual(venue: Venue) -> Spelling:
    """How the venue itself writes numbers."""
    return plain if venue.table == "ibkr" else quoted(plain)


def truths(venue: Venue, dice: random.Random, count: int) -> list[Truth]:
    accounts = PARTIES if venue.table == "vega" else ("DU1", "DU2")
    whole = Decimal(dice.randint(1, 300))
    return [
        Truth(
            order_id=f"{number + 1:064x}" if venue.table == "vega" else str(1000 + number),
            account=accounts[0],
            symbol="8894",
            qty=whole if venue.whole else whole / 10,
            limit=Decimal(dice.randint(100, 99999)) if venue.table == "vega" else Decimal("41.20"),
            nameless=dice.random() < 0.2,
        )
        for number in range(count)
    ]


class Trial:
    """One log and one check. `said` holds the messages that were fed, for a finding."""

    def __init__(self, venue: Venue, dice: random.Random) -> None:
        self.venue, self.dice = venue, dice
        self.said: list[str] = []

    def feed(self, decoder: Decoder, *messages: Message, spell: Spelling | None = None) -> None:
        for message in messages:
            text = write(message, spell or usual(self.venue))
            self.said.append(text)
            decoder.feed(text)

    def note(self, text: str) -> None:
        self.said.append(f"({text})")

    def reconnect(self, decoder: Decoder) -> None:
        self.note("reconnect")
        decoder.announce(False, "orders", "lost", 1)
        decoder.announce(True, "orders", "ready", 2)
        decoder.gap(1, 2, "orders", "reconnected")
        decoder.flush()

    def wild(self) -> list[Message]:
        accounts = PARTIES if self.venue.table == "vega" else ("DU1", "DU2")
        number = "1" * 64 if self.venue.table == "vega" else "7"
        return [self.venue.wild(self.dice, number, accounts[0]) for _ in range(self.dice.randint(1, 6))]

    # checks

    def sums(self, retired: bool = False, missed: bool = False, restart: bool = False) -> None:
        venue, dice = self.venue, self.dice
        decoder = decoder_of(venue)
        told = Told(decoder)
        scripts = [Script(venue, dice, truth) for truth in truths(venue, dice, dice.randint(1, 3))]
        for script in scripts:
            self.feed(decoder, *script.begin())
        older: list[Message] = []
        for _ in range(dice.randint(1, 12)):
            script = dice.choice(scripts)
            for message in script.proceed():
                self.feed(decoder, message)
                older.append(message)
                if dice.random() < 0.2:
                    self.feed(decoder, message)
                self.compare(decoder, told, scripts, settled=False)
            if older and dice.random() < 0.15 and not (venue.derived and venue.table == "ibkr"):
                self.note("late")
                self.feed(decoder, dice.choice(older))
            if retired and dice.random() < 0.2:
                self.note(f"retire {decoder.orders.retire()}")
                older.clear()  # from now on the venue's own words of today only
            if dice.random() < 0.15 and (venue.replays or missed):
                if missed:
                    for other in scripts:
                        other.proceed()  # nobody hears of it
                self.reconnect(decoder)
                older.clear()
                if venue.replays:
                    for other in scripts:
                        self.feed(decoder, *other.image())
                        if dice.random() < 0.2:
                            self.feed(decoder, *other.image())
                elif missed:
                    for other in scripts:
                        self.feed(decoder, *other.proceed())
        if venue.replays:
            for other in scripts:
                self.feed(decoder, *other.image())
        if missed and not venue.replays:
            for order in decoder.orders:
                said, filled = told.sums[order.order_id or ""], order.decimal("filled_qty")
                assert said == filled, f"order {order.order_id}: fills add up to {said}, its filled_qty is {filled}"
        else:
            self.compare(decoder, told, scripts, settled=True)
        if restart:
            self.begin_anew(scripts)

    def compare(self, decoder: Decoder, told: Told, scripts: list[Script], settled: bool) -> None:
        """The sum of each order against its row, and against the truth where all has been said."""
        for order in decoder.orders:
            if settled or self.venue.derived:
                assert told.sums[order.order_id or ""] == (order.decimal("filled_qty") or 0), (
                    f"order {order.order_id}: fills add up to {told.sums[order.order_id or '']}, "
                    f"its filled_qty is {order.filled_qty}"
                )
        if settled:
            for fill in told.fills:
                assert fill.side is not None and (fill.account or self.venue.table == "alpaca.trading"), fill
            for script in scripts:
                said = told.sums[script.truth.order_id]
                assert said == script.truth.filled, (
                    f"order {script.truth.order_id}: fills add up to {said}, filled are {script.truth.filled}"
                )

    def begin_anew(self, scripts: list[Script]) -> None:
        self.note("restart")
        decoder = decoder_of(self.venue)
        told = Told(decoder)
        for script in scripts:
            self.feed(decoder, *script.image())
        self.compare(decoder, told, scripts, settled=True)
        if self.venue.derived:
            for fill in told.fills:
                assert fill.flags & Flag.SYNTHETIC and fill.flags & Flag.SNAPSHOT, f"told of the past as new: {fill}"

    def retired(self) -> None:
        self.sums(retired=True)

    def missed(self) -> None:
        self.sums(missed=True)

    def restart(self) -> None:
        self.sums(restart=self.venue.replays)

    def truth(self) -> None:
        venue, dice = self.venue, self.dice
        decoder = decoder_of(venue)
        (truth,) = truths(venue, dice, 1)
        script = Script(venue, dice, truth)
        messages = script.begin()
        for _ in range(dice.randint(0, 8)):
            messages += script.proceed()
        self.feed(decoder, *messages)
        (order,) = decoder.orders
        assert order.decimal("filled_qty") == truth.filled
        assert order.decimal("qty") == truth.qty
        ends_with_none = venue.table == "etna" and truth.canceled
        assert order.decimal("leaves_qty") == (0 if ends_with_none else truth.left)
        status = OrderStatus.PARTIALLY_FILLED if truth.filled else OrderStatus.NEW
        status = OrderStatus.FILLED if not truth.left else OrderStatus.CANCELED if truth.canceled else status
        assert order.status == status, f"{order.status!r}, not {status!r}"

    def monotone(self) -> None:
        decoder = decoder_of(self.venue)
        told = Told(decoder)
        filled, ended = Decimal(0), False
        for message in self.wild():
            self.feed(decoder, message)
            for order in decoder.orders:
                now = order.decimal("filled_qty")
                assert now is None or now >= filled, f"filled_qty falls from {filled} to {now}"
                assert not ended or order.status in ENDED, f"it ended, and is {order.status!r} now"
                filled, ended = filled if now is None else now, order.status in ENDED
                if self.venue.derived and now is not None:
                    said = told.sums[order.order_id or ""]
                    assert said == now, f"fills add up to {said}, filled_qty is {now}"

    def twice(self) -> None:
        once, again = decoder_of(self.venue), decoder_of(self.venue)
        for message in self.wild():
            self.feed(once, message)
            again.feed(write(message, usual(self.venue)))
            second = [
                record
                for record in again.decode(write(message, usual(self.venue)))
                if isinstance(record, (Order, Fill))
            ]
            assert not second, f"told twice: {second}"
            assert image(once) == image(again)

    def apart(self) -> None:
        """Two logs, in any interleaving, give what each gives alone."""
        venue, dice = self.venue, self.dice
        kinds = {"alpaca.trading": ("streams", "orders"), "ibkr": ("streams", "orders", "accounts", "exchanges")}
        what = dice.choice(kinds.get(venue.table, ("streams", "orders", "accounts")))
        first = "1" * 64 if venue.table == "vega" else "7"
        other = first if what != "orders" else "2" * 64 if venue.table == "vega" else "77"
        accounts = PARTIES if venue.table == "vega" else ("DU1", "DU2")
        logs = [
            [venue.wild(dice, first, accounts[0]) for _ in range(dice.randint(1, 4))],
            [venue.wild(dice, other, accounts[what == "accounts"]) for _ in range(dice.randint(1, 4))],
        ]
        if what == "exchanges":
            logs = [[quote(dice, at) for _ in range(dice.randint(1, 4))] for at in ("265598", "265598@NYSE")]
        alone: list[list[dict[str, Any]]] = []
        sums: list[list[dict[str, Any]]] = []
        for log in logs:
            decoder = decoder_of(venue)
            told = Told(decoder)
            for message in log:
                decoder.feed(write(message, usual(venue)))
            alone.append([values(row) for row in (*decoder.orders, *decoder.quotes)])
            sums.append([values(fill) for fill in told.fills])
        self.note(f"two {what}")
        state = State()
        both = [decoder_of(venue, state=state, stream=number) for number in range(2 if what == "streams" else 1)]
        listening = [Told(decoder) for decoder in both]
        turns = [0] * len(logs[0]) + [1] * len(logs[1])
        dice.shuffle(turns)
        rest = [list(log) for log in logs]
        for turn in turns:
            self.feed(both[turn if what == "streams" else 0], rest[turn].pop(0))
        together = [values(row) for row in (*state.orders, *state.quotes)]
        assert sorted(map(repr, together)) == sorted(map(repr, alone[0] + alone[1])), (
            f"together\n{together}\nalone\n{alone[0]}\n{alone[1]}"
        )
        said = [values(fill) for told in listening for fill in told.fills]
        assert sorted(map(repr, said)) == sorted(map(repr, sums[0] + sums[1])), (
            f"fills together\n{said}\nalone\n{sums[0]}\n{sums[1]}"
        )

    def ambiguous(self) -> None:
        venue, dice = self.venue, self.dice
        if venue.table != "ibkr":
            return
        decoder = decoder_of(venue)
        errors: list[str | None] = []
        decoder.on(Error, lambda error: errors.append(error.text))
        for account in ("DU1", "DU2")[: dice.randint(1, 2)]:
            (truth,) = truths(venue, dice, 1)
            truth.account = account
            self.feed(decoder, *Script(venue, dice, truth).begin())
        before = image(decoder)
        self.feed(decoder, {"topic": "sor", "args": [{"orderId": int(truth.order_id), "price": Decimal("7.5")}]})
        if truth.account == "DU2":
            assert image(decoder) == before and len(errors) == 1, f"{image(decoder)}, {errors}"
        else:
            (order,) = decoder.orders
            assert order.limit_price == 7.5 and not errors, f"{order}, {errors}"

    def spelled(self) -> None:
        venue, dice = self.venue, self.dice
        scaled = venue.table == "vega" and dice.random() < 0.5
        places = (dice.randint(1, 6), dice.randint(1, 6))
        one = decoder_of(venue)
        two = decoder_of(venue, scales={MARKET: places}) if scaled else decoder_of(venue)
        told = [Told(one), Told(two)]
        name = "scaled" if scaled else dice.choice(list(SPELLINGS))
        self.note(name)
        for message in self.wild():
            self.feed(one, message)
            self.feed(two, raised(message, *places) if scaled else message, spell=None if scaled else SPELLINGS[name])
            assert image(one) == image(two), f"\n{image(one)}\n{image(two)}"
            assert told[0].sums == told[1].sums
        assert one.mismatched == two.mismatched == 0

    def unreadable(self) -> None:
        venue, dice = self.venue, self.dice
        one, two = decoder_of(venue), decoder_of(venue)
        for message in self.wild():
            before = list(image(two).values())
            execution = message.get("data")  # Alpaca's
            found = [(inside, key) for inside, key in numbers(message) if key in FIELDS and inside is not execution]
            if not found:
                continue
            inside, key = dice.choice(found)
            del inside[key]
            one.feed(write(message, usual(venue)))
            inside[key] = dice.choice(("x1y", True, {"a": 1}, "1.2.3"))
            self.feed(two, message)
            for old, new in zip(before, image(two).values(), strict=False):
                name = FIELDS[key]
                assert name not in old or name in new, f"{name} was {old[name]} and is unknown now"
            for row in [] if before else image(two).values():
                assert row.get(FIELDS[key]) != 0 or FIELDS[key] != "limit_price", f"{FIELDS[key]} is 0, and known"
            if venue.table == "ibkr":  # elsewhere a message holds the whole order, and what is absent is known no more
                assert image(one) == image(two), f"\n{image(one)}\n{image(two)}"


def quote(dice: random.Random, instrument: str) -> Message:
    """What IBKR says of a contract, at any exchange or at one."""
    said: Message = {"topic": f"smd+{instrument}", "conid": 265598, "conidEx": instrument}
    for name in dice.sample(["31", "84", "86", "85", "88"], dice.randint(1, 4)):
        said[name] = Decimal(dice.randint(1, 999)) / 100
    return said


def numbers(value: Any) -> Any:
    """Where the numbers of a message stand: the object that holds each, and its key."""
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, Decimal):
                yield value, key
            else:
                yield from numbers(item)
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item)


def raised(message: Message, price: int, size: int) -> Message:
    """The same as raw integers of a market with so many decimals."""
    (order,) = message["result"]["updates"]["orders"]
    order = dict(order)
    for name in ("size", "remaining"):
        if name in order:
            order[name] = order[name].scaleb(size)
    order["price"] = order["price"].scaleb(price)
    if "icebergOrder" in order:
        order["icebergOrder"] = {name: number.scaleb(size) for name, number in order["icebergOrder"].items()}
    return {"result": {"updates": {"orders": [order]}}}


CHECKS = (
    *("sums", "retired", "missed", "restart", "truth"),
    *("monotone", "twice", "apart", "ambiguous", "spelled", "unreadable"),
)


def attempt(seed: str, number: int, venue: str, check: str) -> AssertionError | None:
    """One trial; what it found, with all that makes it happen again."""
    trial = Trial(VENUES[venue], random.Random(f"{seed} {number} {venue} {check}"))
    try:
        getattr(trial, check)()
    except Exception as error:
        log = "\n".join(trial.said)
        found = AssertionError(
            f"--seed {seed} --trial {number} --venue {venue!r} --check {check}\n{log}\n{type(error).__name__}: {error}"
        )
        found.__cause__ = error
        return found
    return None


def run(seed: str, venue: str, checks: tuple[str, ...], proceed: Callable[[int], bool]) -> int:
    """Trials until `proceed(trials)` says no. Returns how many there were."""
    number = 0
    while proceed(number):
        found = attempt(seed, number, venue, checks[number % len(checks)])
        if found is not None:
            raise found
        number += 1
    return number


def count(seed: str, venue: str, checks: tuple[str, ...], trials: int) -> None:
    """Prints how many trials of each check fail, and the first failure of each."""
    for check in checks:
        found = [finding for number in range(trials) if (finding := attempt(seed, number, venue, check)) is not None]
        kinds = Counter(type(finding.__cause__).__name__ for finding in found)
        print(f"{venue:22} {check:11} {len(found):6} of {trials} {dict(kinds) if found else ''}", flush=True)
        if found:
            print("    " + str(min(found, key=lambda finding: len(str(finding)))).replace("\n", "\n    "), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for each venue")
    parser.add_argument("--venue", choices=VENUES, default=None, help="default: all, one after the other")
    parser.add_argument("--check", choices=CHECKS, default=None, help="default: all in turn")
    parser.add_argument("--seed", default=None, help="default: a new one, printed")
    parser.add_argument("--trial", type=int, default=None, help="only this one")
    parser.add_argument("--count", type=int, default=None, metavar="TRIALS", help="of each check")
    options = parser.parse_args()
    seed = options.seed or str(random.randrange(2**32))
    checks = (options.check,) if options.check else CHECKS
    for venue in [options.venue] if options.venue else VENUES:
        if options.count is not None:
            count(seed, venue, checks, options.count)
        elif options.trial is not None:
            for check in checks:
                found = attempt(seed, options.trial, venue, check)
                if found is not None:
                    raise found
        else:
            end = time.monotonic() + options.seconds
            trials = run(seed, venue, checks, lambda _, end=end: time.monotonic() < end)  # type: ignore[misc]
            print(f"{venue}, seed {seed}: {trials} trials, no finding", flush=True)


if __name__ == "__main__":
    main()
