"""Idempotency keys: the first answer is kept for a day and given again; 409 while it is being made, 422 on misuse."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from decimal import Decimal

from tui.sandbox.clock import Clock
from tui.sandbox.database import Database
from tui.sandbox.errors import ApiError, invalid
from tui.sandbox.wire import dumps

KEEP = 24 * 3600
MAX_KEY = 255
_KEY = re.compile(f"[!-~]{{1,{MAX_KEY}}}")


@dataclass(frozen=True)
class Kept:
    """The answer that was given first: HTTP status and JSON text."""

    status: int
    body: str

    def replay(self) -> str:
        """Return the body marked as a replay: in `meta` where there is an envelope, else at the top."""
        document = json.loads(self.body, parse_float=Decimal)
        meta = document.get("meta")
        (meta if isinstance(meta, dict) else document)["idempotency_replay"] = True
        return dumps(document)


@dataclass(frozen=True)
class _Row:
    fingerprint: str
    status: int | None
    body: str | None


class Keys:
    """The store of keys. A key belongs to the exact request bytes: spacing counts, as it does at the provider's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        # A key whose request died with the process would answer 409 for ever.
        database.run("DELETE FROM idempotency WHERE status IS NULL")

    def begin(self, key: str, method: str, path: str, body: bytes) -> Kept | None:
        """Claim a key, or return the answer it already has.

        Raises:
            ApiError: 422 for an unusable key or one used with another request, 409 while the first is running.

        """
        if not _KEY.fullmatch(key):
            raise invalid("Idempotency-Key", f"The Idempotency-Key must be 1 to {MAX_KEY} visible ASCII characters.")
        fingerprint = hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()
        now = self._clock.epoch()
        self._database.run("DELETE FROM idempotency WHERE created_at <= ?", now - KEEP)
        row = self._database.first(_Row, "SELECT fingerprint, status, body FROM idempotency WHERE key = ?", key)
        if row is None:
            self._database.run("INSERT INTO idempotency VALUES (?, ?, NULL, NULL, ?)", key, fingerprint, now)
            return None
        if row.fingerprint != fingerprint:
            message = "This Idempotency-Key was already used with another request."
            raise ApiError(422, "idempotency_key_reused", message)
        if row.status is None or row.body is None:
            message = "A request with this Idempotency-Key is still being processed."
            raise ApiError(409, "idempotency_in_progress", message)
        return Kept(row.status, row.body)

    def keep(self, key: str, status: int, body: str) -> None:
        """Store the answer of a claimed key."""
        self._database.run("UPDATE idempotency SET status = ?, body = ? WHERE key = ?", status, body, key)

    def release(self, key: str) -> None:
        """Forget a claimed key whose request was refused before it did anything."""
        self._database.run("DELETE FROM idempotency WHERE key = ? AND status IS NULL", key)
