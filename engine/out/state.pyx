# distutils: language = c++
"""State tables for Python and numpy.

The tables themselves, the merging of updates and the rules of orders are in engine/fold/*.hpp.
"""

from libc.stdint cimport int64_t, uint32_t
from libc.string cimport memcmp

from tickfold.engine.book cimport array_of, books_of, numbers_of
from tickfold.engine.cpp cimport Text
from tickfold.engine.fold cimport CState, CTable_, Limits, Side, SymbolTable
from tickfold.engine.names cimport lent_names, Names
from tickfold.engine.records cimport Record, view
from tickfold.engine.structs cimport tf_header, tf_quote

import os
from types import GenericAlias

from tickfold.engine import records
from tickfold.schema.errors import AmbiguousError, ConfigError
from tickfold.schema.enums import Venue


cdef inline CState *state_of(Store store) noexcept:
    return <CState *>store.c


cdef inline CTable_ *table_of(Rows rows) noexcept:
    return <CTable_ *>rows.table


cdef class Store:
    def __cinit__(self):
        self.tickers, self.numbered = set(), []

    def __dealloc__(self):
        cdef CState *c = state_of(self)
        del c


cdef class Rows:
    """A table: rows of one kind of record, contiguous in memory that never moves.

    `rows[key]` and iteration give live views of single rows; `rows.array` is a live numpy view of all rows, without a
    copy. A view raises ReferenceError once its row was freed or holds another record.
    """

    @classmethod
    def __class_getitem__(cls, item):    # for annotations such as Keyed[Order]
        return GenericAlias(cls, item)

    cdef Record row_view(self, uint32_t row):
        cdef Side *side = &table_of(self).side(row)
        cdef Record record = view(table_of(self).at(row), self.store, self.symbols, &side.exact)
        record.generation_at, record.generation = &side.generation, side.generation
        return record

    cdef bint shown(self, uint32_t row) noexcept:
        return table_of(self).side(row).used and (self.scope < 0 or table_of(self).at(row).stream == self.scope)

    cdef list numbers(self, object key):
        """The numbers of the rows that have a key, in all streams that this object covers."""
        raise NotImplementedError

    cdef object only(self, list rows, object key):
        """A view of the only row in `rows`. KeyError if there is none, AmbiguousError if there are several."""
        if not rows:
            raise KeyError(key)
        if len(rows) > 1:
            names = {self.row_view(row).symbol for row in rows} if isinstance(self, BySymbol) else ()
            if len(names) > 1:
                raise AmbiguousError(f"{key!r} is the ticker of {len(names)} instruments: ask for one of "
                                     f"{', '.join(map(repr, sorted(names)))}")
            where = sorted({(self.symbols.label(table_of(self).at(row).stream), self.row_view(row).account
                             if hasattr(self.row_view(row), "account") else None) for row in rows}, key=repr)
            streams = {label for label, _ in where}
            if len(streams) > 1:
                raise AmbiguousError(f"{key!r} is in {len(streams)} streams: {', '.join(map(repr, sorted(streams)))}; "
                                     f"put the stream's label in front: [{sorted(streams)[0]!r}, …]")
            if table_of(self) == &state_of(self.store).balances:
                found = sorted([(one.account or "", one.currency or "", one.name or "", one.balance_type or "",
                                 one.market or "") for one in [self.row_view(row) for row in rows]])
                raise AmbiguousError(f"{key!r} is the beginning of {len(rows)} keys of balances: {found[0]!r}, …")
            raise AmbiguousError(f"{key!r} is in {len(rows)} accounts: {', '.join(repr(one) for _, one in where)}; "
                                 "put the account in front")
        return self.row_view(rows[0])

    def __getitem__(self, key):
        """A live view of the row of a key.

        :raises KeyError: there is none
        :raises AmbiguousError: several streams or accounts have one
        """
        return self.only(self.numbers(key), key)

    @property
    def limit(self):
        """How many rows the table can hold."""
        return table_of(self).limit()

    @property
    def count(self):
        """The length of `array`: the most rows that were ever in use at once."""
        return table_of(self).count()

    @property
    def array(self):
        """The rows of all streams as a read-only numpy structured array, live, without a copy.

        A field that was never stated is NaN in a column of numbers, the lowest int64 (-2**63) in one of times (ns UTC),
        and 0 or b"" in any other; bit i of the column `known` says whether field i was ever stated (see Record.mask()).
        Rows with `known` == 0 are free. The column `stream` holds the stream's number, `symbol` the number of the
        symbol (see State.symbols).
        """
        return array_of(self.store, table_of(self).memory(), table_of(self).count(),
                        records.KINDS[table_of(self).kind().name.decode()].dtype())

    def __len__(self):
        return table_of(self).used() if self.scope < 0 else sum(1 for _ in self)

    def __iter__(self):
        """Iterates over live views of all rows in use."""
        cdef uint32_t row = 1
        while row <= table_of(self).count():
            if self.shown(row) and table_of(self).at(row).known:
                yield self.row_view(row)
            row += 1

    def get(self, key, default=None):
        """The row of a key, or `default`.

        :raises AmbiguousError: several streams or accounts have one
        """
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key):
        return bool(self.numbers(key))


cdef class BySymbol(Rows):
    """One row for each instrument: `quotes["AAPL"]`; `quotes["alpaca v2/sip", "AAPL"]` if several streams have it.

    Where the venue names instruments by number, as Interactive Brokers does, the number may be an int,
    `quotes[265598]`, and the ticker will do where a quote says it and no other instrument has it: `quotes["AAPL"]`.
    """

    cdef list numbers(self, object key):
        stream, symbol = key if isinstance(key, tuple) and len(key) == 2 else (None, key)
        text = as_text(symbol)
        if text is None:
            raise TypeError(f"an instrument is given as its symbol or as (stream, symbol), not as {key!r}")
        out = self.of_names(numbers_of(self.symbols, text), stream)
        return out or self.of_names(symbols_of_ticker(self.store, text), stream)

    cdef list of_names(self, list names, object stream):
        """The rows of these numbers of symbols."""
        cdef uint32_t row
        out = []
        for number in names:
            row = (<SymbolTable *>self.table).row_of(<uint32_t>number)
            if row and self.shown(row) and (stream is None or is_of(self.symbols, table_of(self).at(row), stream)):
                out.append(row)
        return out


cdef str as_text(object part):
    """A part of a key as text: numbers may be ints. None for anything else."""
    if isinstance(part, int) and not isinstance(part, bool):
        return str(part)
    return part if isinstance(part, str) else None


cdef list symbols_of_ticker(Store store, str ticker):
    """The numbers of the symbols whose quotes have this ticker."""
    cdef CTable_ *quotes = <CTable_ *>&state_of(store).quotes
    cdef bytes raw = ticker.encode(errors="replace")
    cdef const tf_quote *quote
    cdef uint32_t row
    out = []
    if not 0 < len(raw) <= <Py_ssize_t>sizeof(quote.ticker):
        return out
    raw += bytes(sizeof(quote.ticker) - len(raw))
    while store.looked_at < quotes.count():    # each row once: streams without tickers have many rows
        store.looked_at += 1
        if quotes.at(store.looked_at).stream in store.tickers:
            store.numbered.append(store.looked_at)
    for row in store.numbered:
        quote = <const tf_quote *>quotes.at(row)
        if quote.head.known and memcmp(quote.ticker, <const char *>raw, sizeof(quote.ticker)) == 0:
            out.append(quote.head.symbol)
    return out


cdef bint is_of(Names symbols, tf_header *row, object stream) except -1:
    """Whether a row belongs to a stream, given by its label or by its venue."""
    if isinstance(stream, Venue):
        return row.venue == <int>stream
    return symbols.label(row.stream) == stream


cdef class Keyed(Rows):
    """One row for each key, which is one text of the record or several.

        orders["922048212"]                 or with the account: orders["DU1234", "922048212"]
        fills["0000e0d5.01"]                or with the account
        positions["DU1234", "AAPL"]
        balances["DU1234", "USD"]           account, currency, name, balance_type, market: those that the venue states;
                                            account or account and currency alone, if one balance without a name has it
        pnl["DU1234"]                       or with the segment: pnl["DU1234", "Core"]

    If several streams have the same key, put the stream's label in front. A number may be an int; None is an account
    that the venue does not state. A position is found by its instrument's ticker, too, as a quote is.
    """

    cdef list numbers(self, object key):
        given = key if isinstance(key, tuple) else (key,)
        parts = tuple(["" if part is None else as_text(part) for part in given])
        if None in parts or all([part is None for part in given]):
            raise TypeError(f"rows are found by texts, not by {key!r}")
        out = self.of_parts(parts)
        if not out and len(parts) > 1:
            out = [row for row in self.of_parts(parts[1:])
                   if self.symbols.label(table_of(self).at(row).stream) == parts[0]]
        return out

    cdef list of_parts(self, tuple parts):
        """The rows of a key without a stream."""
        cdef Text texts[8]
        cdef uint32_t row
        cdef int i
        account = None
        symbols, name = [0], None
        if self.key_count == 1 and not self.key_symbol and len(parts) == 2:
            account, parts = parts[0], parts[1:]
        if self.key_symbol:
            name, parts = parts[len(parts) - 1], parts[:len(parts) - 1]
            symbols = numbers_of(self.symbols, name)
        if len(parts) > self.key_count:
            return []
        raw = [part.encode(errors="replace") for part in parts] + [b""] * (self.key_count - len(parts))
        for i in range(self.key_count):
            texts[i].data, texts[i].size = <const char *><bytes>raw[i], len(raw[i])
        if not any(raw) and not self.key_symbol:
            return []
        out = []
        for number in symbols:
            if table_of(self) == &state_of(self.store).fills:
                rows = state_of(self.store).find_fills(texts[0])
            else:
                rows = table_of(self).find_all(texts, <uint32_t>number)
            for row in rows:
                if self.shown(row) and (account is None or (self.row_view(row).account or "") == account):
                    out.append(row)
        if not out and name:
            return self.of_ticker(name, parts[0] if parts else "")
        if not out and table_of(self) == &state_of(self.store).pnl and len(parts) == 1:
            return self.of_account(parts[0])
        if not out and table_of(self) == &state_of(self.store).balances and 1 <= len(parts) <= 2:
            return self.of_owner(parts[0], parts[1] if len(parts) > 1 else None)
        return out

    cdef list of_ticker(self, str ticker, str account):
        """The rows of an account whose instrument has this ticker, as they say or as its quote says."""
        cdef uint32_t row
        symbols = symbols_of_ticker(self.store, ticker)
        out = []
        for row in range(1, table_of(self).count() + 1):
            if self.shown(row) and table_of(self).at(row).known:
                position = self.row_view(row)
                if (position.account or "") == account and (
                        position.ticker == ticker or table_of(self).at(row).symbol in symbols):
                    out.append(row)
        return out

    cdef list of_owner(self, str account, str currency):
        """The rows of balances of an account, and of one currency, that are no figures with names of their own."""
        cdef uint32_t row
        out = []
        for row in range(1, table_of(self).count() + 1):
            if self.shown(row) and table_of(self).at(row).known:
                balance = self.row_view(row)
                if (balance.account or "") == account and not balance.name and (
                        currency is None or balance.currency == currency):
                    out.append(row)
        return out

    cdef list of_account(self, str account):
        """The rows of an account whatever their segment; "DU1234.Core" is one of them."""
        cdef uint32_t row
        out = []
        for row in range(1, table_of(self).count() + 1):
            if self.shown(row) and table_of(self).at(row).known:
                pnl = self.row_view(row)
                if account == pnl.account or account == f"{pnl.account}.{pnl.segment}":
                    out.append(row)
        return out

    def retire(self, before_ns=None):
        """Frees the rows of orders that have ended; returns how many. Views of them raise ReferenceError from then on.

        If this is called within a callback, the order of that callback is freed only after all callbacks got it. Ended
        orders are also freed automatically, those that ended first before others: see State(ended_orders=).

        :param before_ns: only orders whose last update was received before this time, ns since 1970 UTC; None: all
        """
        cdef uint32_t row, after, freed = 0
        if table_of(self) != &state_of(self.store).orders:
            raise TypeError("only orders end")
        if self.store.on_change is not None:
            self.store.on_change("retire", self.scope, before_ns)
        row = state_of(self.store).ended.first
        while row:
            after = table_of(self).side(row).after
            if self.shown(row) and (before_ns is None or table_of(self).at(row).ts_recv < <int64_t>before_ns):
                state_of(self.store).retire(row)
                freed += 1
            row = after
        return freed


cdef enum:
    MOST = 1 << 24    # the most rows of a table


cdef class State:
    """The merged state of all streams of one engine.

    :param max_symbols: instruments of all streams together; also the number of quotes
    :param max_orders: orders of all streams together
    :param ended_orders: how many ended orders are kept. When there are more, or an open order needs the place, those
        that ended first are freed. None: half of max_orders
    :param max_fills: fills that are kept, also to recognise repetitions; the oldest are overwritten
    :param max_rows: rows of each other table
    :param max_levels: levels of each side of an order book
    :raises ConfigError: a limit is not 1 to 16,777,216

    A limit only reserves address space; memory is used as rows are. A record beyond a limit becomes an Error record
    with source LIMIT.
    """

    def __cinit__(self, *, max_symbols=1 << 20, max_orders=1 << 17, ended_orders=None, max_fills=1 << 17,
                  max_rows=1 << 16, max_levels=1 << 14):
        cdef Limits limits
        if ended_orders is None:
            ended_orders = max(1, max_orders // 2)
        for name, limit in (("max_symbols", max_symbols), ("max_orders", max_orders), ("max_fills", max_fills),
                            ("max_rows", max_rows), ("max_levels", max_levels)):
            if not 1 <= limit <= MOST:
                raise ConfigError(f"{name}: a table has 1 to {MOST} rows, not {limit}")
        if not 0 <= ended_orders <= MOST:
            raise ConfigError(f"ended_orders is 0 to {MOST}, not {ended_orders}")
        limits.symbols, limits.orders, limits.ended_orders = max_symbols, max_orders, ended_orders
        limits.fills, limits.rows, limits.levels = max_fills, max_rows, max_levels
        self.store = Store()
        self.store.c = <void *>new CState(limits, int.from_bytes(os.urandom(8), "little"))
        cdef CState *c = state_of(self.store)
        self.symbols = lent_names(&c.symbols, self.store)
        self.quotes = BySymbol()
        self.stats = BySymbol()
        self.instruments = BySymbol()
        lend(self, self.quotes, <CTable_ *>&c.quotes)
        lend(self, self.stats, <CTable_ *>&c.stats)
        lend(self, self.instruments, <CTable_ *>&c.instruments)
        self.orders = keyed(self, &c.orders, 1, False)
        self.fills = keyed(self, &c.fills, 1, False)
        self.positions = keyed(self, &c.positions, 1, True)
        self.balances = keyed(self, &c.balances, 5, False)
        self.pnl = keyed(self, &c.pnl, 2, False)
        self.books = books_of(&c.books, self.store, self.symbols, -1)

    def __reduce__(self):
        raise TypeError("a State cannot be pickled or copied: it is its decoders' memory. Copy rows (record.copy(), "
                        "orders.array.copy()) or keep a journal")

    @property
    def on_change(self):
        """Called before rows are changed otherwise than by a message, for a journal; None calls nobody.

        Its arguments: "retire", the stream's number (-1: all streams) and before_ns of `orders.retire()`; or "doubt"
        and those of `Orders.doubt()`.
        """
        return self.store.on_change

    @on_change.setter
    def on_change(self, function):
        self.store.on_change = function

    cdef tuple enter(self, object stream, str label):
        cdef list labels = self.symbols.labels
        if stream is None:
            stream = len(labels)
        if not 0 <= stream < 65536:
            raise ConfigError(f"a stream's number is 0 to 65535, not {stream}")
        while len(labels) <= stream:
            labels.append(str(len(labels)))
        taken = {name for number, name in enumerate(labels) if number != stream}
        labels[stream] = label if label not in taken else f"{label} {stream}"
        return stream, labels[stream]

    cdef Rows of_stream(self, Rows rows, int stream):
        cdef Rows out = type(rows)()
        lend(self, out, table_of(rows))
        out.scope = stream
        if isinstance(rows, Keyed):
            (<Keyed>out).key_count, (<Keyed>out).key_symbol = (<Keyed>rows).key_count, (<Keyed>rows).key_symbol
        return out


cdef int lend(State state, Rows rows, CTable_ *table) except -1:
    rows.store, rows.table, rows.symbols, rows.scope = state.store, table, state.symbols, -1
    return 0


cdef Keyed keyed(State state, CTable_ *table, int key_count, bint key_symbol):
    cdef Keyed rows = Keyed()
    lend(state, rows, table)
    rows.key_count, rows.key_symbol = key_count, key_symbol
    return rows
