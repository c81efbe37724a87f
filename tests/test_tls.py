"""What is said of failed TLS handshakes; real ones are in test_session."""

import ssl

from tickfold.net.tls import pinned_context, tls_error


def test_a_failed_verification_says_what_to_do():
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    error.verify_message = "self-signed certificate"
    said = str(tls_error(error, "localhost:5000"))
    assert "fingerprint=" in said
    assert "openssl s_client -connect localhost:5000" in said
    error.verify_message = "Hostname mismatch, certificate is not valid for 'localhost'"
    said = str(tls_error(error, "localhost:5000"))
    assert "Hostname mismatch" in said
    assert "fingerprint" not in said


def test_other_failures_keep_their_reason():
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    assert str(tls_error(error, "host:443")) == "host:443: TLS failed: WRONG_VERSION_NUMBER"


def test_a_pinned_context_is_no_laxer_than_its_pin():
    context = pinned_context("ab" * 32)
    assert issubclass(context.sslobject_class, ssl.SSLObject)
    assert context.sslobject_class is not ssl.SSLObject
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
