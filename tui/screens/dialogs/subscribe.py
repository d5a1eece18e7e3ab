"""Subscribing to a plan by payment link: the plan and its price, then the checkout."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from tui.domain import LinkRequest, Plan
from tui.screens.dialogs.making import CHARGES_NOTHING, MakingDialog, account_words
from tui.snapshot import Snapshot
from tui.widgets.format import BOLD, DIM, lines
from tui.widgets.plain_text import PlainText


class SubscribeDialog(MakingDialog):
    """Names plan, price and account before the link is made."""

    DEFAULT_CSS = """
    SubscribeDialog > #box PlainText { margin-bottom: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "make", "make payment link")]

    def __init__(self, account: Snapshot, plan: Plan, request: LinkRequest) -> None:
        """Ask about `plan`; `request` is what the link is made from."""
        super().__init__()
        self._account = account
        self._plan = plan
        self._request = request

    def compose_dialog(self) -> Iterable[Widget]:
        """Plan, price, account, what happens then."""
        yield PlainText(Content.assemble(("Subscribe to ", BOLD), (self._plan.name, BOLD)))
        prices = [
            Content.assemble((str(each.amount), BOLD), (f" {each.period}", DIM)) for each in self._plan.prices
        ] or [Content.styled("the checkout page names the price", DIM)]
        yield PlainText(lines(prices))
        yield PlainText(Content.assemble(("for ", DIM), account_words(self._account)))
        yield PlainText(Content.styled(CHARGES_NOTHING, DIM))
        yield PlainText(id="made")
        yield Button(Content(" Make payment link "), id="go", variant="primary", compact=True)

    def on_button_pressed(self) -> None:
        """The button begins."""
        self.action_make()

    def action_make(self) -> None:
        """Ask for the link."""
        self.make(self._request)

    def show_making(self, *, busy: bool) -> None:
        """No second link while one is being made."""
        self.query_one("#go", Button).disabled = busy
