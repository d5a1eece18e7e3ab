"""What about an account needs somebody: trouble first, then what is due, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.account.state import Snapshot
from tui.domain import CardExpiry, Money, expiry_words
from tui.providers.errors import NotAuthenticated
from tui.screens.overview.lots import SOON
from tui.widgets.format import BAD, WAIT, card_name, plural
from tui.widgets.state_line import error_text

_LOGIN_SOON = timedelta(days=1)
_EXPIRING = (CardExpiry.EXPIRED, CardExpiry.SOON, CardExpiry.NEXT_MONTH)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to look at: a few words for a table, a sentence for who wants to know, a style."""

    short: str
    words: str
    style: str


def alerts(account: Snapshot, now: datetime) -> tuple[Alert, ...]:
    """Everything about an account that needs somebody, the worst first."""
    return tuple(alert for check in _CHECKS for alert in check(account, now))


def _not_read(account: Snapshot, now: datetime) -> Iterator[Alert]:
    """Why nothing, or nothing new, is known of the account."""
    refused = _refusal(account)
    if refused is not None:
        yield Alert("token refused", f"The token was refused. {error_text(refused)}", BAD)
    elif account.connect_error is not None:
        yield Alert("not connected", f"Not connected. {error_text(account.connect_error)}", BAD)
    elif account.balance.error is not None:
        yield Alert("not read", f"Could not read the balance. {error_text(account.balance.error)}", BAD)


def _not_watched(account: Snapshot, now: datetime) -> Iterator[Alert]:
    if account.watch_note is not None and _refusal(account) is None:
        yield Alert("not watched", f"Open payments are not looked at: {account.watch_note}", BAD)


def _unknown_payments(account: Snapshot, now: datetime) -> Iterator[Alert]:
    if count := len(account.unknown):
        what = plural(count, "payment")
        yield Alert(f"{count} unknown", f"{what} may have gone through without our knowing; 6 shows it.", BAD)


def _waiting_links(account: Snapshot, now: datetime) -> Iterator[Alert]:
    if count := len(account.waiting):
        yield Alert(f"{count} waiting", f"{plural(count, 'payment link')} waiting to be paid.", WAIT)


def _owed(account: Snapshot, now: datetime) -> Iterator[Alert]:
    for subscription in account.subscriptions.value or ():
        if subscription.status.needs_payment:
            yield Alert(subscription.status.label, f"{subscription.plan_name}: {subscription.status.label}.", BAD)


def _low_balance(account: Snapshot, now: datetime) -> Iterator[Alert]:
    if account.is_low and account.wallet is not None and account.low_balance is not None:
        left = account.wallet.available
        least = Money(account.low_balance, left.unit)
        yield Alert("low balance", f"{left} left, below the {least} set for this account.", WAIT)


def _login_ends(account: Snapshot, now: datetime) -> Iterator[Alert]:
    login = account.session.value
    if login is not None and login.expires_at is not None and login.expires_at - now < _LOGIN_SOON:
        ended = login.expires_at <= now
        words = "The login has ended" if ended else f"The login ends {expiry_words(login.expires_at, now)}"
        yield Alert("login ends", f"{words}: log in again with `billtop login`.", BAD if ended else WAIT)


def _lots(account: Snapshot, now: datetime) -> Iterator[Alert]:
    """Credits that may not be spent, or not for long."""
    lots = account.lots.value
    if lots is not None and lots.usable is False:
        yield Alert("not usable", f"{account.provider_title} says the credits may not be spent now.", BAD)
    if lots is not None and (ending := lots.ending(now, SOON)) is not None:
        when = expiry_words(ending.expires_at, now)
        yield Alert("credits expire", f"{ending.remaining} of the lot {ending.kind.label} expire {when}.", WAIT)


def _card_expires(account: Snapshot, now: datetime) -> Iterator[Alert]:
    for card in account.payment_methods.value or ():
        expiry = card.expiry(now)
        if expiry in _EXPIRING:
            short = "card expired" if expiry is CardExpiry.EXPIRED else "card expires"
            yield Alert(short, f"{card_name(card)}: {expiry.value} ({card.expires}).", WAIT)


_CHECKS = (
    _not_read,
    _not_watched,
    _unknown_payments,
    _waiting_links,
    _owed,
    _low_balance,
    _login_ends,
    _lots,
    _card_expires,
)
"""A function an alert, the worst first."""


def _refusal(account: Snapshot) -> NotAuthenticated | None:
    """That the credential was refused, by whichever part was read with it."""
    errors = (account.connect_error, *(account.part(each).error for each in Snapshot.sections()))
    return next((error for error in errors if isinstance(error, NotAuthenticated)), None)
