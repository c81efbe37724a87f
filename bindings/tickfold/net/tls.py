"""The client's TLS contexts: verified against the system's authorities, or pinned to one certificate."""

import hashlib
import hmac
import ssl


def pinned_context(fingerprint: str) -> ssl.SSLContext:
    """A context that accepts the certificate of this SHA-256 (64 hex digits) and no other.

    The certificate is compared inside the TLS handshake, before a byte of the upgrade request, which may hold a cookie
    or a key, is sent. Who issued it, its names and its dates do not matter: the pin says which one it must be.
    The context works with transports that use `ssl.SSLObject`, as those of asyncio and uvloop do.
    """

    class PinnedObject(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            certificate = self.getpeercert(binary_form=True) or b""
            found = hashlib.sha256(certificate).hexdigest()
            if not hmac.compare_digest(found, fingerprint):
                raise ssl.SSLCertVerificationError(f"it is not the pinned one, its SHA-256 is {found}")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.sslobject_class = PinnedObject
    return context
