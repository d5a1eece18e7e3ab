"""The views: their keys and names, imported and built when first shown."""

from dataclasses import dataclass

from tui.providers.base import PAYING, Capability
from tui.screens.view import View


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """A view as the tabs know it, before its module is imported."""

    id: str
    key: str
    label: str
    needs: frozenset[Capability] = frozenset()
    """The tab is shown when the account can do one of these; always when it is empty."""
    several: bool = False
    """Whether the tab is shown only where there is more than one account."""

    def shown_with(self, able: frozenset[Capability]) -> bool:
        """Whether an account that can do `able` has the view."""
        return not self.needs or bool(self.needs & able)


VIEWS = (
    ViewEntry("overview", "1", "Overview"),
    ViewEntry("ledger", "2", "Ledger", frozenset({Capability.LEDGER})),
    ViewEntry("plans", "3", "Plans", frozenset({Capability.PLANS})),
    ViewEntry("invoices", "4", "Invoices", frozenset({Capability.INVOICES})),
    ViewEntry("cards", "5", "Cards", frozenset({Capability.PAYMENT_METHODS})),
    ViewEntry("activity", "6", "Activity", PAYING),
    ViewEntry("insights", "7", "Insights", frozenset({Capability.LEDGER})),
    ViewEntry("accounts", "0", "All accounts", several=True),
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
    if view_id == "accounts":
        from tui.screens.accounts import AccountsView

        return AccountsView
    if view_id == "activity":
        from tui.screens.activity import ActivityView

        return ActivityView
    if view_id == "insights":
        from tui.screens.insights import InsightsView

        return InsightsView
    raise KeyError(view_id)
