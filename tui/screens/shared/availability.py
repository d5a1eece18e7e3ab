"""Why something cannot be done with an account now, in words; None when it can."""

from tui.account.state import Snapshot
from tui.providers.base import Capability


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


def why_no_subscription_changes(snapshot: Snapshot) -> str:
    """Why subscriptions cannot be changed now, in words."""
    if snapshot.connect_error is not None or snapshot.account is None:
        return why_no_link(snapshot) or ""
    return f"Subscriptions of {snapshot.provider_title} cannot be changed from here."


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
