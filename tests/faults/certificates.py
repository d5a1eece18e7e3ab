"""Servers' certificates that are good, unknown, expired, not valid yet, or for somebody else."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """A certificate authority; trusted by whoever is given `file` as SSL_CERT_FILE."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self.file = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    def context(
        self, name: str, *, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> ssl.SSLContext:
        """A server's context with a certificate for `name`."""
        certificate = self._ca.issue_cert(name, not_before=not_before, not_after=not_after)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    def expired(self, name: str) -> ssl.SSLContext:
        """A certificate that ran out yesterday."""
        now = datetime.now(UTC)
        return self.context(name, not_before=now - timedelta(days=30), not_after=now - timedelta(days=1))

    def early(self, name: str) -> ssl.SSLContext:
        """A certificate that begins tomorrow: what a clock that is a day behind sees."""
        now = datetime.now(UTC)
        return self.context(name, not_before=now + timedelta(days=1), not_after=now + timedelta(days=30))

    def old_tls(self, name: str, version: ssl.TLSVersion) -> ssl.SSLContext:
        """A server that speaks nothing newer than `version`."""
        context = self.context(name)
        with warnings.catch_warnings():
            # Python warns that these versions are old; that they are is the point.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = version
            context.maximum_version = version
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context
