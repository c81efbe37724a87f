"""Callbacks as machine code: types with which numba compiles a Python function for `engine.on(kind, native=…)`.

    import numba, numpy as np, tickfold as tf

    State = np.dtype([("spread", "f8"), ("quotes", "i8")])
    state = np.zeros(1, State)

    @numba.cfunc(tf.numba.signature(tf.Quote, State))
    def on_quote(quote, state):
        if tf.numba.known(quote, "bid") and tf.numba.known(quote, "ask"):
            state.spread = quote.ask - quote.bid
        state.quotes += 1

    engine.on(tf.Quote, native=on_quote, context=state)

The function reads the record where it lies, and is called without Python. Attributes are the fields of docs/records.md
and those of the header (`symbol` is a number, see `Decoder.symbols`). A number that was never stated is NaN, a time
the lowest int64, anything else 0: ask `known`. Enums compare with their members (`fill.side == tf.Side.BUY`), texts
with bytes (`quote.bid_exchange == b"V"`).

The types follow from the installed schema; numba compiles anew, from its cache too, where that has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

try:
    from numba import carray, from_dtype, types
    from numba.core.errors import TypingError
    from numba.extending import intrinsic, overload
except ImportError as error:
    raise ImportError("tf.numba needs numba: pip install 'tickfold[numba]'") from error

from tickfold.engine.fields import layout
from tickfold.engine.records import KINDS, Record

__all__ = ["changed", "decimals", "dtype", "known", "octets", "record", "signature"]

#: How a text of any length lies in a record: its address and its size in bytes.
_LONG = np.dtype([("data", "<u8"), ("size", "<u8")])


def dtype(kind: type[Record]) -> np.dtype[Any]:
    """The numpy dtype of a kind's struct, or for tf.Record of the header that every kind begins with.

    It is that of `kind.dtype()`, but for texts of any length: they are (data, size), see `octets`.
    """
    columns: list[tuple[str, np.dtype[Any]]] = []
    own = (next(iter(KINDS.values())) if kind is Record else kind).dtype()
    for name in own.names or ():
        if kind is Record and sum(column.itemsize for _, column in columns) == layout()["header"]:
            break
        if name[0] == "_" and name not in ("_pad", "_end"):
            columns.append((name[1:], _LONG))
        else:
            columns.append((name, own[name]))
    return np.dtype(columns)


def record(kind: type[Record]) -> Any:
    """The numba type of a kind's records. As an argument of a cfunc it is a pointer to the struct, as C has it."""
    return from_dtype(dtype(kind))


def signature(kind: type[Record], context: Any = None) -> Any:
    """The signature for `numba.cfunc`: `void (const tf_quote *quote, void *context)` for tf.Quote.

    :param kind: a record class; tf.Record for a function that is called with the header of records of all kinds
    :param context: what the second argument points to: a structured numpy dtype, whose fields are then attributes that
        the function may read and set, or a type of numba. Without it the function gets a bare pointer
    """
    second: Any
    if context is None:
        second = types.voidptr
    elif isinstance(context, types.Type):
        second = context
    else:
        second = from_dtype(np.dtype(context))
        if not isinstance(second, types.Record):
            raise TypeError(f"context={context!r}: give a structured dtype, as np.dtype([('quotes', 'i8')]) is one")
    return types.void(record(kind), second)


def check(function: Any, kind: type[Record], memory: Any) -> None:
    """What `on(kind, native=function)` asks of a cfunc: raises TypeError where it would read or write what it must not.

    :param memory: the context: a memoryview, or an address
    """
    compiled_for = getattr(function, "_sig", None)
    if compiled_for is None:  # no cfunc (or one of a numba that keeps it elsewhere): nothing is known of it
        return
    expected = f"compile it with tf.numba.signature(tf.{kind.__name__}, …)"
    if len(compiled_for.args) != 2:
        count = len(compiled_for.args)
        raise TypeError(f"{function.__name__} takes {count} arguments, not a record and a context: {expected}")
    first, second = compiled_for.args
    if isinstance(first, types.Record) and first not in (record(kind), record(Record)):
        of, _ = _FIELDS.get(first, ("another layout of records", {}))
        raise TypeError(f"{function.__name__} is compiled for {of}, not for {kind.__name__}: {expected}")
    if isinstance(second, types.Record):
        size = memory.nbytes if isinstance(memory, memoryview) else 0 if memory == 0 else second.size
        if size < second.size:
            raise TypeError(f"{function.__name__} has a context of {second.size} bytes, but context= has {size}")


# ---- what compiled functions may ask of a record


def known(record: Any, name: str) -> bool:
    """Whether a field has ever been stated. For compiled functions, as all below; `name` is written out."""
    _only_compiled("known")


def changed(record: Any, name: str) -> bool:
    """Whether this update altered the field."""
    _only_compiled("changed")


def decimals(record: Any, name: str) -> int:
    """How many decimals the venue wrote of a number: 2 for 188.50. Negative for 12E+3."""
    _only_compiled("decimals")


def octets(record: Any, name: str) -> np.ndarray[Any, Any]:
    """The bytes of a text of any length, as an array of uint8 that is valid until the function returns."""
    _only_compiled("octets")


def _only_compiled(name: str) -> NoReturn:
    raise TypeError(f"tf.numba.{name}() is for functions that numba compiles; Python reads the record's attributes")


def _bits(kind: type[Record]) -> dict[str, tuple[int, str]]:
    """Field → its bit and its type (docs/records.md)."""
    fields = layout()["kinds"][kind.__name__]["fields"]
    return {field["name"]: (field["bit"], field["type"]) for field in fields if field["bit"] is not None}


_FIELDS = {record(kind): (kind.__name__, _bits(kind)) for kind in KINDS.values()}


def _field(record: Any, name: Any, what: tuple[str, ...] = ()) -> int:
    """The bit of a field that a compiled function names. `what`: the types that it may have."""
    if record not in _FIELDS:
        raise TypingError(f"{record} is no record of one kind: its type comes from tf.numba.signature(tf.Quote)")
    kind, fields = _FIELDS[record]
    if not isinstance(name, types.StringLiteral):
        raise TypingError("the name of a field is written out where it is asked for: known(quote, 'bid')")
    bit, form = fields.get(name.literal_value, (None, ""))
    if bit is None:
        raise TypingError(f"a {kind} has no field {name.literal_value!r}: {', '.join(fields)}")
    if what and form not in what:
        raise TypingError(f"{kind}.{name.literal_value} is of type {form}, not {' or '.join(what)}")
    return bit


@overload(known, prefer_literal=True, strict=False)
def _known(record: Any, name: Any) -> Callable[..., Any]:
    mask = np.uint64(1 << _field(record, name))
    return lambda record, name: record.known & mask != 0


@overload(changed, prefer_literal=True, strict=False)
def _changed(record: Any, name: Any) -> Callable[..., Any]:
    mask = np.uint64(1 << _field(record, name))
    return lambda record, name: record.changed & mask != 0


@overload(decimals, prefer_literal=True, strict=False)
def _decimals(record: Any, name: Any) -> Callable[..., Any]:
    bit = _field(record, name, ("dec",))
    return lambda record, name: record.decimals[bit]


@overload(octets, prefer_literal=True, strict=False)
def _octets(record: Any, name: Any) -> Callable[..., Any]:
    _field(record, name, ("long", "data"))
    field = name.literal_value
    namespace: dict[str, Any] = {"carray": carray, "pointer": _pointer}
    exec(f"def read(record, name):\n    return carray(pointer(record.{field}.data), record.{field}.size)", namespace)
    read: Callable[..., Any] = namespace["read"]
    return read


@intrinsic
def _pointer(typing: Any, address: Any) -> Any:
    """A pointer to bytes, of an address."""
    pointer = types.CPointer(types.uint8)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(pointer))

    return pointer(types.uint64), generate
