"""IBKR's older gateway: what its one page shows, and what its successor suggests."""

import pytest

from corpus import Message, check_decoded
from corpus.ibkr import FIELDS
from corpus.ibkr_portal import MESSAGES
from test_tables_ibkr import FIELD_IDS, ORDER_KEYS, STATUSES
from tickfold.engine.decoder import Decoder
from tickfold.engine.records import Raw
from tickfold.venues.ibkr import table_portal as ibkr_portal


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_message(message: Message) -> None:
    check_decoded("ibkr.portal", message.payload, message.records)


def test_all_fields_and_keys_of_the_reference_have_a_row() -> None:
    root = ibkr_portal.TABLE.root
    assert set(FIELD_IDS) <= set(root.cases["md"].rows)
    account = root.cases["realtime-account-data"].rows
    assert {"orders", "pnl", "error", "code", "dpl", "upl", "nl", "upnl", "realizedPnl", "unrealizedPnl"} <= set(
        account
    )
    assert set(ORDER_KEYS) <= set(account["orders"].options["shape"].rows)
    assert set(FIELDS) == set(FIELD_IDS)


def test_orders_are_never_deleted_by_absence_and_the_same_list_is_silent() -> None:
    decoder = Decoder("ibkr.portal")
    both = (
        b'{"orders":[{"acct":"U1","orderId":1,"status":"Submitted"},{"acct":"U1","orderId":2,"status":"Filled"}],'
        b'"topic":"realtime-account-data+U1"}'
    )
    assert len(decoder.decode(both)) == 2
    assert decoder.decode(both) == []
    (order,) = decoder.decode(b'{"orders":[{"orderId":1,"status":"Cancelled"}],"topic":"realtime-account-data+U1"}')
    assert (order.account, order.status) == ("U1", STATUSES["Cancelled"])
    assert decoder.orders["U1", "2"].status is STATUSES["Filled"]


def test_the_conid_is_in_the_topic_and_absent_ids_are_unchanged() -> None:
    decoder = Decoder("ibkr.portal")
    decoder.decode(b'{"84":63.41,"86":63.43,"topic":"md+8894"}')
    (quote,) = decoder.decode(b'{"topic":"md+8894","86":63.44}')
    assert (quote.symbol, quote.bid, quote.ask, quote.changed_fields) == ("8894", 63.41, 63.44, ("ask",))


def test_what_is_unknown_is_raw() -> None:
    for payload in (b'{"topic":"new+1"}', b'{"x":1}'):
        (raw,) = Decoder("ibkr.portal").decode(payload)
        assert isinstance(raw, Raw)
