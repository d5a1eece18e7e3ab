"""Subscribing to a plan by payment link: the plan and its price, then the checkout."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from tui.domain import LinkRequest, Plan, SafeText
from tui.screens.dialogs.making import CHARGES_NOTHING, MakingDialog, account_words
from tui.snapshot import Snapshot
from tui.widgets.choice import Choice
from tui.widgets.format import BOLD, DIM, lines
from tui.widgets.plain_text import PlainText


class SubscribeDialog(MakingDialog):
    """Names plan, price and account before the link is made."""

    DEFAULT_CSS = """
    SubscribeDialog > #box PlainText { margin-bottom: 1; }
    SubscribeDialog #channel-row { height: 1; margin-bottom: 1; }
    SubscribeDialog #channel-row PlainText { width: auto; margin: 0 2 0 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "make", "make payment link")]

    def __init__(self, account: Snapshot, plan: Plan, request: LinkRequest) -> None:
        """Ask about `plan`; `request` is what the link is made from."""
        super().__init__()
        self._account = account
        self._plan = plan
        self._request = request
        self._catalog = account.plans.value
        self._channels = self._catalog.channels if self._catalog else ()

    def compose_dialog(self) -> Iterable[Widget]:
        """Plan, price, account, what happens then."""
        yield PlainText(Content.assemble(("Subscribe to ", BOLD), (self._plan.name, BOLD)))
        prices = [
            Content.assemble((str(each.amount), BOLD), (f" {each.period}", DIM)) for each in self._plan.prices
        ] or [Content.styled("the checkout page names the price", DIM)]
        yield PlainText(lines(prices))
        if self._catalog and self._catalog.page_names_price and len(prices) > 1:
            yield PlainText(Content.styled("The payment page tells which of the two it is for: look there first.", DIM))
        yield PlainText(Content.assemble(("for ", DIM), account_words(self._account)))
        if self._channels:
            with Horizontal(id="channel-row"):
                yield PlainText("Pay through")
                yield Choice([(each, each.title()) for each in self._channels], self._channels[0], id="channel")
                if len(self._channels) > 1:
                    yield PlainText(Content.styled("← → changes it", DIM))
        yield PlainText(Content.styled(CHARGES_NOTHING, DIM))
        yield PlainText(id="made")
        yield Button(Content(" Make payment link "), id="go", variant="primary", compact=True)

    def on_button_pressed(self) -> None:
        """The button begins."""
        self.action_make()

    def action_make(self) -> None:
        """Ask for the link."""
        request = self._request
        if self._channels:
            request = replace(request, channel=SafeText(self.query_one(Choice).value))
        self.make(request)

    def show_making(self, *, busy: bool) -> None:
        """No second link while one is being made."""
        self.query_one("#go", Button).disabled = busy
