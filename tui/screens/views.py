"""The six views: their keys and names, imported and built when first shown."""

from dataclasses import dataclass

from tui.providers.base import Capability
from tui.screens.view import View


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """A view as the tabs know it, before its module is imported."""

    id: str
    key: str
    label: str
    capability: Capability | None = None
    """What the account must be able to do for the tab to be shown."""


VIEWS = (
    ViewEntry("overview", "1", "Overview"),
    ViewEntry("ledger", "2", "Ledger", Capability.LEDGER),
    ViewEntry("plans", "3", "Plans", Capability.PLANS),
    ViewEntry("invoices", "4", "Invoices", Capability.INVOICES),
    ViewEntry("cards", "5", "Cards", Capability.PAYMENT_METHODS),
    ViewEntry("activity", "6", "Activity", Capability.PAYMENT_LINK),
)
"""All views in the order of their keys."""


def make_view(view_id: str) -> View:
    """Build a view; its module is imported only now. Raises KeyError for an id that is not in VIEWS."""
    view = _view_class(view_id)(id=view_id)
    view.display = False
    return view


def _view_class(view_id: str) -> type[View]:
    if view_id == "overview":
        from tui.screens.overview import OverviewView

        return OverviewView
    if view_id == "ledger":
        from tui.screens.ledger import LedgerView

        return LedgerView
    if view_id == "plans":
        from tui.screens.plans import PlansView

        return PlansView
    if view_id == "invoices":
        from tui.screens.invoices import InvoicesView

        return InvoicesView
    if view_id == "cards":
        from tui.screens.payment_methods import PaymentMethodsView

        return PaymentMethodsView
    if view_id == "activity":
        from tui.screens.activity import ActivityView

        return ActivityView
    raise KeyError(view_id)
