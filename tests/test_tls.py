"""Contexts of a client; real handshakes are in test_session, what is said of failed ones in test_faults."""

import ssl

from tickfold.net.tls import pinned_context


def test_a_pinned_context_is_no_laxer_than_its_pin():
    context = pinned_context("ab" * 32)
    assert issubclass(context.sslobject_class, ssl.SSLObject)
    assert context.sslobject_class is not ssl.SSLObject
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
