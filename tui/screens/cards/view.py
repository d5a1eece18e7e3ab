"""Cards on file and whom invoices are made out to."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import getters
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tui.account.state import Phase, Resource, Snapshot
from tui.domain import BillingProfile, CardExpiry, PaymentMethod
from tui.providers.base import Capability
from tui.providers.changing import HasCardSetup
from tui.screens.shared.availability import able
from tui.screens.shared.change import Change
from tui.screens.shared.view import View
from tui.widgets.commands import command
from tui.widgets.fields import Field, field_lines
from tui.widgets.format import DIM, card_name, plural
from tui.widgets.plain_text import PlainText
from tui.widgets.record_table import Column, RecordTable
from tui.widgets.status_styles import status_style


class PaymentMethodsView(View):
    """Saved cards, the default one named, and the billing profile."""

    SCOPED_CSS = False  # the width classes are on the screen
    DEFAULT_CSS = """
    PaymentMethodsView #cards-layout { layout: horizontal; height: 1fr; }
    PaymentMethodsView RecordTable { width: 3fr; max-width: 90; border-top: solid $rule; border-title-color: $text; }
    PaymentMethodsView #profile { width: 2fr; height: 1fr; margin-left: 2; padding: 0 2; }
    PaymentMethodsView #profile { border-top: solid $rule; border-title-color: $text; scrollbar-size-vertical: 1; }
    .-narrow PaymentMethodsView #cards-layout { layout: vertical; }
    .-narrow PaymentMethodsView RecordTable { width: 100%; max-width: 100%; height: auto; max-height: 12; }
    .-narrow PaymentMethodsView #profile { width: 100%; margin: 1 0 0 0; }
    """
    BINDING_GROUP_TITLE = "Cards"

    def _why_not_default(self) -> str | None:
        card = self._table.current
        if card is not None and card.is_default:
            return f"{card_name(card)} is the default card already."
        if card is not None and card.expiry(self.app.clock.now()) is CardExpiry.EXPIRED:
            return f"{card_name(card)} has expired: it cannot be charged."
        return self._why_no_card()

    def _why_no_card(self) -> str | None:
        return "There is no card under the cursor." if self._table.current is None else None

    BINDINGS: ClassVar[list[BindingType]] = [
        command("cards.add", "n", "new card", action="app.add_card", when=able(Capability.CARD_SETUP)),
        command(
            "cards.make-default",
            "d",
            "make default",
            "Charge this card where no card is named",
            when=able(Capability.CARD_SETUP),
            why_not=_why_not_default,
        ),
        command(
            "cards.remove",
            "x",
            "remove",
            "Take the card off file",
            title="Remove card",
            when=able(Capability.CARD_SETUP),
            why_not=_why_no_card,
        ),
        command("cards.profile", "b", "who is billed", action="app.profile", when=able(Capability.PROFILE_CHANGES)),
        command(
            "cards.recharge", "t", "auto-recharge", action="app.auto_recharge", when=able(Capability.AUTO_RECHARGE)
        ),
        command("cards.coupon", "c", "coupon", action="app.coupon", when=able(Capability.COUPONS)),
        command("cards.withdraw", "w", "withdraw", action="app.withdraw", show=False, when=able(Capability.WITHDRAWAL)),
        command("cards.copy", "y", "copy card id", "Copy the id of the card", why_not=_why_no_card),
    ]

    _table = getters.query_one[RecordTable[PaymentMethod]]("#cards-table", RecordTable)

    view_title = "Payment methods"
    sections = (Snapshot.payment_methods, Snapshot.profile)

    def compose_view(self) -> Iterable[Widget]:
        """The cards, the profile."""
        with Container(id="cards-layout"):
            yield RecordTable[PaymentMethod](self._columns(), lambda card: card.id, id="cards-table")
            with VerticalScroll(id="profile") as profile:
                profile.border_title = Content(" Billed to ")
                yield PlainText(id="profile-fields")

    def show(self, snapshot: Snapshot) -> None:
        """Show the cards and the profile that were read."""
        cards = snapshot.payment_methods.value
        if cards is None:
            return
        self._table.set_records(tuple(cards), empty=no_cards(snapshot))
        self._table.set_title(self._title(cards))
        has_profile = Capability.BILLING_PROFILE in snapshot.capabilities
        self.query_one("#profile").display = has_profile
        if has_profile:
            self.query_one("#profile-fields", PlainText).set_text(profile_text(snapshot.profile))

    def _title(self, cards: Sequence[PaymentMethod]) -> str:
        """How many there are, and which of them need a look."""
        told = [card.expiry(self.app.clock.now()) for card in cards]
        troubles = (CardExpiry.EXPIRED, CardExpiry.SOON, CardExpiry.NEXT_MONTH)
        notes = [f"{told.count(each)} {each.value}" for each in troubles if each in told]
        return " · ".join([plural(len(cards), "card"), *notes])

    def _columns(self) -> list[Column[PaymentMethod]]:
        def expiry(card: PaymentMethod) -> CardExpiry:
            return card.expiry(self.app.clock.now())

        return [
            Column("card", 22, card_name),
            Column("expires", 7, lambda card: card.expires, right=True),
            Column("", 18, lambda card: expiry(card).value, lambda card: status_style(expiry(card))),
            Column("", 7, lambda card: "default" if card.is_default else ""),
        ]

    def action_copy(self) -> None:
        """Copy the id of the card."""
        if card := self._table.current:
            self.app.copy_text(card.id, "Card id")

    # -- changing -----------------------------------------------------------------------------------------------

    def action_make_default(self) -> None:
        """Make the card under the cursor the default one, after a question."""
        card = self._table.current
        if card is None:
            return
        means = "What is charged without naming a card, as an automatic recharge, is charged to the default card."
        self.app.ask_to_change(
            Change(
                f"Make {card_name(card)} the default card?",
                (means, "Nothing is charged now."),
                "Yes, make it the default",
                done=f"{card_name(card)} is the default card.",
                failed=f"{card_name(card)} was not made the default card.",
                protocol=HasCardSetup,
                make=lambda it: it.make_default_card(card.id),
            )
        )

    def action_remove(self) -> None:
        """Take the card under the cursor off file, after a question."""
        card = self._table.current
        if card is None:
            return
        default = "It is the default card: subscriptions and the automatic recharge may be charged to it."
        means = "It can be added again later."
        self.app.ask_to_change(
            Change(
                f"Remove {card_name(card)}, {card.expires}?",
                (default, means) if card.is_default else (means,),
                "Yes, remove it",
                done=f"{card_name(card)} was removed.",
                failed=f"{card_name(card)} was not removed.",
                protocol=HasCardSetup,
                make=lambda it: it.remove_card(card.id),
            )
        )


def no_cards(snapshot: Snapshot) -> str:
    """How the first card gets here."""
    if Capability.CARD_SETUP in snapshot.capabilities:
        return "No cards on file. n adds one."
    elsewhere = f"A card added on {snapshot.provider_title}'s site shows up here, r reads again."
    if Capability.PAYMENT_LINK not in snapshot.capabilities:
        return f"No cards on file.\n{elsewhere}"
    return f"No cards on file. f makes a payment link; a card can be saved when paying there.\n{elsewhere}"


def profile_text(part: Resource[BillingProfile]) -> Content:
    """Who is billed, or how far reading it got."""
    if part.value is None:
        return Content.styled("Reading…" if part.phase is Phase.LOADING else "Could not be read.", DIM)
    profile = part.value
    tax = f"{profile.tax_id} ({profile.tax_id_type})" if profile.tax_id and profile.tax_id_type else profile.tax_id
    first, *others = profile.address or ("",)
    fields: list[Field] = [("name", profile.name), ("email", profile.email), ("tax id", tax), ("address", first)]
    told: list[Field] = [(label, value) for label, value in fields if value]
    told += [("", line) for line in others]
    return field_lines(told) if told else Content.styled("Nobody yet: the billing profile is empty.", DIM)
