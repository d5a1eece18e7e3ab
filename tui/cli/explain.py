"""Errors in words, and the exit code of each."""

import errno
import logging

from tui.cli.exit import ExitCode, Failure, UsageError
from tui.config.accounts import ConfigurationError
from tui.config.locations import log_file
from tui.domain import BadId
from tui.domain.redaction import redact
from tui.ledger.store.schema import LedgerError
from tui.payments.checkouts.gate import BadPaymentUrl
from tui.payments.checkouts.journal import JournalError
from tui.payments.intents.executor import AtWork, NotRepeatable, WrongAccount
from tui.providers.errors import (
    BillingError,
    Declined,
    NetworkTrouble,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    RateLimited,
    Unproven,
)

_CODES: tuple[tuple[type[BillingError], ExitCode], ...] = (
    (NotAuthenticated, ExitCode.NOT_ALLOWED),
    (NotAllowed, ExitCode.NOT_ALLOWED),
    (RateLimited, ExitCode.RATE_LIMITED),
    (NotFound, ExitCode.NOT_FOUND),
    (Declined, ExitCode.NOT_PAID),
    (NetworkTrouble, ExitCode.NETWORK),
    (Unproven, ExitCode.UNKNOWN),
)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What a full or read-only disk answers to a write."""


def explain(error: Exception) -> Failure:
    """Say what `error` means. One nobody expected is named by its type alone: its text may carry values."""
    match error:
        case BillingError():
            return _explain_provider(error)
        case UsageError():
            return Failure(ExitCode.USAGE, "usage", redact(str(error)))
        case ConfigurationError():
            return Failure(ExitCode.USAGE, "configuration", redact(str(error)))
        case BadId():
            return Failure(ExitCode.USAGE, "usage", f"That cannot be an id: {error}.")
        case AtWork():
            advice = "Nothing was sent by this one. `billtop intents` tells how it ends."
            return Failure(ExitCode.UNKNOWN, "at_work", str(error), advice)
        case NotRepeatable() | WrongAccount():
            advice = "Nothing was sent. `billtop intents` shows what can be done."
            return Failure(ExitCode.UNKNOWN, "not_repeatable", str(error), advice)
        case LedgerError():
            advice = "It is a copy of what the provider has: you may delete it, and XDG_CACHE_HOME puts it elsewhere."
            return Failure(ExitCode.FAILED, "ledger", str(error), advice)
        case JournalError():
            return Failure(ExitCode.FAILED, "journal", str(error))
        case BadPaymentUrl():
            advice = "Nothing was charged and no link is shown. Tell the provider, or pay on its own site."
            return Failure(ExitCode.FAILED, "bad_payment_url", f"The payment link was refused: {error}.", advice)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        advice = "If a payment was on its way, `billtop intents` and `billtop checkouts` tell how it ended."
        return Failure(ExitCode.FAILED, "disk", f"It could not be written: {error.strerror}.", advice)
    if isinstance(error, ImportError):
        advice = "Install billtop again: python3 -m pip install --force-reinstall billtop"
        return Failure(ExitCode.FAILED, "internal", f"A part of billtop is missing ({error.name}).", advice)
    logging.getLogger(__name__).error("A command ended by a fault of billtop.", exc_info=error)
    advice = f"This is a fault of billtop: please report it with the command you gave and the end of {log_file()}."
    return Failure(ExitCode.FAILED, "internal", f"Something unexpected went wrong ({type(error).__name__}).", advice)


def _explain_provider(error: BillingError) -> Failure:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.FAILED)
    fields = [f"{name}: {'; '.join(messages)}" for name, messages in error.fields.items()]
    return Failure(
        exit_code=code,
        kind=error.kind,
        message=redact(" ".join([str(error), *(f"({field})" for field in fields)])),
        advice=_advice(error),
        code=None if error.code is None else str(error.code),
        request_id=None if error.request_id is None else str(error.request_id),
        retry_after=None if error.retry_after is None else error.retry_after.total_seconds(),
    )


def _advice(error: BillingError) -> str:
    """What to do now at a prompt; the messages of single fields are in the message already."""
    if error.fields:
        return error.advice
    if isinstance(error, NotFound) and error.hint is None:
        return "The lists, for example `billtop invoices`, show what there is."
    return error.next_step
