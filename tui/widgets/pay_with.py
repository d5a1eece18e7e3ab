"""The ways to pay, one a line: the payment link, the saved cards, a card yet to be added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.account.state import Snapshot
from tui.domain import CardExpiry, PaymentMethod
from tui.providers.base import Capability
from tui.widgets.format import DIM, WAIT, card_name

LINK = "link"
NEW_CARD = "new card"


@dataclass(frozen=True, slots=True)
class PayWay:
    """One way to pay; `card` None is the payment link, or a card yet to be added."""

    card: PaymentMethod | None
    note: str = ""
    """What to know about the card before it is used."""
    usable: bool = True
    new: bool = False
    """Whether it is a card yet to be added."""

    @property
    def key(self) -> str:
        """What tells it from the others: the id of the card, LINK or NEW_CARD."""
        if self.card is not None:
            return self.card.id
        return NEW_CARD if self.new else LINK

    @property
    def label(self) -> str:
        """The way in words: `visa ···· 4242, 12/27, default`."""
        if self.card is None:
            return "another card…" if self.new else "payment link"
        return f"{card_name(self.card)}, {self.card.expires}{', default' if self.card.is_default else ''}"


def ways_to_pay(account: Snapshot, now: datetime) -> tuple[PayWay, ...]:
    """What the account can do: the link first, then cards, the default one before the others, then a new card.

    Expired cards are named as unusable.
    """
    ways = [PayWay(None)] if Capability.PAYMENT_LINK in account.capabilities else []
    if Capability.FUND in account.capabilities:
        cards = sorted(account.payment_methods.value or (), key=lambda card: not card.is_default)
        ways += [_card_way(card, now) for card in cards]
        if Capability.CARD_SETUP in account.capabilities:
            ways.append(PayWay(None, new=True))
    return tuple(ways)


def _card_way(card: PaymentMethod, now: datetime) -> PayWay:
    expiry = card.expiry(now)
    note = expiry.value if expiry in {CardExpiry.EXPIRED, CardExpiry.SOON} else ""
    return PayWay(card, note, usable=expiry is not CardExpiry.EXPIRED)


class PayWith(OptionList):
    """A list with a mark at the way that is chosen; the arrow keys move it."""

    DEFAULT_CSS = """
    PayWith, PayWith:focus { border: none; padding: 0; background: $surface; background-tint: $surface 0%; }
    PayWith { height: auto; max-height: 6; width: 1fr; scrollbar-size-vertical: 1; }
    PayWith > .option-list--option { padding: 0; }
    PayWith > .option-list--option-highlighted { background: $surface; color: $foreground; text-style: none; }
    PayWith:focus > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: bold; }
    """

    def __init__(self, ways: Sequence[PayWay], chosen: str | None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(markup=False, id=id)
        self._ways: tuple[PayWay, ...] = ()
        self.set_ways(ways, chosen)

    @property
    def chosen(self) -> PayWay | None:
        """The way that is marked; None when there is none that could be used."""
        return None if self.highlighted is None else self._ways[self.highlighted]

    def set_ways(self, ways: Sequence[PayWay], chosen: str | None) -> None:
        """List other ways; without `chosen` among them the first usable one is marked."""
        self._ways = tuple(ways)
        usable = [index for index, way in enumerate(ways) if way.usable]
        wanted = [index for index in usable if ways[index].key == chosen]
        mark = next(iter(wanted or usable), None)
        self.set_options([Option(_line(way, index == mark), disabled=not way.usable) for index, way in enumerate(ways)])
        self.highlighted = mark

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the mark."""
        for index, way in enumerate(self._ways[: self.option_count]):
            self.replace_option_prompt_at_index(index, _line(way, index == highlighted))
        super().watch_highlighted(highlighted)


def _line(way: PayWay, chosen: bool) -> Content:
    label = (way.label, "" if way.usable else DIM)
    note = (f"   {way.note}", WAIT if way.usable else DIM) if way.note else ""
    return Content.assemble(("› ", "$accent") if chosen else "  ", label, note)
