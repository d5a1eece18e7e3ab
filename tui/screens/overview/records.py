"""The record cards of the overview: subscriptions, payment methods, latest transactions, waiting checkouts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Size

from tui.providers.base import Capability
from tui.screens.overview.money import heading, missing_words
from tui.widgets.format import (
    BAD,
    DIM,
    WAIT,
    align_on_point,
    card_name,
    day_and_time,
    fit,
    lines,
    money_style,
    short_time,
    signed,
)
from tui.widgets.status_styles import status_style, subscription_outlook, way_to_pay

if TYPE_CHECKING:
    from tui.account.state import Snapshot
    from tui.domain import CheckoutSession, PaymentMethod, Subscription, Transaction

_EXPIRY = {"EXPIRED": BAD, "SOON": WAIT, "NEXT_MONTH": WAIT}
_MOST = 5
"""Subscriptions and cards shown at most; their own views have the rest."""


def subscriptions_card(
    snapshot: Snapshot, space: Size, *, now: datetime, zone: tzinfo | None, compact: bool
) -> Content:
    """What runs, what it costs, its state and when it renews."""
    title = () if compact else (heading("Subscriptions"),)
    running = snapshot.subscriptions.value
    if running is None:
        return lines((*title, _labelled("subscriptions ", missing_words(snapshot.subscriptions.phase), compact)))
    if not running:
        where = ": 3 lists the plans" if Capability.PLANS in snapshot.capabilities else ""
        return lines((*title, Content.styled(f"no subscriptions{where}", DIM)))
    shown = running[:_MOST]
    prices = align_on_point([_price(each) for each in shown])
    periods = [str(each.period or "") for each in shown]
    states = [each.status.label for each in shown]
    period_width, state_width = max(map(len, periods)), max(map(len, states))
    notes = [subscription_outlook(each, now, zone) for each in shown]
    name_width = max(10, space.width - len(prices[0]) - period_width - state_width - max(map(len, notes)) - 10)
    name_width = min(name_width, max(len(each.plan_name) for each in shown))
    rows = [
        Content.assemble(
            f"{fit(each.plan_name, name_width)}   {price} ",
            (f"{fit(period, period_width)}   ", DIM),
            (fit(state, state_width), status_style(each.status)),
            (f"   {note}", DIM),
        )
        for each, price, period, state, note in zip(shown, prices, periods, states, notes, strict=True)
    ]
    return lines((*title, *rows, *_more(len(running), "3 Plans")))


def _price(held: Subscription) -> str:
    """What a subscription costs, or what comes with it where no price is told."""
    if held.price is not None:
        return held.price.digits
    return str(held.included) if held.included is not None else "–"


def cards_card(snapshot: Snapshot, space: Size, *, now: datetime, compact: bool) -> Content:
    """The cards on file, and which of them will soon stop working."""
    title = () if compact else (heading("Cards"),)
    cards = snapshot.payment_methods.value
    if cards is None:
        return lines((*title, _labelled("cards ", missing_words(snapshot.payment_methods.phase), compact)))
    if not cards:
        return lines((*title, Content.styled("no card on file", DIM)))
    shown = cards[:_MOST]
    if not compact:
        names = [card_name(each) for each in shown]
        name_width = max(map(len, names))
        rows = [
            Content.assemble(f"{name:<{name_width}}   {each.expires:<5}   ", card_words(each, now))
            for name, each in zip(names, shown, strict=True)
        ]
        return lines((*title, *rows, *_more(len(cards), "5 Cards")))
    cells = [Content.assemble(f"{card_name(each)} {each.expires} ", card_words(each, now)) for each in shown]
    return lines((*_in_pairs(cells, space.width), *_more(len(cards), "5 Cards")))


def _in_pairs(cells: Sequence[Content], width: int) -> list[Content]:
    """Two cells a line where all pairs fit, one where not."""
    left = max(each.cell_length for each in cells[::2]) + 3
    if left + max((each.cell_length for each in cells[1::2]), default=0) > width:
        return list(cells)
    padded = [each.pad_right(left - each.cell_length) for each in cells[::2]]
    return [Content.assemble(first, *cells[at : at + 1]) for first, at in zip(padded, range(1, 99, 2), strict=False)]


def card_words(each: PaymentMethod, now: datetime) -> Content:
    """`default` and what is the matter with its expiry, in words."""
    expiry = each.expiry(now)
    style = _EXPIRY.get(expiry.name)
    trouble = (expiry.value, style) if style else ""
    if not each.is_default:
        return Content.assemble(trouble)
    return Content.assemble(("default", DIM), (", ", DIM) if trouble else "", trouble)


def latest_card(snapshot: Snapshot, space: Size, *, zone: tzinfo | None) -> Content:
    """The newest transactions, as many as fit below the heading."""
    rows = snapshot.ledger.value
    if space.height < 2:
        return Content()
    if rows is None:
        return lines((heading("Latest"), missing_words(snapshot.ledger.phase)))
    if not rows.items:
        return lines((heading("Latest"), Content.styled(f"no transactions yet{way_to_pay(snapshot, ': ')}", DIM)))
    shown = rows.items[: space.height - 1]
    amounts = align_on_point([signed(each.amount, each.direction) for each in shown])
    paired = zip(shown, amounts, strict=True)
    return lines((heading("Latest"), *(_latest(row, told, space.width, zone) for row, told in paired)))


def _latest(row: Transaction, amount: str, width: int, zone: tzinfo | None) -> Content:
    style = money_style(row)
    use = max(8, min(24, width - len(amount) - 36))
    return Content.assemble(
        (f"{day_and_time(row.at, zone)}   ", DIM),
        (f"{amount} {fit(row.direction.label, 6)}", style),
        f"   {fit(row.usecase or row.source, use)}   ",
        (row.status.label, "" if row.status.moved_money else BAD),
    )


def waiting_line(session: CheckoutSession, zone: tzinfo | None) -> Content:
    """One open checkout session: what it is for and until when it can be paid."""
    until = f"payable until {short_time(session.expires_at, zone)}" if session.expires_at else "no end given"
    return Content.assemble((session.request.title, WAIT), (f"   {until}", DIM))


def _more(count: int, where: str) -> tuple[Content, ...]:
    return (Content.styled(f"and {count - _MOST} more: {where}", DIM),) if count > _MOST else ()


def _labelled(label: str, words: Content, compact: bool) -> Content:
    """Without a heading above, a state says of what it is one."""
    return Content.assemble((label if compact else "", DIM), words)
