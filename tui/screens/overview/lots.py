"""The lots card of the overview: what is left of each batch of credits, and when it expires."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Size

from tui import domain
from tui.screens.overview.money import heading, missing_words
from tui.widgets.bars import bar
from tui.widgets.format import BAD, DIM, WAIT, day, day_with_year, fit, lines, spread

if TYPE_CHECKING:
    from tui.account.state import Snapshot
    from tui.domain import Lot

SOON = timedelta(days=14)
"""Left until a lot expires, below which the overview warns."""
_YEAR_TOLD = timedelta(days=300)
_LONGEST_BAR = 24
_MOST = 8
"""Lots shown at most; `billtop lots` lists them all."""


def lots_card(snapshot: Snapshot, space: Size, *, now: datetime, zone: tzinfo | None) -> Content:
    """Each lot with its kind, what is left of its size as a bar, and its expiry; a warning when nothing may be used."""
    held = snapshot.lots.value
    if held is None:
        return lines((heading("Lots"), missing_words(snapshot.lots.phase)))
    ending = held.ending(now, SOON)
    words = f"{ending.remaining.digits} expire {domain.expiry_words(ending.expires_at, now)}" if ending else ""
    rows = [spread(heading("Lots"), Content.styled(words, WAIT), space.width)]
    if held.usable is False:
        told = f"! {snapshot.provider_title} does not let these credits be used now: look at its dashboard"
        rows.append(Content.styled(told, BAD))
    if not held.items:
        rows.append(Content.styled("no lots: f buys credits" if snapshot.can_pay else "no lots", DIM))
    shown = held.by_expiry[:_MOST]
    rows += _rows(shown, space.width, now, zone)
    if len(held.items) > _MOST:
        rows.append(Content.styled(f"and {len(held.items) - _MOST} more: billtop lots", DIM))
    rows += [Content.styled(words, WAIT) for words in _coming(snapshot)]
    return lines(rows)


def _coming(snapshot: Snapshot) -> list[str]:
    """What was bought and is not among the lots yet."""
    if not snapshot.intents:
        return []
    from tui.domain import IntentState

    told = {IntentState.ISSUING: "paid, being issued", IntentState.PROCESSING: "bought, the payment is being processed"}
    bought = (each for each in snapshot.intents if each.lots_before is not None and each.state in told)
    return [f"{each.amount} {told[each.state]}" for each in bought]


def _rows(lots: tuple[Lot, ...], width: int, now: datetime, zone: tzinfo | None) -> list[Content]:
    if not lots:
        return []
    kinds = [each.kind.label for each in lots]
    left = [each.remaining.digits for each in lots]
    sizes = [each.allocated.digits for each in lots]
    ends = [_end(each, now, zone) for each in lots]
    kind, most, size = (max(map(len, column)) for column in (kinds, left, sizes))
    kind = min(kind, 14)
    room = width - kind - most - size - max(map(len, ends)) - 13
    cells = max(0, min(room, _LONGEST_BAR))
    return [
        Content.assemble(
            f"{fit(name, kind)}   ",
            (f"{bar(_share(each), cells):<{cells}}   " if cells >= 4 else "", "$bar"),
            f"{rest:>{most}}",
            (f" of {whole:>{size}}   ", DIM),
            (end, WAIT if each.remaining.amount and each.expires_at and each.expires_at <= now + SOON else DIM),
        )
        for each, name, rest, whole, end in zip(lots, kinds, left, sizes, ends, strict=True)
    ]


def _share(lot: Lot) -> Decimal:
    if lot.allocated.amount <= 0:
        return Decimal(0)
    return min(max(lot.remaining.amount / lot.allocated.amount, Decimal(0)), Decimal(1))


def _end(lot: Lot, now: datetime, zone: tzinfo | None) -> str:
    if lot.expires_at is None:
        return "never expires"
    date = day_with_year(lot.expires_at, zone) if lot.expires_at - now > _YEAR_TOLD else day(lot.expires_at, zone)
    return f"expires {domain.expiry_words(lot.expires_at, now)} ({date})"
