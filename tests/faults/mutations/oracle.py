"""When "done" may be said of an answer: the rules of the fault matrix (L1, L2) again, without billtop's own judging.

An answer proves that a call was done when it is a 2xx other than 202 and 204, something in it says so, and nothing in
it, at any level, says otherwise. What says so: a success word in a status of what the call is about, the documented
flag of a provider that has no word, or a balance that rose by the amount. What says otherwise: a flag that is not
true, an error, a failing or waiting word in a status or a message, another amount, currency or id, a name given twice.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.faults.mutations.proxy import Answer

_SAYS_DONE = frozenset({"paid", "succeeded", "success", "complete", "completed", "confirmed"})
_RUNS = frozenset({"active", "trialing"})
_FLAGS = frozenset({"success", "ok", "paid", "valid", "completed", "confirmed"})
_ERRORS = frozenset({"error", "errors", "failure", "decline_code"})
_STATUSES = frozenset({"status", "payment_status", "session_status", "state"})
_CURRENCIES = frozenset({"currency", "unit"})
_AGAINST = re.compile(
    r"declin|fail|denied|refused|reject|error|cancel|expired|refund|pending|unpaid|incomplete|processing"
    r"|not (yet )?(been )?(paid|complete|confirm|charged)|insufficient|maintenance",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wanted:
    """What a call is about, as far as an answer can repeat it."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    """Names of fields, and the amount that must stand there if anything does."""
    currency: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    """Names of fields, and what must stand there if anything does."""
    subscription: bool = False
    """Whether the words of a running subscription say that it is done."""
    flag: bool = False
    """Whether `success: true` of a 200 says so."""
    grants: str | None = None
    """The name of a field that says so with any positive number."""
    reached: Decimal | None = None
    """The balance before and the amount, where a balance that has come to it says so."""


class _Pairs(list[tuple[str, Any]]):
    """An object with all its names, the doubled ones too."""


def says_done(answer: Answer, wanted: Wanted) -> bool:
    """Whether this answer alone allows to say that the call was done."""
    if not _may_count(answer):
        return False
    try:
        body = json.loads(
            answer.body,
            object_pairs_hook=_Pairs,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError, InvalidOperation):
        return False
    if not isinstance(body, _Pairs):
        return False
    fields = list(_fields(body))
    return not any(_against(name, value, wanted) for name, value in fields) and any(
        _for(name, value, wanted) for name, value in fields
    )


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _may_count(answer: Answer) -> bool:
    return 200 <= answer.status < 300 and answer.status not in {202, 204}


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, _Pairs):
        names = [name for name, _ in value]
        if len(set(names)) < len(names):
            yield "errors", "a name twice"
        for name, inner in value:
            yield name, inner
            yield from _fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner)


def _against(name: str, value: Any, wanted: Wanted) -> bool:
    if name in _FLAGS:
        return value is not True
    if name in _ERRORS:
        return value not in (None, False, "", [])
    if name in _STATUSES:
        return not _is_success(value, wanted)
    if name in {"message", "detail"}:
        return isinstance(value, str) and _AGAINST.search(value) is not None
    if value is None:
        return False
    if name in wanted.amounts:
        return _number(value) != wanted.amounts[name]
    if name in _CURRENCIES and wanted.currency is not None:
        return not isinstance(value, str) or value.lower() != wanted.currency.lower()
    return name in wanted.ids and str(value) != wanted.ids[name]


def _for(name: str, value: Any, wanted: Wanted) -> bool:
    if name in _STATUSES:
        return _is_success(value, wanted)
    if name == "success" and wanted.flag:
        return value is True
    if name == wanted.grants:
        given = _number(value)
        return given is not None and given.is_finite() and given > 0
    if name == "balance" and wanted.reached is not None:
        now = _number(value)
        return now is not None and now.is_finite() and now >= wanted.reached
    return False


def _is_success(value: Any, wanted: Wanted) -> bool:
    words = _SAYS_DONE | _RUNS if wanted.subscription else _SAYS_DONE
    return isinstance(value, str) and value.lower() in words


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | str):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def says_checked_in(answer: Answer) -> bool:
    """Whether this answer allows to say that a check-in brought today's credits."""
    return says_done(answer, Wanted(flag=True, grants="credits"))


def order_says_paid(answer: Answer, session: str, plan: str) -> bool:
    """Whether a list of orders allows to say that the one made with a payment link was paid."""
    if not _may_count(answer):
        return False
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    if isinstance(body, dict):
        if any(body.get(name, True) is not True for name in ("success", "ok")) or body.get("error"):
            return False
        body = body.get("data", body.get("orders"))
    rows = body if isinstance(body, list) else []
    return any(
        isinstance(row, dict)
        and session in (row.get("id"), row.get("order_id"))
        and row.get("plan_id") in (None, plan)
        and row.get("status") in ("completed", "paid")
        for row in rows
    )
