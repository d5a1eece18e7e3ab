"""Adding funds by payment link: an amount, then the checkout."""

from collections.abc import Iterable
from decimal import Decimal

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input

from tui.domain import LinkRequest, Money, Purpose, SafeText, parse_amount
from tui.providers.errors import Invalid
from tui.screens.dialogs.making import CHARGES_NOTHING, MakingDialog, account_words
from tui.snapshot import Phase, Snapshot
from tui.widgets.format import BAD, DIM, sentence
from tui.widgets.plain_text import PlainText

_PRESETS = (10, 25, 50, 100, 250, 500, 1000)
_SHOWN_PRESETS = 5


class AddFundsDialog(MakingDialog):
    """Asks for an amount above the provider's minimum; what was typed stays while the dialog is open."""

    DEFAULT_CSS = """
    AddFundsDialog .row { height: 1; margin-top: 1; }
    AddFundsDialog .label { width: 9; color: $label; }
    AddFundsDialog #amount { width: 14; background: $panel; }
    AddFundsDialog #unit { width: auto; padding: 0 4 0 1; color: $label; }
    AddFundsDialog .preset { min-width: 6; margin-right: 1; background: $panel; color: $foreground; }
    AddFundsDialog .preset:focus { color: $accent; text-style: bold reverse; }
    AddFundsDialog #problem { margin-left: 9; margin-bottom: 1; min-height: 1; }
    AddFundsDialog #made { margin: 1 0; min-height: 1; }
    AddFundsDialog #enter { width: auto; padding-left: 2; color: $label; }
    """

    def __init__(self, account: Snapshot) -> None:
        """Take unit and minimum from what is known of the account."""
        super().__init__()
        self._account = account
        catalog = account.plans.value
        self._minimum = catalog.minimum_top_up if catalog else None
        self._unit = self._minimum.unit if self._minimum else account.wallet.available.unit if account.wallet else "USD"

    def compose_dialog(self) -> Iterable[Widget]:
        """Whose wallet, how much, what happens then."""
        yield PlainText(Content.assemble(("Add funds to the wallet of ", "bold"), account_words(self._account)))
        with Horizontal(classes="row"):
            yield PlainText("Amount", classes="label")
            yield Input(placeholder="25.00", id="amount", max_length=12, compact=True)
            yield PlainText(self._unit, id="unit")
            for preset in presets(self._minimum):
                yield Button(Content(f"{preset:,}"), id=f"preset-{preset}", classes="preset", compact=True)
        yield PlainText(id="problem")
        yield PlainText(Content.styled(f"{self._minimum_words()} {CHARGES_NOTHING}", DIM))
        yield PlainText(id="made")
        with Horizontal(classes="row"):
            yield Button(Content(" Make payment link "), id="go", variant="primary", compact=True)
            yield PlainText("enter", id="enter")

    def on_input_submitted(self) -> None:
        """Enter in the field begins."""
        self.action_make()

    def on_input_changed(self) -> None:
        """A new amount: the old objection no longer counts."""
        self._object("")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A preset fills the field; the button begins."""
        preset = (event.button.id or "").partition("preset-")[2]
        field = self.query_one(Input)
        if preset:
            field.value = preset
            field.focus()
        else:
            self.action_make()

    def action_make(self) -> None:
        """Check the amount and ask for the link."""
        try:
            amount = self._amount()
        except ValueError as problem:
            self._object(str(problem))
            return
        self._object("")
        self.make(LinkRequest(Purpose.FUND, amount=amount))

    def show_making(self, *, busy: bool) -> None:
        """No second link while one is being made."""
        self.query_one("#go", Button).disabled = busy
        self.query_one(Input).disabled = busy
        if not busy:
            self.query_one(Input).focus()

    def show_fields(self, error: Invalid) -> bool:
        """The provider's objection to the amount, below the field."""
        messages: tuple[SafeText, ...] = error.fields.get("amount", ())
        self._object(" ".join(sentence(each) for each in messages))
        return bool(messages)

    def _amount(self) -> Money:
        amount = Money(parse_amount(self.query_one(Input).value), self._unit)
        if self._minimum is not None and amount < self._minimum:
            raise ValueError(f"The smallest amount is {self._minimum}.")
        return amount

    def _object(self, problem: str) -> None:
        self.query_one("#problem", PlainText).set_text(Content.styled(problem, BAD))

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
