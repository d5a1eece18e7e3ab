"""Adding funds: an amount and a way to pay it, then the checkout or, after a question, the charge."""

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus, Resize
from textual.widget import Widget
from textual.widgets import Button, Input

from tui.account.state import Phase, Snapshot
from tui.domain import LinkRequest, Money, PaymentMethod, Purpose, SafeText, parse_amount
from tui.providers.base import Capability
from tui.providers.errors import Invalid
from tui.screens.payments.drafts import CardAdded, FundDraft
from tui.screens.payments.link_dialog import CHARGES_NOTHING, LinkDialog
from tui.screens.shared.account_text import account_text
from tui.widgets.commands import command
from tui.widgets.format import BAD, DIM, WAIT, card_name, sentence
from tui.widgets.pay_with import LINK, PayWay, PayWith, ways_to_pay
from tui.widgets.plain_text import PlainText

_PRESETS = (10, 25, 50, 100, 250, 500, 1000)
_SHOWN_PRESETS = 5
_PRESET_WIDTH = 7
"""Columns of one, the gap behind it included."""
_USUAL = Decimal("25.00")
"""What is offered first, unless the provider's minimum is higher."""
_ASKED_ONCE_MORE = "You are asked once more before the card is charged."
_NEW_CARD = "Adding a card charges nothing: it can be chosen here then."


class AmountField(Input):
    """The amount; the arrow keys that mean nothing in one line choose the way to pay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("add-funds.up", "up", "way to pay above", action="screen.move(-1)", show=False),
        command("add-funds.down", "down", "way to pay below", action="screen.move(1)", show=False),
    ]


class Presets(Horizontal):
    """Amounts at a key: as many as fit whole, the smallest first."""

    DEFAULT_CSS = """
    Presets { width: 1fr; height: 1; }
    Presets Button { min-width: 6; margin-right: 1; }
    """

    def __init__(self, amounts: Iterable[int]) -> None:
        super().__init__(*(Button(Content(f"{each:,}"), id=f"preset-{each}", compact=True) for each in amounts))

    def on_resize(self, event: Resize) -> None:
        """Leave out those there is no room for: a part of a number is another number."""
        for place, button in enumerate(self.children, 1):
            button.display = place * _PRESET_WIDTH - 1 <= event.size.width


class AddFundsDialog(LinkDialog):
    """Asks for an amount above the provider's minimum and how to pay it; what was typed stays while it is open.

    Ends in a checkout session, or in an intent that was created and is to be sent.
    """

    AUTO_FOCUS = "#amount"
    DEFAULT_CSS = """
    AddFundsDialog .row { height: 1; margin-top: 1; }
    AddFundsDialog .label { width: 10; color: $label; }
    AddFundsDialog #amount { width: 14; background: $panel; }
    AddFundsDialog #unit { width: auto; padding: 0 3 0 1; color: $label; }
    AddFundsDialog #problem { margin-left: 10; margin-bottom: 1; min-height: 1; }
    AddFundsDialog #ways-row { height: auto; }
    AddFundsDialog #cards-note { margin-left: 12; color: $label; }
    AddFundsDialog #means { margin-top: 1; }
    AddFundsDialog #made { margin: 1 0; min-height: 1; }
    AddFundsDialog #enter { width: auto; padding-left: 2; color: $label; }
    AddFundsDialog #show-open { margin-bottom: 1; }
    """

    def __init__(self, account: Snapshot, draft: FundDraft | None = None) -> None:
        """Take unit and minimum from what is known of the account; `draft` fills the form in."""
        super().__init__()
        self._account = account
        self._draft = draft
        self._ways: tuple[PayWay, ...] = ()
        self._wanted_card: str | None = None
        """A card that was added and is still to be read."""
        catalog = account.plans.value
        self._minimum = catalog.minimum_top_up if catalog else None
        self._unit = self._minimum.unit if self._minimum else account.wallet.available.unit if account.wallet else "USD"

    def compose_dialog(self) -> Iterable[Widget]:
        """Whose wallet, how much, by which way, what happens then."""
        yield PlainText(Content.assemble(("Add funds to the wallet of ", "bold"), account_text(self._account)))
        with Horizontal(classes="row"):
            yield PlainText("Amount", classes="label")
            yield AmountField(self._first_amount(), id="amount", max_length=12, compact=True)
            yield PlainText(self._unit, id="unit")
            yield Presets(presets(self._minimum))
        yield PlainText(id="problem")
        self._ways = ways_to_pay(self._account, self.app.clock.now())
        with Horizontal(id="ways-row"):
            yield PlainText("Pay with", classes="label")
            yield PayWith(self._ways, (self._draft and self._draft.card_id) or LINK, id="ways")
        yield PlainText(id="cards-note", classes="-empty")
        yield PlainText(id="means")
        yield PlainText(id="made")
        yield from self.compose_blocking()
        with Horizontal(classes="row"):
            yield Button(Content(" Go on "), id="go", variant="primary", compact=True)
            yield PlainText("enter", id="enter")

    def on_mount(self) -> None:
        """Follow the saved cards: they may still be on their way."""
        self.app.snapshot_signal.subscribe(self, self._changed)
        self._changed(self.app.snapshot)
        if self._draft is not None:
            self._object(self._draft.problem)
            if self._draft.begin:
                self.call_after_refresh(self.action_make)

    # -- showing ------------------------------------------------------------------------------------------------

    def _changed(self, snapshot: Snapshot) -> None:
        ways = ways_to_pay(snapshot, self.app.clock.now())
        if ways != self._ways:
            chosen = self._wanted_card or (self._chosen.key if self._chosen else None)
            self._ways = ways
            self.query_one(PayWith).set_ways(ways, chosen)
        self._look_for_card(snapshot)
        self.put("cards-note", _cards_note(snapshot))
        self._show_way()

    def _show_way(self) -> None:
        """Say what the chosen way means, and on the button what it begins."""
        card = self._chosen.card if self._chosen else None
        new = self._chosen is not None and self._chosen.new
        go = f"Charge {card_name(card)}…" if card else "Add a card…" if new else "Make payment link"
        button = self.query_one("#go", Button)
        button.label = Content(f" {go} ")
        button.refresh(layout=True)
        means = _ASKED_ONCE_MORE if card else _NEW_CARD if new else CHARGES_NOTHING
        self.query_one("#means", PlainText).set_text(Content.styled(f"{self._minimum_words()} {means}", DIM))

    @property
    def _chosen(self) -> PayWay | None:
        return self.query_one(PayWith).chosen

    def show_making(self, *, busy: bool) -> None:
        """No second link while one is being made."""
        for widget in (self.query_one("#go", Button), self.query_one(Input), self.query_one(PayWith)):
            widget.disabled = busy
        if not busy:
            self.query_one(Input).focus()

    def show_fields(self, error: Invalid) -> bool:
        """The provider's objection to the amount, below the field."""
        messages: tuple[SafeText, ...] = error.fields.get("amount", ())
        self._object(" ".join(sentence(each) for each in messages))
        return bool(messages)

    def _object(self, problem: str) -> None:
        self.query_one("#problem", PlainText).set_text(Content.styled(problem, BAD))

    # -- keys ---------------------------------------------------------------------------------------------------

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say that enter begins, where it does."""
        elsewhere = isinstance(event.widget, Button) and event.widget.id != "go"
        self.query_one("#enter", PlainText).set_text("" if elsewhere else "enter")

    def on_input_submitted(self) -> None:
        """Enter in the field begins."""
        self.action_make()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A new amount: the old objection no longer counts."""
        if self._draft is None or event.value != self._draft.amount.wire:
            self._object("")

    def on_option_list_option_highlighted(self) -> None:
        """Another way to pay."""
        self._show_way()

    def on_option_list_option_selected(self) -> None:
        """A way was chosen: back to the amount, where enter goes on."""
        self.query_one(Input).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A preset fills the field; the button begins."""
        preset = (event.button.id or "").partition("preset-")[2]
        field = self.query_one(Input)
        if preset:
            field.value = preset
            field.focus()
        elif event.button.id == "show-open":
            self.show_blocking()
        else:
            self.action_make()

    def action_move(self, by: int) -> None:
        """Choose the way to pay above or below."""
        ways = self.query_one(PayWith)
        if by < 0:
            ways.action_cursor_up()
        else:
            ways.action_cursor_down()

    def action_make(self) -> None:
        """Check the amount, then ask for the link, or ask the person before the card is charged."""
        if not self.is_active or self._wanted_card is not None:
            # A second press, queued before the question was there; or the card that is meant is not read yet.
            return
        try:
            amount = self._amount()
        except ValueError as problem:
            self._object(str(problem))
            return
        self._object("")
        self.show_open(None)
        way = self._chosen
        if way is None:
            self.tell(Content.styled("There is no way to pay with yet.", BAD))
        elif way.new:
            self.app.open_add_card(self._card_added)
        elif way.card is None:
            self.make(LinkRequest(Purpose.FUND, amount=amount))
        else:
            self._ask(amount, way.card)

    def _card_added(self, added: CardAdded | None) -> None:
        """Go on with the card that was added, or with the link; nothing is charged by itself."""
        if added is None:
            return
        self._wanted_card = added.card_id
        self.query_one(PayWith).set_ways(self._ways, added.card_id or LINK)
        self.query_one(Input).focus()
        self._changed(self.app.snapshot)

    def _look_for_card(self, snapshot: Snapshot) -> None:
        """Wait for a card that was added: until it is read it cannot be charged, and nothing else is meant."""
        if self._wanted_card is None:
            return
        found = any(way.key == self._wanted_card for way in self._ways)
        if found or not snapshot.payment_methods.reading:
            self._wanted_card = None
            self.tell(
                "" if found else Content.styled("The card was saved and is not listed yet: look in 5 Cards.", WAIT)
            )
        else:
            self.tell(Content.styled("Reading the new card…", DIM))

    # -- charging -----------------------------------------------------------------------------------------------

    def _ask(self, amount: Money, card: PaymentMethod) -> None:
        """Name everything; the answer begins the charge."""
        self.tell("")
        self.ask_for_wallet(
            f"Charge {amount} to {card_name(card)} for the wallet of ",
            self._account,
            f"Yes, charge {amount}",
            lambda payments: payments.prepare_fund(amount, card),
        )

    # -- amounts ------------------------------------------------------------------------------------------------

    def _first_amount(self) -> str:
        if self._draft is not None:
            return self._draft.amount.wire
        least = self._minimum.amount if self._minimum else _USUAL
        return Money(max(least, _USUAL), self._unit).wire

    def _amount(self) -> Money:
        amount = Money(parse_amount(self.query_one(Input).value), self._unit)
        if self._minimum is not None and amount < self._minimum:
            raise ValueError(f"The smallest amount is {self._minimum}.")
        return amount

    def _minimum_words(self) -> str:
        if self._minimum is not None:
            return f"At least {self._minimum}."
        if self._account.plans.phase is Phase.FRESH:
            return f"{self._account.provider_title} names no smallest amount."
        return f"The smallest amount is not known yet; {self._account.provider_title} checks it."


def presets(minimum: Money | None) -> tuple[int, ...]:
    """The amounts offered at a key: round, and not below the minimum."""
    least = minimum.amount if minimum else Decimal(0)
    return tuple(each for each in _PRESETS if each >= least)[:_SHOWN_PRESETS]


def _cards_note(snapshot: Snapshot) -> str:
    """Why there are no saved cards to choose from; empty when there are, or none could be charged anyway."""
    cards = snapshot.payment_methods
    if Capability.FUND not in snapshot.capabilities or cards.value is not None:
        return ""
    return "Saved cards could not be read." if cards.phase is Phase.FAILED else "Reading saved cards…"
