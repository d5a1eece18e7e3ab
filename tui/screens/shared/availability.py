"""Why something cannot be done with an account now, in words; None when it can."""

from collections.abc import Callable
from typing import Any

from tui.account.state import Snapshot
from tui.providers.base import Capability

_NO_ROW = "There is nothing under the cursor."


def why_no_row(view: Any) -> str | None:
    """Why nothing can be done with the row under the cursor of a view's table; None when there is one."""
    return _NO_ROW if view.main_widget().current is None else None


def able(needed: Capability) -> Callable[[Any], bool]:
    """When a command is offered: where the account that is shown can do `needed`."""
    return lambda node: needed in node.app.snapshot.capabilities


def why_no_funds(snapshot: Snapshot) -> str | None:
    """Why no funds can be added now, in words; None when they can."""
    if snapshot.account is not None and not snapshot.can_pay:
        return f"Funds cannot be added to {snapshot.provider_title} from here."
    without_link = {Capability.FUND, Capability.TOP_UP}
    return None if snapshot.capabilities & without_link else why_no_link(snapshot)


def why_no_card(snapshot: Snapshot) -> str | None:
    """Why no card can be added or changed now, in words; None when one can."""
    if snapshot.connect_error is not None or snapshot.account is None:
        return why_no_link(snapshot)
    if Capability.CARD_SETUP not in snapshot.capabilities:
        return f"Cards of {snapshot.provider_title} cannot be changed from here."
    return None


def still_connecting(snapshot: Snapshot) -> str:
    """Why nothing can be asked of the account yet."""
    return f"Still connecting to {snapshot.provider_title}; try again in a moment."


def why_no_link(snapshot: Snapshot, needed: Capability = Capability.PAYMENT_LINK) -> str | None:
    """Why no payment link can be made now, in words; None when one can."""
    if snapshot.connect_error is not None:
        return f"Not connected to {snapshot.provider_title}: r tries again, then funds can be added."
    if snapshot.account is None:
        return still_connecting(snapshot)
    if needed not in snapshot.capabilities:
        return f"{snapshot.provider_title} makes no payment links for this."
    return None
