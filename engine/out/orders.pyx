# distutils: language = c++
"""The orders of an engine: the table of all, and selections of it that are looked up anew whenever they are used.

They are found by lists and an index that folding keeps: engine/fold/state.hpp, order_index.hpp.
"""

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcmp

from tickfold.engine.book cimport numbers_of
from tickfold.engine.cpp cimport Text
from tickfold.engine.fold cimport CTable_, List
from tickfold.engine.records cimport Record
from tickfold.engine.state cimport Keyed, State
from tickfold.engine.structs cimport TF_ORDER_ACCOUNT, TF_STALE, tf_order

from tickfold.schema.errors import AmbiguousError

cdef extern from "fold/state.hpp" namespace "tickfold" nogil:
    cppclass Lists "std::deque<tickfold::List>":
        size_t size()
        List &at(size_t number)

    cppclass Groups:
        uint32_t next(uint32_t row)

    cppclass OrderIndex:
        Groups by_client, by_account, by_symbol
        uint32_t of_client(Text id)
        uint32_t of_account(Text account)
        uint32_t of_symbol(uint32_t symbol)

    # The part of the state that is asked for here.
    cppclass OpenState "tickfold::State":
        Lists open
        OrderIndex order_index

    bint is_open(const tf_order &order)


# The published structs hide what is C++.
cdef inline Lists *open_lists(Orders orders) noexcept:
    return &(<OpenState *>orders.store.c).open


cdef inline OrderIndex *index_of(Orders orders) noexcept:
    return &(<OpenState *>orders.store.c).order_index


cdef inline CTable_ *table_of(Orders orders) noexcept:
    return <CTable_ *>orders.table


# Whether a slot of fixed width holds exactly this text.
cdef inline bint holds(const char *slot, size_t room, const char *text, size_t size) noexcept:
    return size <= room and memcmp(slot, text, size) == 0 and (size == room or slot[size] == 0)


cdef inline Text text_of(bytes text) noexcept:
    cdef Text out
    out.data, out.size = text, len(text)
    return out


cdef class Orders(Keyed):
    """The orders of all streams, open and ended: `orders["922048212"]`, or with the account.

        for order in orders.open: …             those that have not ended
        for order in orders.stale: …            open ones that may be out of date
        orders.by_client_id["my-1"]
        orders.of(account="DU1234"), orders.of(symbol="AAPL"), orders.open.of(symbol="AAPL")
    """

    def __init__(self, State state):
        cdef Keyed rows = state.orders
        self.store, self.table, self.symbols, self.scope = rows.store, rows.table, rows.symbols, rows.scope
        self.key_count, self.key_symbol = rows.key_count, rows.key_symbol
        self.lost = {}

    @property
    def open(self):
        """The orders that have not ended, as a Selection.

        Those of which the venue no longer says how they ended (status UNKNOWN) are not among them. A walk over it
        visits open orders only, however many have ended; one over `open.of(…)` those that it yields.
        """
        return select(self, True, False, None, None)

    @property
    def stale(self):
        """The open orders that may be out of date, as a Selection.

        The connection of their stream was lost, and since then neither the venue nor a snapshot that was fed has
        mentioned them. They have Flag.STALE. A walk over it visits all open orders.
        """
        return select(self, True, True, None, None)

    @property
    def by_client_id(self):
        """Orders by the id that the client gave: `orders.by_client_id["my-1"]`.

        Of several orders with one id, the only one that is open is taken. A look-up takes the same time however many
        orders there are.

        KeyError where there is none, AmbiguousError where several have it. `get` and `in` work too.
        """
        cdef ByClientId found = ByClientId.__new__(ByClientId)
        found.orders = self
        return found

    def of(self, *, account=None, symbol=None):
        """The orders of an account, of a symbol as `order.symbol` shows it, or of both, open and ended; a Selection.

        A walk over it visits those that it yields; of an account and a symbol, all of the symbol.
        """
        return select(self, False, False, account, symbol)

    def doubt(self, int stream, uint64_t seq):
        """The connection of a stream is lost, whose number this is: its open orders may be out of date.

        :param seq: the last record's before the loss
        """
        cdef Lists *lists = open_lists(self)
        cdef uint32_t row
        if self.store.on_change is not None:
            self.store.on_change("doubt", stream, seq)
        self.lost[stream] = seq
        if <size_t>stream < lists.size():
            row = lists.at(stream).first
            while row:
                table_of(self).at(row).flags |= TF_STALE
                row = table_of(self).side(row).after

    cdef bint is_open(self, uint32_t row) noexcept:
        return is_open((<const tf_order *>table_of(self).at(row))[0])

    cdef bint is_stale(self, uint32_t row) except -1:
        cdef const tf_order *order = <const tf_order *>table_of(self).at(row)
        if not order.head.flags & TF_STALE:
            return False
        return order.head.seq <= <uint64_t>self.lost.get(order.head.stream, 0)

    cdef list open_rows(self):
        cdef Lists *lists = open_lists(self)
        cdef list rows = []
        cdef size_t stream
        cdef uint32_t row
        for stream in range(lists.size()):
            row = lists.at(stream).first
            while row:
                if self.is_open(row):
                    rows.append(row)
                row = table_of(self).side(row).after
        return rows


# The rows of a group; `only_open`: the open ones, which are its first.
cdef list rows_of(Orders orders, const Groups *groups, uint32_t first, bint only_open):
    cdef uint32_t row = first
    cdef list rows = []
    while row and (orders.is_open(row) or not only_open):
        rows.append(row)
        row = groups.next(row)
    return rows


cdef class Selection:
    """Some of the orders, as they are whenever it is walked over: orders that come to belong to it are in it then."""

    def of(self, *, account=None, symbol=None):
        """Those of an account, of a symbol, or of both."""
        return select(self.orders, self.only_open, self.only_stale,
                      self.account.decode() if account is None and self.account is not None else account,
                      self.symbol if symbol is None else symbol)

    def __iter__(self):
        cdef Orders orders = self.orders
        cdef Record order
        for order in [orders.row_view(<uint32_t>row) for row in self.numbers()]:
            if order.alive():    # its row may be freed while the caller looks at others
                yield order

    def __len__(self):
        return len(self.numbers())

    def __bool__(self):
        return bool(self.numbers())

    def __repr__(self):
        return f"<{len(self)} orders>"

    cdef list numbers(self):
        cdef Orders orders = self.orders
        cdef const tf_order *order
        cdef uint32_t row
        cdef list found = []
        for row in self.candidates():
            order = <const tf_order *>table_of(orders).at(row)
            if not orders.shown(row) or not order.head.known:
                continue
            if self.account is not None and self.symbol is not None and not self.has_account(order):
                continue
            if self.only_stale and not orders.is_stale(row):
                continue
            found.append(row)
        return found

    cdef bint has_account(self, const tf_order *order) noexcept:
        return (order.head.known >> TF_ORDER_ACCOUNT) & 1 and holds(
            order.account, sizeof(order.account), self.account, len(self.account))

    cdef object candidates(self):
        """The rows of the symbol, or else of the account, or else all; only open ones if only these are asked for."""
        cdef OrderIndex *index = index_of(self.orders)
        cdef list rows = []
        if self.symbol is not None:
            for number in numbers_of(self.orders.symbols, self.symbol):
                rows += rows_of(self.orders, &index.by_symbol, index.of_symbol(number), self.only_open)
        elif self.account is not None:
            rows = rows_of(self.orders, &index.by_account, index.of_account(text_of(self.account)), self.only_open)
        elif self.only_open:
            return self.orders.open_rows()
        else:
            return range(1, table_of(self.orders).count() + 1)
        rows.sort()
        return rows


cdef Selection select(Orders orders, bint only_open, bint only_stale, object account, object symbol):
    for text in (account, symbol):
        if text is not None and not isinstance(text, str):
            raise TypeError(f"accounts and symbols are texts, not {text!r}")
    cdef Selection selection = Selection.__new__(Selection)
    selection.orders, selection.only_open, selection.only_stale = orders, only_open, only_stale
    selection.account = None if account is None else account.encode(errors="replace")
    selection.symbol = symbol
    return selection


cdef class ByClientId:
    """Orders by the id that the client gave; see Orders.by_client_id."""

    def __getitem__(self, str key):
        cdef Orders orders = self.orders
        cdef uint32_t first = self.first(key)
        if not first:
            raise KeyError(key)
        cdef list rows = rows_of(orders, &index_of(orders).by_client, first, orders.is_open(first))
        if len(rows) > 1:
            ids = ", ".join(repr(orders.row_view(<uint32_t>row).order_id) for row in sorted(rows)[:5])
            raise AmbiguousError(f"{len(rows)} orders have the client's id {key!r}: order_id {ids}")
        return orders.row_view(first)

    cdef uint32_t first(self, str key) except? 0:
        cdef bytes raw = key.encode(errors="replace")
        return index_of(self.orders).of_client(text_of(raw))

    def get(self, str key, default=None):
        """The order of this id, or `default`. AmbiguousError where several have it."""
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, str key):
        return self.first(key) != 0
