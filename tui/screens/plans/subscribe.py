"""Subscribing to a plan by payment link or on the default card: the plan and its price, then the payment."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from tui.account.state import Snapshot
from tui.domain import CardExpiry, LinkRequest, PaymentMethod, Plan, SafeText
from tui.providers.base import Capability
from tui.screens.payments.link_dialog import CHARGES_NOTHING, LinkDialog
from tui.screens.shared.account_text import account_text, money_lines
from tui.widgets.choice import Choice
from tui.widgets.commands import command
from tui.widgets.format import BOLD, DIM, card_name, lines
from tui.widgets.plain_text import PlainText


class SubscribeDialog(LinkDialog):
    """Names plan, price and account before the link is made."""

    DEFAULT_CSS = """
    SubscribeDialog > #box PlainText { margin-bottom: 1; }
    SubscribeDialog #ways { height: 1; }
    SubscribeDialog #charge { margin-left: 2; }
    SubscribeDialog #channel-row { height: 1; margin-bottom: 1; }
    SubscribeDialog #channel-row PlainText { width: auto; margin: 0 2 0 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [command("subscribe.make", "enter", "make payment link")]

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
        yield PlainText(Content.assemble(("for ", DIM), account_text(self._account)))
        if self._channels:
            with Horizontal(id="channel-row"):
                yield PlainText("Pay through")
                yield Choice([(each, each.title()) for each in self._channels], self._channels[0], id="channel")
                if len(self._channels) > 1:
                    yield PlainText(Content.styled("← → changes it", DIM))
        yield PlainText(Content.styled(CHARGES_NOTHING, DIM))
        yield PlainText(id="made")
        with Horizontal(id="ways"):
            yield Button(Content(" Make payment link "), id="go", variant="primary", compact=True)
            if self._card is not None:
                yield Button(Content(f" Charge {card_name(self._card)}… "), id="charge", compact=True)
        yield from self.compose_blocking()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The first button begins, the second asks."""
        if event.button.id == "charge":
            self._ask()
        elif event.button.id == "show-open":
            self.show_blocking()
        else:
            self.action_make()

    # -- charging -----------------------------------------------------------------------------------------------

    @property
    def _card(self) -> PaymentMethod | None:
        """The default card, where it can be charged for a plan with one price."""
        if Capability.SUBSCRIPTION_CHANGES not in self._account.capabilities or len(self._plan.prices) != 1:
            return None
        cards = (each for each in self._account.payment_methods.value or () if each.is_default)
        card = next(cards, None)
        return card if card is not None and card.expiry(self.app.clock.now()) is not CardExpiry.EXPIRED else None

    def _ask(self) -> None:
        """Name everything; the answer begins the charge."""
        card = self._card
        if card is None or not self.is_active:
            return
        price = self._plan.prices[0]
        question = f"Subscribe to {self._plan.name} and charge {price.amount} {price.period} to {card_name(card)}?"
        self.ask(
            question,
            money_lines(self._account, "It is charged again each period."),
            f"Yes, charge {price.amount}",
            lambda payments: payments.prepare_subscribe(self._plan, price.amount, card),
        )

    # -- the link -----------------------------------------------------------------------------------------------

    def action_make(self) -> None:
        """Ask for the link."""
        request = self._request
        if self._channels:
            request = replace(request, channel=SafeText(self.query_one(Choice).value))
        self.make(request)

    def show_making(self, *, busy: bool) -> None:
        """No second link while one is being made."""
        for button in self.query(Button):
            button.disabled = busy
