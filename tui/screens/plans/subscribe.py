"""Subscribing to a plan by payment link or on the default card: the plan and its price, then the payment."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from tui.account.state import Snapshot
from tui.domain import BadId, CardExpiry, LinkRequest, Mode, Money, PaymentMethod, Plan, SafeText
from tui.payments.checkouts.journal import JournalError
from tui.payments.intents.journal import Blocked
from tui.providers.base import Capability
from tui.providers.errors import BillingError
from tui.screens.payments.link_dialog import CHARGES_NOTHING, LinkDialog
from tui.screens.shared.account_text import account_text, refusal_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.widgets.choice import Choice
from tui.widgets.format import BAD, BOLD, DIM, card_name, lines
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

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The first button begins, the second asks."""
        if event.button.id == "charge":
            self._ask()
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
        real = "This is real money." if self._account.mode is Mode.LIVE else "This is a sandbox: no real money moves."
        means: list[Content | str] = [
            account_text(self._account),
            "It is charged again each period.",
            Content.styled(real, DIM),
        ]
        dialog = ConfirmDialog(question, means, f"Yes, charge {price.amount}")
        self.app.push_screen(dialog, lambda yes: self._charge(price.amount, card) if yes else None)

    def _charge(self, price: Money, card: PaymentMethod) -> None:
        """Create the confirmed charge, once, and hand it on to be sent."""
        if self._over:
            return
        try:
            intent = self.app.account_session.payments.prepare_subscribe(self._plan, price, card)
        except (BillingError, JournalError, Blocked, BadId) as error:
            self.tell(Content.assemble(("Nothing was sent. ", BAD), refusal_text(error)))
        else:
            self.finish(intent)

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
