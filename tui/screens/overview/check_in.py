"""The daily check-in in words: whether it can be done now, and what it brought."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tui.screens.shared.availability import still_connecting

if TYPE_CHECKING:
    from tui.account.state import Snapshot
    from tui.domain import CheckIn


def why_no_check_in(snapshot: Snapshot, now: datetime) -> str | None:
    """Why there is no check-in now; None when there is. Days are those of UTC: no provider names its own."""
    if snapshot.account is None:
        return still_connecting(snapshot)
    done = snapshot.checked_in_at
    if done is not None and done.astimezone(UTC).date() >= now.astimezone(UTC).date():
        return "Today's check-in is done. The next one can be done tomorrow."
    return None


def check_in_text(done: CheckIn) -> str:
    """What a check-in came to."""
    if done.done_before:
        return "Today's check-in was done before; nothing was added. The next one can be done tomorrow."
    added = f"{done.awarded} added" if done.awarded else "The provider does not say how many credits it brought"
    left = f"; {done.balance} now" if done.balance else ""
    return f"Checked in. {added}{left}."
