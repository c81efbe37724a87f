# distutils: language = c++
"""The orders of an engine: the table of all, and selections of it that are looked up anew whenever they are used."""

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcmp

from tickfold.engine.book cimport numbers_of
from tickfold.engine.fold cimport CTable_, List
from tickfold.engine.records cimport Record
from tickfold.engine.state cimport Keyed, State
from tickfold.engine.structs cimport (
    TF_ORDER_ACCOUNT, TF_ORDER_CLIENT_ORDER_ID, TF_ORDER_STATUS, TF_ORDER_STATUS_UNKNOWN, TF_STALE, tf_order)

from tickfold.schema.errors import AmbiguousError

cdef extern from "fold/state.hpp" namespace "tickfold" nogil:
    cppclass Lists "std::deque<tickfold::List>":
        size_t size()
        List &at(size_t number)

    # The part of the state that is asked for here.
    cppclass OpenState "tickfold::State":
        Lists open


# The published structs hide what is C++.
cdef inline Lists *open_lists(Orders orders) noexcept:
    return &(<OpenState *>orders.store.c).open


cdef inline CTable_ *table_of(Orders orders) noexcept:
    return <CTable_ *>orders.table


# Whether a slot of fixed width holds exactly this text.
cdef inline bint holds(const char *slot, size_t room, const char *text, size_t size) noexcept:
    return size <= room and memcmp(slot, text, size) == 0 and (size == room or slot[size] == 0)


cdef inline bint states(const tf_order *order, int bit) noexcept:
    return (order.head.known >> bit) & 1


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
        visits open orders only, however many have ended.
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

        Of several orders with one id, the only one that is open is taken. There is no index of these ids: a look-up
        takes time in proportion to the open orders, or to all orders where no open one has the id.

        KeyError where there is none, AmbiguousError where several have it. `get` and `in` work too.
        """
        cdef ByClientId found = ByClientId.__new__(ByClientId)
        found.orders = self
        return found

    def of(self, *, account=None, symbol=None):
        """The orders of an account, of a symbol as `order.symbol` shows it, or of both, open and ended; a Selection.

        A walk over it visits all orders; `orders.open.of(…)` visits the open ones only.
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
        cdef const tf_order *order = <const tf_order *>table_of(self).at(row)
        return not states(order, TF_ORDER_STATUS) or order.status != TF_ORDER_STATUS_UNKNOWN

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

    cdef list of_client(self, bytes key, list rows):
        cdef const tf_order *order
        cdef const char *text = key
        cdef size_t size = len(key)
        cdef uint32_t row
        cdef list found = []
        for row in rows if rows is not None else range(1, table_of(self).count() + 1):
            order = <const tf_order *>table_of(self).at(row)
            if (self.shown(row) and states(order, TF_ORDER_CLIENT_ORDER_ID)
                    and holds(order.client_order_id, sizeof(order.client_order_id), text, size)):
                found.append(row)
        return found


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
        cdef size_t size = 0 if self.account is None else len(self.account)
        cdef const char *account = NULL
        cdef uint32_t row
        cdef list found = []
        if self.account is not None:
            account = self.account
        symbols = None if self.symbol is None else set(numbers_of(orders.symbols, self.symbol))
        for row in orders.open_rows() if self.only_open else range(1, table_of(orders).count() + 1):
            order = <const tf_order *>table_of(orders).at(row)
            if not orders.shown(row) or not order.head.known:
                continue
            if symbols is not None and order.head.symbol not in symbols:
                continue
            if account != NULL and not (states(order, TF_ORDER_ACCOUNT)
                                        and holds(order.account, sizeof(order.account), account, size)):
                continue
            if self.only_stale and not orders.is_stale(row):
                continue
            found.append(row)
        return found


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
        cdef bytes raw = key.encode(errors="replace")
        cdef list rows = self.orders.of_client(raw, self.orders.open_rows())
        if not rows:
            rows = self.orders.of_client(raw, None)
        if not rows:
            raise KeyError(key)
        if len(rows) > 1:
            ids = ", ".join(repr(self.orders.row_view(<uint32_t>row).order_id) for row in rows[:5])
            raise AmbiguousError(f"{len(rows)} orders have the client's id {key!r}: order_id {ids}")
        return self.orders.row_view(<uint32_t>rows[0])

    def get(self, str key, default=None):
        """The order of this id, or `default`. AmbiguousError where several have it."""
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, str key):
        return bool(self.orders.of_client(key.encode(errors="replace"), None))
