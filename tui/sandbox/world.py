"""Everything one running sandbox holds: its state file, clock, limits, keys, faults and settings."""

from __future__ import annotations

import random
import secrets
import string
from datetime import datetime
from pathlib import Path

from tui.sandbox.clock import Clock
from tui.sandbox.contract import SCOPES
from tui.sandbox.database import Database
from tui.sandbox.faults import Faults
from tui.sandbox.idempotency import Keys
from tui.sandbox.limits import Limiter
from tui.sandbox.product_factory import schema as product_factory
from tui.sandbox.product_factory import seed as workspace
from tui.sandbox.schema import SCHEMA, TABLES
from tui.sandbox.seed import fill
from tui.sandbox.seed.olostep import fill_olostep
from tui.sandbox.settings import Settings, SettingsChange

CENTURY = (946_684_800, 4_102_358_400)  # 2000 to 2099: what a calendar month may be added to
SECRETS = (
    "olostep_token",
    "product_factory_secret",
    "product_factory_user",
    "product_factory_admin",
    "product_factory_stripe",
    "product_factory_creem",
)
LETTERS = string.ascii_letters + string.digits


def unique(prefix: str, length: int = 24) -> str:
    """Make an identifier in the form of the payment processor: prefix and random letters and digits."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


class World:
    """The sandbox's state. A file that already holds an account is continued: same token, keys, sessions and clock.

    Args:
        path: The SQLite file, created readable by its owner only.
        rows: Rows of wallet history to invent in a new file.
        seed: Makes the invented account reproducible, together with the day on the sandbox's clock.
        clock_at: What the sandbox's clock shows at first; real time by default.
        settings: What differs from the file's own settings, or from the defaults in a new one.

    """

    def __init__(
        self,
        path: Path,
        *,
        rows: int,
        seed: int,
        clock_at: datetime | None = None,
        settings: SettingsChange | None = None,
    ) -> None:
        self.database = Database(path, SCHEMA + product_factory.SCHEMA)
        self.clock = Clock()
        if clock_at is not None:
            self.clock.offset = clock_at.timestamp() - self.clock.real()
        self._first_offset = self.clock.offset
        self.faults = Faults()
        self.limits = Limiter(self.clock)
        self.settings = Settings()
        self.latency_ms = 0
        if self._meta("token"):
            self._continue(keep_clock=clock_at is None)
        else:
            self._found(rows, seed)
        self._sign_in()
        self.keys = Keys(self.database, self.clock)
        self.change(settings or SettingsChange())
        self._first_settings = self.settings

    @property
    def token(self) -> str:
        """The bearer token with every scope."""
        return self._meta("token")

    @property
    def publishable_key(self) -> str:
        """The key that Stripe's surface accepts."""
        return self._meta("publishable_key")

    @property
    def olostep_token(self) -> str:
        """The API key of the Olostep team."""
        return self.secret("olostep_token")

    def secret(self, name: str) -> str:
        """Return a secret of this state file, made when it is first asked for and kept from then on."""
        if not self._meta(name):
            self._remember(name, secrets.token_hex(16))
        return self._meta(name)

    def _meta(self, name: str) -> str:
        return self.database.first(str, "SELECT value FROM meta WHERE name = ?", name) or ""

    def _remember(self, name: str, value: str) -> None:
        self.database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def _sign_in(self) -> None:
        """Give the team its lots and open the two announced sessions, in a file that an older version made as well."""
        if not self.database.number("SELECT COUNT(*) FROM olostep_lots"):
            fill_olostep(self.database, self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0))
        if not self.database.number("SELECT COUNT(*) FROM pf_users"):
            with self.database.transaction():
                workspace.fill(self.database, int(self._meta("seed")), self.clock.now())
        tokens = {role: self.secret(f"product_factory_{role}") for role in ("user", "admin")}
        lifetime = self.settings.session_lifetime_seconds
        workspace.open_sessions(self.database, tokens, self.clock.epoch(), lifetime)

    def _found(self, rows: int, seed: int) -> None:
        self._write_account(rows, seed, f"1|{unique('', 40)}", unique("pk_test_51", 97))

    def _continue(self, *, keep_clock: bool) -> None:
        self.settings = Settings.model_validate_json(self._meta("settings"))
        self.limits.enabled = self.settings.rate_limits
        if keep_clock:
            self.clock.offset = float(self._meta("clock_offset"))

    def _write_account(self, rows: int, seed: int, token: str, publishable_key: str) -> None:
        with self.database.transaction():
            fill(self.database, random.Random(seed), self.clock.now(), rows)
            everything = " ".join(SCOPES)
            self.database.run("INSERT INTO tokens VALUES (?, ?, 'sandbox', NULL)", token, everything)
            self._remember("token", token)
            self._remember("publishable_key", publishable_key)
            self._remember("rows", str(rows))
            self._remember("seed", str(seed))
            self._remember("settings", self.settings.model_dump_json())
            self._remember("clock_offset", str(self.clock.offset))

    def reset(self) -> None:
        """Return to the account as it was invented, and to the time and settings this process began with.

        Token, rows and seed stay; faults and latency do not.
        """
        rows, seed, token, key = (self._meta(name) for name in ("rows", "seed", "token", "publishable_key"))
        kept = {name: self.secret(name) for name in SECRETS}
        self.clock.offset = self._first_offset
        self.latency_ms = 0
        self.faults.clear()
        self.limits.clear()
        self.settings = self._first_settings
        self.limits.enabled = self.settings.rate_limits
        with self.database.transaction():
            for table in TABLES + product_factory.TABLES:
                self.database.run(f"DELETE FROM {table}")  # the names are the constants of the schema
            self._write_account(int(rows), int(seed), token, key)
            for name, value in kept.items():
                self._remember(name, value)
            self._sign_in()

    def move_clock(self, offset: float) -> None:
        """Set the clock's offset from real time (seconds), within this century, and remember it."""
        real = self.clock.real()
        self.clock.offset = min(max(offset, CENTURY[0] - real), CENTURY[1] - real)
        self._remember("clock_offset", str(self.clock.offset))

    def change(self, change: SettingsChange) -> None:
        """Apply the settings that are given and remember them."""
        self.settings = self.settings.model_copy(update=change.model_dump(exclude_none=True))
        self.limits.enabled = self.settings.rate_limits
        self._remember("settings", self.settings.model_dump_json())
