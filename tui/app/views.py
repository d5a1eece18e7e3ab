"""The views: their keys and names, imported and built when first shown."""

from importlib import import_module
from typing import NamedTuple

from tui.providers.base import PAYING, Capability
from tui.screens.shared.view import View


class ViewEntry(NamedTuple):
    """A view as the tabs know it, before its module is imported."""

    id: str
    key: str
    label: str
    place: str
    """Its module below tui.screens, and its class."""
    needs: frozenset[Capability] = frozenset()
    """The tab is shown when the account can do one of these; always when it is empty."""
    several: bool = False
    """Whether the tab is shown only where there is more than one account."""
    secret: bool = False
    """Whether neither tab nor key is there before the account is known to have it."""


VIEWS = (
    ViewEntry("overview", "1", "Overview", "overview.view:OverviewView"),
    ViewEntry("ledger", "2", "Ledger", "ledger.view:LedgerView", frozenset({Capability.LEDGER})),
    ViewEntry("plans", "3", "Plans", "plans.view:PlansView", frozenset({Capability.PLANS})),
    ViewEntry("invoices", "4", "Invoices", "invoices.view:InvoicesView", frozenset({Capability.INVOICES})),
    ViewEntry("orders", "4", "Orders", "invoices.orders:OrdersView", frozenset({Capability.ORDERS})),
    ViewEntry("cards", "5", "Cards", "cards.view:PaymentMethodsView", frozenset({Capability.PAYMENT_METHODS})),
    ViewEntry("activity", "6", "Activity", "activity.view:ActivityView", PAYING),
    ViewEntry("insights", "7", "Insights", "insights.view:InsightsView", frozenset({Capability.LEDGER})),
    ViewEntry("admin", "9", "Admin", "admin.view:AdminView", frozenset({Capability.ADMIN}), secret=True),
    ViewEntry("accounts", "0", "All accounts", "accounts.view:AccountsView", several=True),
)
"""All views in the order of their keys; views of one key are alternatives, or take turns where there are both."""


def views_of(able: frozenset[Capability] | None) -> tuple[ViewEntry, ...]:
    """The views of an account that can do `able`; while that is not known (None) the first one of each key."""
    if able is not None:
        return tuple(each for each in VIEWS if not each.needs or each.needs & able)
    first = {each.key: each for each in reversed(VIEWS) if not each.secret}
    return tuple(each for each in VIEWS if first.get(each.key) is each)


def key_leads_to(view_id: str, able: frozenset[Capability] | None, current: str | None) -> bool:
    """Whether the key of a view leads to this one, or to another one of the same key."""
    key = next(each.key for each in VIEWS if each.id == view_id)
    sharing = [each.id for each in VIEWS if each.key == key and not each.secret]
    mine = [each.id for each in views_of(able) if each.key == key] or sharing[:1]
    if not mine:
        return False
    after = mine.index(current) + 1 if current in mine else 0
    return mine[after % len(mine)] == view_id


def make_view(view_id: str) -> View:
    """Build a view; its module is imported only now. Raises KeyError for an id that is not in VIEWS."""
    view = load_view(view_id)(id=view_id)
    view.display = False
    return view


def load_view(view_id: str) -> type[View]:
    """Import a view; before somebody asks for it when that is in time. Raises KeyError as `make_view`."""
    module, _, name = {each.id: each.place for each in VIEWS}[view_id].partition(":")
    view: type[View] = getattr(import_module(f"tui.screens.{module}"), name)
    return view
