"""Takes out of messages whose they are: accounts, ids and free texts; numbers, times and the venue's words stay.

What a key means is what the stream's table says of it (tickfold.schema.language). Each value becomes another of the
same length and form, so that a message keeps its size and makes the same records:

    ids, texts    letters become letters and digits digits, the same everywhere in the journal: DU1234567 → XK8305519.
                  No two become one, so that what has changed is what had changed
    venue's words (exchange, currency, status …) stay, but for ids in them that are also found elsewhere

A text under a key that the table does not know, or skips, is a text of somebody: it is replaced. A message that is
neither JSON nor MessagePack is masked as a whole: every letter becomes x or X, every digit 0.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from itertools import count, product
from typing import Final

from tickfold.journal.nodes import Node, parse
from tickfold.journal.packed import Packed
from tickfold.schema.language import Select, Shape, Table, Value


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Fields that say whose something is, or which one.
IDS: Final = _names("""
    account order_id parent_id replaces replaced_by client_order_id exec_id position_id trade_id orig_trade_id buyer
    seller buy_order_id sell_order_id from_account to_account transfer_id parent username session event_id notice_id
""")
#: Fields that hold what somebody has written, or a message as it came.
TEXTS: Final = _names("reason description value text title options url data")
#: Fields that hold words of the venue.
WORDS: Final = _names("""
    status_text type_text side_text tif_text event ticker currency order_class asset_class exchange listing company
    contract intent peg_reference liquidity tape conditions orig_conditions trade_type status balance_type margin_mode
    name market segment message_id notice_type topic exchanges action transfer_type asset from_type from_market to_type
    to_market
""")
#: Kinds of records that tell of the market and of nobody: all that they hold stays.
PUBLIC: Final = _names("Quote Bar BookLevel Stats Instrument Status News")

OBJECTS: Final = _names("object each map select aside")
FORMED: Final = _names("""
    decimal dressed integer rfc3339 epoch compact_date us_date boolean size_fills ladder side moves symbol candle chars
    enum
""")
LETTERS: Final = re.compile(rb"\\u[0-9a-fA-F]{4}|\\.|[a-z]|[A-Z]|[0-9]|[\x80-\xff]", re.DOTALL)
WORD: Final = re.compile(rb"[A-Za-z0-9_-]{4,}")
QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
HEX: Final = re.compile(rb"[0-9a-f-]+")
LOWER: Final = b"abcdefghijklmnopqrstuvwxyz"
UPPER: Final = LOWER.upper()
DIGITS: Final = b"0123456789"
HEX_DIGITS: Final = b"0123456789abcdef"
ESCAPE: Final = re.compile(rb"\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
CONTROL: Final = (b"\\u000", b"\\u001")
TRIES: Final = 64  # until all values of a short form are gone through

ID, TEXT, MASKED, STAYS = "id", "text", "masked", "stays"


#: A piece of a message, and what is to become of it.
Edit = tuple[int, int, str]


class Redaction:
    """Replaces what is private in the messages of one journal, alike throughout.

    Call `learn` with every message first, then `redact`. `key` makes the ids; without it they are others each time.
    """

    def __init__(self, tables: Mapping[int, Table], key: bytes | None = None) -> None:
        self._tables = tables
        self._key = secrets.token_bytes(32) if key is None else key
        self._ids: dict[bytes, bytes] = {}
        self._texts: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()

    def learn(self, stream: int, payload: bytes) -> None:
        """Takes note of the ids of a message."""
        texts, edits, _ = self._edits(stream, payload)
        for start, end, what in edits:
            if what == ID:
                self.learn_id(texts[start:end])

    def learn_id(self, text: bytes) -> None:
        """Takes note of an id: it is replaced wherever it stands."""
        if text not in self._ids:
            self._ids[text] = self._other(text)

    def redact(self, stream: int, payload: bytes) -> bytes:
        """The message with all that is private replaced; as long as before, but for whole numbers in MessagePack."""
        texts, edits, join = self._edits(stream, payload)
        out = bytearray(texts)
        for start, end, what in edits:
            text = texts[start:end]
            if what == ID:
                self.learn_id(text)
                out[start:end] = self._ids[text]
            elif what == TEXT:
                out[start:end] = self._ids.get(text) or self._text(text)
            else:
                out[start:end] = masked(text) if what == MASKED else self._words(text)
        return join(bytes(out))

    def own(self, text: str) -> str:
        """A text of tickfold's own, of which only ids, and what it cites in quotes, are replaced."""
        cited = QUOTED.sub(lambda match: masked(match[0].encode()).decode(), text)
        return self._words(cited.encode()).decode()

    def _text(self, text: bytes) -> bytes:
        if text not in self._texts:
            self._texts[text] = self._other(text)
        return self._texts[text]

    def _words(self, text: bytes) -> bytes:
        """Replaces the ids among the words of a text: those that have a digit, and four characters or more."""
        return WORD.sub(
            lambda match: self._ids.get(match[0], match[0]) if any(c in DIGITS for c in match[0]) else match[0], text
        )

    def _other(self, text: bytes) -> bytes:
        """Another text of the same form, which nothing else has got."""
        new = self._drawn(text)
        self._used.add(new)
        return new

    def _drawn(self, text: bytes) -> bytes:
        form = list(_form(text))
        for number in range(TRIES):
            seed = number.to_bytes(2, "big") + text
            drawn = b""
            for block in count():
                drawn += blake2b(block.to_bytes(4, "big") + seed, key=self._key, digest_size=64).digest()
                if len(drawn) >= len(form):
                    break
            new = bytes(letters[byte % len(letters)] for letters, byte in zip(form, drawn, strict=False))
            if new not in self._used and new != text:
                return new
        return next(new for letters in product(*form) if (new := bytes(letters)) not in self._used)

    # what a message holds

    def _edits(self, stream: int, payload: bytes) -> tuple[bytes, list[Edit], Callable[[bytes], bytes]]:
        """The texts of a message, what is to become of them, and what makes a message of other ones."""
        table = self._tables[stream]
        if payload.decode(errors="replace") in table.plain:
            return payload, [], bytes
        packed = payload[:1] >= b"\x80"
        try:
            if packed:
                message = Packed(payload)
                walk = _Walk(message.text, table.revisions)
                return message.text, list(walk.of(message.root, table.root, "")), message.with_text
            return payload, list(_Walk(payload, table.revisions).of(parse(payload), table.root, "")), bytes
        except (ValueError, IndexError, RecursionError):
            return payload, [(int(packed), len(payload), MASKED)], bytes


def masked(text: bytes) -> bytes:
    """Every letter as x or X and every digit as 0; what is escaped, and all else, stays. As long as before."""

    def other(match: re.Match[bytes]) -> bytes:
        found = match[0]
        if found[:1] == b"\\":
            return b"\\u0078" if found[1:2] == b"u" else found
        return b"x" if found >= b"a" else b"X" if found >= b"A" else b"0"

    return LETTERS.sub(other, text)


def _form(text: bytes) -> Iterator[bytes]:
    """For each byte those that may stand in its place.

    A first digit is 0 only where it was: it may be a number's, and one of 64 bits stays one. What is escaped as \\uXXXX
    becomes a Chinese character.
    """
    whole = len(text.lstrip(b"-")) if text.lstrip(b"-").isdigit() else 0
    lower = b"abcdef" if HEX.fullmatch(text) and any(c in DIGITS for c in text) else LOWER
    marks = dict[int, bytes]()
    for match in ESCAPE.finditer(text):
        at = match.start()
        if match[0][:2] == b"\\u" and not match[0].startswith(CONTROL):
            marks |= zip(range(at, at + 6), (b"\\", b"u", b"4", b"e", HEX_DIGITS, HEX_DIGITS), strict=True)
        else:
            marks |= {place: text[place : place + 1] for place in range(*match.span())}
    for at, byte in enumerate(text):
        if at in marks:
            yield marks[at]
        elif byte in DIGITS:
            place = len(text[:at].lstrip(b"-"))
            if place == 0:
                yield b"0" if byte == DIGITS[0] else b"1" if whole == 20 else DIGITS[1:9] if whole == 19 else DIGITS[1:]
            else:
                yield DIGITS[:8] if place == 1 and whole == 20 else DIGITS
        elif byte in UPPER:
            yield UPPER
        else:
            yield lower if byte in LOWER or byte >= 0x80 else text[at : at + 1]


class _Walk:
    """Goes through a message beside its table."""

    def __init__(self, payload: bytes, revisions: bool) -> None:
        self._payload = payload
        self._revisions = revisions

    def _text(self, node: Node) -> str:
        return self._payload[node.start : node.end].decode(errors="replace")

    def of(self, node: Node, meaning: Shape | Select | None, kind: str) -> Iterator[Edit]:
        """An object or a list of objects of this shape; anything else is somebody's text, unless a row takes it."""
        if node.kind == "a":
            for _, part in node.parts:
                yield from self.of(part, meaning, kind)
            return
        if isinstance(meaning, Select) and node.kind == "o":
            yield from self._selected(node, meaning)
        elif isinstance(meaning, Shape) and node.kind == "o":
            kind = meaning.kind or kind
            for key, value in node.parts:
                assert key is not None
                row = meaning.rows.get(self._text(key)) or meaning.rows.get("")
                if row is None:
                    yield key.start, key.end, STAYS
                    yield from self._unknown(value, kind)
                else:
                    yield from self._row(value, row, kind)
        elif isinstance(meaning, Shape) and "" in meaning.rows:
            yield from self._row(node, meaning.rows[""], meaning.kind or kind)
        else:
            yield from self._unknown(node, kind)

    def _selected(self, node: Node, select: Select) -> Iterator[Edit]:
        """The parts of the text that picks the shape, and the object by it."""
        values = {self._text(key): value for key, value in node.parts if key is not None}
        picked = next((shape for key, shape in select.first.items() if key in values), None)
        named = values.get(select.key)
        if picked is None and named is not None and named.kind == "s":
            words = self._text(named).split(select.separator) if select.separator else [self._text(named)]
            picked = select.cases.get(words[0])
            yield from self._rest(named, words, picked)
        if picked is None:
            picked = next((shape for key, shape in select.absent.items() if key in values), None)
        if picked is None:
            for key, value in values.items():
                if key != select.key:
                    yield from self._unknown(value, "")
            return
        rows = {select.key: Value("integer"), **picked.rows}  # what picks it stays, unless it is a row too
        yield from self.of(node, Shape(picked.kind, rows), picked.kind)

    def _rest(self, node: Node, words: list[str], picked: Shape | None) -> Iterator[Edit]:
        """spl+DU1234: what stands behind the separator is an account or an instrument, as the shapes below say."""
        start = node.start + len(words[0].encode()) + 1
        for number, word in enumerate(words[1:]):
            end = start + len(word.encode())
            takes = list(_takers(picked, "tail" if number else "rest")) if picked is not None else []
            ids = [row for row in takes if row.field in IDS]
            if ids:
                yield from self._split(start, end, ids[0], "")
            elif not takes:
                yield start, end, TEXT
            start = end + 1

    def _row(self, node: Node, row: Value, kind: str) -> Iterator[Edit]:
        options = row.options
        if row.conv in ("object", "each", "map") and node.kind in "oa":
            shape = options["shape"]
            if row.conv == "map" and node.kind == "o":
                for key, value in node.parts:
                    assert key is not None
                    if shape.rest is not None and shape.rest.field in IDS:
                        yield from self._split(key.start, key.end, shape.rest, "")
                    yield from self.of(value, shape, kind)
            else:
                yield from self.of(node, shape, kind if row.conv == "object" else "")
        elif row.conv in ("each", "map"):
            yield from self.of(node, options["shape"], "")
        elif row.conv == "select":
            yield from self.of(node, options["select"], "")
        elif row.conv == "aside":
            shape = options["shape"]
            yield from self._row(node, shape.rows[options["key"]], shape.kind)
        elif row.conv == "pairs":
            yield from self._strings(node)
        elif node.kind in "oa" or (row.field in IDS and node.kind == "n" and not self._whole(node)):
            yield from self._unknown(node, kind)
        elif row.conv in FORMED:
            return
        elif row.field and self._what(row.field, kind) == STAYS:
            yield node.start, node.end, STAYS
        elif row.field in IDS:
            if self._text(node) not in (options.get("none"), "", "null", *(options.get("words") or ())):
                yield from self._split(node.start, node.end, row, kind)
        else:
            yield from self._unknown(node, kind)

    def _split(self, start: int, end: int, row: Value, kind: str) -> Iterator[Edit]:
        """An id, but for what its row takes off: DU1234.Core; and for the count of corrections: 0000e0d5.01.02."""
        text = self._payload[start:end]
        mark = str(row.options.get("split") or ("." if self._revisions and row.field == "exec_id" else "")).encode()
        if mark and mark in text:
            end = start + text.rindex(mark)
        if end > start:
            yield start, end, ID

    def _whole(self, node: Node) -> bool:
        return self._payload[node.start : node.end].lstrip(b"-").isdigit()

    def _strings(self, node: Node) -> Iterator[Edit]:
        """Figures by their names: only ids in them are replaced."""
        if node.kind == "s":
            yield node.start, node.end, STAYS
        for _, value in node.parts:
            yield from self._strings(value)

    def _unknown(self, node: Node, kind: str) -> Iterator[Edit]:
        """Texts are replaced; of numbers only those that are ids elsewhere."""
        if kind in PUBLIC:
            return
        if node.kind == "s":
            yield node.start, node.end, TEXT
        elif node.kind == "n":
            yield node.start, node.end, STAYS
        for key, value in node.parts:
            if key is not None:
                yield key.start, key.end, STAYS
            yield from self._unknown(value, kind)

    @staticmethod
    def _what(field: str, kind: str) -> str:
        if kind in PUBLIC:
            return STAYS
        if kind == "Event" and field == "action":
            return TEXT  # the name of somebody's list
        return ID if field in IDS else STAYS if field in WORDS else TEXT


def _takers(shape: Shape, part: str) -> Iterator[Value]:
    """The rows of a shape, and of those below it, that take a part of the text which picks it."""
    row = getattr(shape, part)
    if row is not None:
        yield row
    for value in shape.rows.values():
        if value.conv in OBJECTS and "shape" in value.options:
            yield from _takers(value.options["shape"], part)
