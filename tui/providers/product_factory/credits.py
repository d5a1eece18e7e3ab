"""Balance, transactions and check-in from Product Factory's wire; raises ProtocolError for what cannot be read."""

import re

from tui import domain
from tui.domain import CREDITS, Money, SafeText
from tui.providers.claims import Names, read_claims
from tui.providers.errors import BillingError, NotAllowed, NotAuthenticated, Unproven
from tui.providers.product_factory.envelope import rows
from tui.providers.product_factory.models import WireBalance, WireCheckIn, WireTransaction
from tui.providers.transport import Json, Reply
from tui.providers.wire import each, inner, optional_money, read

_DONE = domain.TransactionStatus("success")
"""Product Factory lists what was booked; it names no status."""
_ALREADY = re.compile(r"already|checked[ _-]?in|once (a|per) day", re.IGNORECASE)


def to_balance(data: Json) -> domain.Balance:
    """Read the credits left."""
    return domain.Balance(Money(read(WireBalance, inner(data, "account", "credits"), "balance").balance, CREDITS))


def to_page(data: Json, offset: int) -> domain.TransactionPage:
    """Read one page; no total comes with it."""
    return domain.TransactionPage(
        items=each(rows(data, "transactions"), to_transaction, "transaction"), offset=offset, total=None
    )


def to_transaction(row: Json, what: str) -> domain.Transaction:
    """Read one row: the sign says which way, the description stands where other providers name a source."""
    wire = read(WireTransaction, row, what)
    return domain.Transaction(
        id=wire.id,
        at=wire.created_at,
        direction=domain.DEBIT if wire.amount < 0 else domain.CREDIT,
        amount=Money(abs(wire.amount), CREDITS),
        status=_DONE,
        usecase=wire.type,
        source=wire.description,
    )


def to_check_in(reply: Reply, data: Json) -> domain.CheckIn:
    """Read what a check-in brought.

    Raises Unproven unless the documented flag or the credits given say that it counted, and nothing says otherwise.
    """
    wire = read(WireCheckIn, inner(data, "checkin", "check_in", "record") if isinstance(data, dict) else {}, "check-in")
    claims = read_claims(reply, data, Names(), None)
    against = claims.denials or claims.accepted_only or claims.words - {domain.Word.DONE}
    if against or not (claims.affirmed or (wire.awarded or 0) > 0):
        raise Unproven(
            SafeText(f"{reply.host} answered without saying whether today's check-in counted."),
            request_id=reply.request_id,
            status=reply.status,
        )
    return domain.CheckIn(
        done_before=False,
        awarded=optional_money(wire.awarded, CREDITS),
        balance=optional_money(wire.balance, CREDITS),
        message=wire.message,
    )


def already_done(error: BillingError) -> domain.CheckIn | None:
    """The check-in a refusal stands for when it says that today had one; None for any other trouble.

    No source documents status or code of it, so both code and words count.
    """
    refused = error.status is not None and error.status < 500 and not isinstance(error, NotAuthenticated | NotAllowed)
    if not refused or not _ALREADY.search(f"{error.code or ''} {error.message}"):
        return None
    return domain.CheckIn(done_before=True, message=SafeText(error.message))
