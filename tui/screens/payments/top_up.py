"""Buying credits in the sizes the provider sells: a size, a question, then the purchase."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.account.state import Snapshot
from tui.domain import CallKind, Money
from tui.screens.payments.drafts import FundDraft
from tui.screens.payments.payment_dialog import PaymentDialog
from tui.screens.shared.account_text import account_text
from tui.widgets.commands import HasCommands, command
from tui.widgets.format import BAD, DIM, WAIT, clock_time, countdown
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText


class Sizes(HasCommands, OptionList):
    """What is sold, one size a line, with a mark at the one that enter buys."""

    def _why_wait(self) -> str | None:
        """Why nothing can be bought right now."""
        return self.screen.why_wait() if isinstance(self.screen, TopUpDialog) else None

    BINDINGS: ClassVar[list[BindingType]] = [
        command("top-up.buy", "enter", "buy this size…", action="select", why_not=_why_wait)
    ]

    def __init__(self, sizes: Sequence[Money]) -> None:
        super().__init__(markup=False, id="sizes")
        width = max((len(each.digits) for each in sizes), default=0)
        self._labels = [f"{each.digits:>{width}} {each.unit}" for each in sizes]
        self.add_options([Option(f"  {label}") for label in self._labels])

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the mark: colour alone would not tell."""
        for index, label in enumerate(self._labels[: self.option_count]):
            mark = ("› ", "$accent") if index == highlighted else "  "
            self.replace_option_prompt_at_index(index, Content.assemble(mark, label))
        super().watch_highlighted(highlighted)


class TopUpDialog(PaymentDialog):
    """Asks which size to buy, and once more before anything is charged; ends in an intent that is to be sent."""

    AUTO_FOCUS = "#sizes"
    DEFAULT_CSS = """
    TopUpDialog > #box PlainText { margin-bottom: 1; }
    TopUpDialog #sizes { height: auto; max-height: 8; border: none; padding: 0; margin-bottom: 1; }
    TopUpDialog #sizes { background: $surface; }
    """
    BINDING_GROUP_TITLE = "Buy credits"

    def __init__(self, account: Snapshot, draft: FundDraft | None = None) -> None:
        """Offer the sizes of `account`; `draft` names one and what was wrong with it."""
        super().__init__()
        self._account = account
        self._draft = draft
        self._sizes = account.top_up_sizes

    def compose_dialog(self) -> Iterable[Widget]:
        """Whose credits, which sizes, what happens then."""
        yield PlainText(Content.assemble(("Buy credits for ", "bold"), account_text(self._account)))
        yield Sizes(self._sizes)
        means = "The card on file is charged at once. You are asked once more before that."
        yield PlainText(Content.styled(f"{means} {self._account.provider_title} tells no price here.", DIM))
        yield PlainText(id="wait", classes="-empty")
        yield PlainText(id="made", classes="-empty")
        yield from self.compose_blocking()

    def on_mount(self) -> None:
        """Mark the size that was wanted; the provider's wait is the one thing that ticks."""
        wanted = self._draft.amount if self._draft else None
        sizes = self.query_one(Sizes)
        sizes.highlighted = self._sizes.index(wanted) if wanted in self._sizes else 0
        if self._draft is not None:
            self.put("made", Content.styled(self._draft.problem, BAD))
            if self._draft.begin:
                self.call_after_refresh(self.action_buy)
        self.set_interval(1.0, self._tick)
        self._tick()

    # -- showing ------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        until, text = self._wait_until(), self.query_one("#wait", PlainText)
        if until is not None:
            left = countdown(until - self.app.clock.now())
            words = f"Another top-up is possible in {left} (at {clock_time(until, self.app.zone)})."
            self.put("wait", Content.styled(words, WAIT))
        elif text.shown:
            self.put("wait", "")
        self.query_one(KeyLine).update_keys()

    def _wait_until(self) -> datetime | None:
        """Before when the provider wants no other attempt, from its last answer; None when it takes one now."""
        now = self.app.clock.now()
        ours = (each for each in self.app.snapshot.intents if each.call.kind is CallKind.TOP_UP)
        return max((each.retry_at for each in ours if each.retry_at and each.retry_at > now), default=None)

    def tell(self, text: Content | str) -> None:
        """Say what is going on."""
        self.put("made", text)

    # -- keys ---------------------------------------------------------------------------------------------------

    def why_wait(self) -> str | None:
        """Why nothing can be bought right now; None when something can."""
        until = self._wait_until()
        return f"The provider takes no other top-up before {clock_time(until, self.app.zone)}." if until else None

    def on_option_list_option_selected(self) -> None:
        """Enter or a click on a size."""
        self.action_buy()

    def on_button_pressed(self) -> None:
        """Go to the payment that stands in the way."""
        self.show_blocking()

    def action_buy(self) -> None:
        """Name everything; the answer begins the purchase."""
        marked = self.query_one(Sizes).highlighted
        if not self.is_active or marked is None:
            return
        reason = self.why_wait()
        if reason is not None:
            self.app.say(reason, severity="warning")
            return
        size = self._sizes[marked]
        self.ask_for_wallet(
            f"Buy {size} with the card on file for ",
            self._account,
            f"Yes, buy {size}",
            lambda payments: payments.prepare_top_up(size),
            "It is sent once. The price is that of the provider's price list.",
        )
