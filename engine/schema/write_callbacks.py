"""What is generated for whoever registers callbacks: `on` and `on_batch`, typed for every kind of record."""

from __future__ import annotations

import textwrap

from records import KINDS

HEAD = '''\
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

if TYPE_CHECKING:
    from tickfold.engine.dispatch import Dispatcher
    from tickfold.engine.handler import Handler
    from tickfold.engine.records import (
{imports}
    )
'''

ON = '''
    @overload
    def on(self, kind: type[{name}], callback: On{name}, *, changed: {name}Fields = None{more}) -> On{name}: ...
    @overload
    def on(
        self, kind: type[{name}], *, changed: {name}Fields = None{more}
    ) -> Callable[[On{name}], On{name}]: ...'''

ON_ALL = '''
    @overload
    def on(self, kind: type[Record], callback: OnRecord) -> OnRecord: ...
    @overload
    def on(self, kind: type[Record]) -> Callable[[OnRecord], OnRecord]: ...
    @overload
    def on(
        self,
        kind: type[Record],
        *,
        native: Native,
        context: Any = 0,
        changed: str | Iterable[str] | None = None,
        amendments: bool = False,
    ) -> Native: ...
    def on(
        self,
        kind: Any,
        callback: Any = None,
        *,
        changed: Any = None,
        amendments: bool = False,
        native: Any = None,
        context: Any = 0,
        conflate: bool = False,
    ) -> Any:
        """Has `callback(record)` called with every record of a class; without a callback it is a decorator.

        The record is a view, valid during the call: `copy()` keeps it. A callback returns nothing; it cannot be an
        `async def`, for it runs while the bytes are read.

        kind        a record class; tf.Record for the records of all kinds
        changed     names of fields: called only if the update altered at least one of them
        amendments  of fills: also what is learned later of one that was told before, as a commission or a correction.
                    It is the same Fill again, with the new values; `changed_fields` says which. Without it each
                    execution is told once, and the plain sum of `qty` is what was filled
        native      in place of a callback, a C function `void (const tf_quote *, void *context)`: its address, a
                    function of ctypes, or anything with an `address`, as a cfunc of numba (tf.numba, docs/embedding.md)
        context     its second argument: memory that it may write to, as a numpy array, or an address
        conflate    of quotes, stats and instruments: called at the end of each socket read, once for each symbol of
                    each stream, with its newest state; `changed_fields` names what all its updates in that read have
                    altered, and `extra` is empty. While the engine keeps pace, a read holds one message, and nothing is
                    left out; when it is behind, a read holds many. `stats` counts the calls left out (`conflated`)

        Raises TypeError where `kind` is no record class or `callback` no plain function, ConfigError where a field does
        not exist or what is asked of amendments is no Fill.
        """
        dispatcher: Any = self._dispatcher
        return dispatcher.on(
            kind, callback, changed=changed, amendments=amendments, native=native, context=context, conflate=conflate
        )
'''

ON_BATCH = '''
    @overload
    def on_batch(self, kind: type[{name}], callback: OnRows, *, changed: {name}Fields = None{more}) -> OnRows: ...
    @overload
    def on_batch(
        self, kind: type[{name}], *, changed: {name}Fields = None{more}
    ) -> Callable[[OnRows], OnRows]: ...'''

ON_BATCH_ALL = '''
    def on_batch(
        self, kind: Any, callback: Any = None, *, changed: Any = None, amendments: bool = False, conflate: bool = False
    ) -> Any:
        """Has `callback(rows)` called once per socket read, with a read-only numpy structured array of its records.

        The columns are those of `Quote.dtype()`: the header, then the fields. What was never stated is NaN, the least
        int64 (a time), zero or an empty text, and its bit of `known` is 0; the bits are in docs/records.md. Texts of
        any length (`long`, `data`) are not in it. The array may be kept.

        kind                 a record class, but not tf.Record
        changed, amendments  as those of `on`
        conflate             as that of `on`: one row for each symbol of each stream
        """
        dispatcher: Any = self._dispatcher
        return dispatcher.on_batch(kind, callback, changed=changed, amendments=amendments, conflate=conflate)

    def attach(self, handler: Handler) -> Handler:
        """Has a Cython Handler called with the struct of every record, before any Python callback."""
        return self._dispatcher.attach(handler)

    def off(self, callback: object) -> None:
        """Takes back whatever `on`, `on_batch` or `attach` was told of this callback or handler."""
        self._dispatcher.off(callback)
'''


# What on() and on_batch() take beside the rest, by kind. Those that conflate have a row for each symbol.
MORE = {"Fill": ", amendments: bool = False",
        **dict.fromkeys(("Quote", "Stats", "Instrument"), ", conflate: bool = False")}


def callbacks_py(note: str) -> str:
    names = sorted([*(kind.name for kind in KINDS), "Record"])
    out = ['"""`on` and `on_batch`, for an Engine and for type checkers.', "", note, '"""', "",
           "# ruff: noqa: E501", '# mypy: disable-error-code="overload-overlap"', "",
           HEAD.format(imports="\n".join(f"        {name}," for name in names)), "#: A callback of on_batch.",
           'OnRows = TypeVar("OnRows", bound="Callable[[Any], None]")',
           "#: A C function for `on`: an address, or what has one.", 'Native = TypeVar("Native")',
           'OnRecord = TypeVar("OnRecord", bound="Callable[[Record], None]")']
    for kind in KINDS:
        fields = ", ".join(f'"{field.name}"' for field in kind.fields)
        out += ["", f"#: The names of a {kind.name}'s fields.", f"{kind.name}Field = Literal[",
                *textwrap.wrap(fields, 110, initial_indent="    ", subsequent_indent="    "), "]",
                f'{kind.name}Fields = {kind.name}Field | Iterable[{kind.name}Field] | None',
                f'On{kind.name} = TypeVar("On{kind.name}", bound="Callable[[{kind.name}], None]")']
    out += ["", "", "class Callbacks:",
            '    """Who hears which records. `_dispatcher` is the one that hands them out."""', "",
            "    _dispatcher: Dispatcher"]
    for template, rest in ((ON, ON_ALL), (ON_BATCH, ON_BATCH_ALL)):
        out += [template.format(name=kind.name, more=MORE.get(kind.name, "")) for kind in KINDS]
        out.append(rest.rstrip("\n"))
    return "\n".join(out) + "\n"
