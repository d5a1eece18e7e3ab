"""What can be asked for on the command line."""

from decimal import Decimal
from pathlib import Path

DEMO_ROWS = 2600
"""Transactions of the sandbox when nothing else is asked for: about 18 months of a small company."""


class Options:
    """What was asked for; argparse fills it in, the values here are the defaults."""

    command: str | None = None
    """None for the dashboard."""
    account: str | None = None
    json: bool = False
    read_only: bool = False
    no_color: bool = False
    rows: int = DEMO_ROWS
    seed: int = 1
    port: int = 0
    state: Path | None = None
    latency: int = 0
    """Milliseconds."""
    query: str = ""
    limit: int = 50
    no_sync: bool = False
    format: str = ""
    """One of EXPORT_FORMATS."""
    output: Path | None = None
    invoice_id: str = ""
    order_id: str = ""
    pdf: Path | None = None
    amount: Decimal | None = None
    plan_id: str | None = None
    channel: str | None = None
    """The payment processor, where the provider leaves the choice."""
    wait: float | None = None
    """Seconds; None: until the link expires."""
    no_wait: bool = False
    resume: bool = False
    card_id: str | None = None
    """A card's id, or `default`."""
    idempotency_key: str | None = None
    yes: bool = False
    minimum: Decimal | None = None
    top_up: Decimal | None = None
    credits: Decimal | None = None
    link: bool = False
    check: str | None = None
    """An intent's id, or how it begins; so are the next two."""
    repeat: str | None = None
    set_aside: str | None = None
    provider: str | None = None
    base_url: str | None = None
    stripe_base_url: str | None = None
    token_stdin: bool = False
    email: str | None = None
    password_stdin: bool = False
    revoke: bool = False
    store: str | None = None
    """Where a token shall be kept: keyring or file; None lets the machine and the person decide."""
    action: str | None = None
    """What to do with accounts; None: list them."""
    name: str = ""
    """A stored account's."""
    rename: str | None = None
    theme: str | None = None
    """`none` takes the setting away; so it does for the next one."""
    low_balance: str | None = None
    payments: str | None = None
    """allowed or refused."""
    currency: str | None = None
    """`none` takes the setting away."""
    current: bool = False
    offline: bool = False
    contract: bool = False
    misplaced: object = None
    """A token somebody gave as an argument; so is the next one."""
    token_argument: str | None = None
