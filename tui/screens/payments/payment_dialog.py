"""A dialog that ends in a payment: created once, however often its key is pressed, or the reason why not."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button

from tui.account.payments import PaymentsService
from tui.account.state import Snapshot
from tui.domain import BadId, Intent
from tui.payments.events import Payment
from tui.payments.intents.journal import Blocked
from tui.payments.text import twin_text
from tui.providers.errors import BillingError
from tui.screens.shared.account_text import not_sent_text, real_money_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.storage.database import JournalError
from tui.widgets.format import BAD, DIM, day_and_time
from tui.widgets.plain_text import PlainText

Prepare = Callable[[PaymentsService], Awaitable[Intent]]
"""Creates a confirmed payment in the journal; nothing is sent by it."""


class PaymentDialog(Dialog[Payment]):
    """Has a PlainText of id `made` for what is going on; ends in a checkout session, or an intent to be sent."""

    DEFAULT_CSS = """
    PaymentDialog #show-open { display: none; }
    PaymentDialog #show-open.-there { display: block; }
    """

    _creating = False
    _blocking: Intent | None = None

    def compose_blocking(self) -> Iterable[Widget]:
        """The way to a payment that blocks this one; shown only then."""
        yield Button(Content(" › Show it in Activity "), id="show-open", compact=True)

    def ask(self, question: Content | str, lines: Sequence[Content | str], yes: str, prepare: Prepare) -> None:
        """Ask once more; the answer begins the payment."""
        dialog = ConfirmDialog(question, lines, yes)
        self.app.push_screen(dialog, lambda agreed: self.create(prepare) if agreed else None)

    def ask_for_wallet(self, what: str, account: Snapshot, yes: str, prepare: Prepare, *more: str) -> None:
        """Ask about a payment to the wallet of `account`: `what` is the question up to its name."""
        question = Content.assemble(what, account.name, f" ({account.provider_title}, {account.mode.value.upper()})?")
        wallet = self.app.snapshot.wallet
        balance = f" Balance now {wallet.available}." if wallet else ""
        told = (real_money_text(account) + balance, *more)
        self.ask(question, [Content.styled(each, DIM) for each in told], yes, prepare)

    def create(self, prepare: Prepare) -> None:
        """Create the confirmed payment, once, and hand it on to be sent."""
        if self._over or self._creating:
            return
        self._creating = True
        self.tell(Content.styled("Creating the payment…", DIM))
        self.run_worker(self._create(prepare))

    async def _create(self, prepare: Prepare) -> None:
        try:
            intent = await prepare(await self.app.account_session.open_payments())
        except Blocked as blocked:
            self.show_open(blocked.intent)
        except (BillingError, JournalError, BadId) as error:
            self.tell(not_sent_text(error))
        else:
            self.tell("")
            self.created(intent)
        finally:
            self._creating = False

    def created(self, intent: Intent) -> None:
        """The payment is in the journal; it is sent where it is followed."""
        self.finish(intent)

    def action_close(self) -> None:
        """Close, unless a confirmed payment is being created: it would be left unsent."""
        if self._creating:
            self.app.say("The payment is being created.")
        else:
            super().action_close()

    def tell(self, text: Content | str) -> None:
        """Say what is going on."""
        self.query_one("#made", PlainText).set_text(text)

    def show_open(self, intent: Intent | None) -> None:
        """Name the payment that blocks this one, and offer the way to it; None takes both away."""
        self._blocking = intent
        button = self.query_one("#show-open", Button)
        ours = intent is not None and any(each.intent_id == intent.intent_id for each in self.app.snapshot.intents)
        button.set_class(ours, "-there")
        if intent is None:
            return
        since = day_and_time(intent.created_at, self.app.zone).strip()
        where = "" if ours else " It was created with another token of this account. Settle it there."
        nothing, why = twin_text(intent, since)
        self.tell(Content.assemble((f"{nothing} ", BAD), why + where))
        if ours:
            button.focus()
            # Only once the words above it have their place can it be scrolled to.
            self.call_after_refresh(button.scroll_visible, animate=False)

    def show_blocking(self) -> None:
        """Go to the payment that blocks this one."""
        if self._blocking is not None:
            self.finish(None)
            self.app.show_in_activity(self._blocking.intent_id)
