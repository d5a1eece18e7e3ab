"""Collecting what an answer claims about a payment, at every level of it.

Status words count as a success only in the places a provider's table names; whatever says "no", another amount or
another id counts wherever it stands: an answer that contradicts itself proves nothing.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tui.domain import Money, SafeText, parse_iso
from tui.domain.claims import UNREADABLE, Claims, Subject, Word
from tui.providers.errors import Unproven
from tui.providers.transport import Json, Reply
from tui.providers.wire import exact_amount

_DEEPEST = 8
_MOST_OBJECTS = 500
_LONGEST_SHOWN = 120

_MEANINGS: Mapping[str, Word] = {
    **dict.fromkeys(("paid", "succeeded", "success", "complete", "completed", "confirmed"), Word.DONE),
    "no_payment_required": Word.DONE,
    **dict.fromkeys(("active", "trialing"), Word.RUNS),
    "open": Word.OPEN,
    **dict.fromkeys(("requires_action", "requires_confirmation", "requires_source_action"), Word.ACTION),
    "requires_payment_method": Word.NEEDS_CARD,
    **dict.fromkeys(("failed", "canceled", "cancelled", "declined", "payment_failed"), Word.DECLINED),
    **dict.fromkeys(("refunded", "partially_refunded", "reversed", "chargeback"), Word.REFUNDED),
}
"""Status words of Stripe and of the three providers; any other is unrecognized."""
NOT_YET = re.compile(r"pending|unpaid|incomplete|requires|processing|not_(yet_)?(been_)?(paid|complete|confirm|finish)")
"""What in a word or a message says that a payment is still to come."""
_FAILURE = re.compile(
    r"declin|fail|refus|reject|insufficient|unable|could_not|cannot|error|invalid|denied|maintenance"
    r"|not_(been_)?(charged|possible|allowed|processed|successful|booked|credited)"
)
_NEGATIVE = frozenset(
    {Word.OPEN, Word.PENDING, Word.ACTION, Word.NEEDS_CARD, Word.DECLINED, Word.EXPIRED, Word.REFUNDED}
)
"""Words that speak against a success wherever they stand."""
_BAD_WORDS = frozenset({"error", "fail", "failure", "rejected", "refused", "denied"})
_TRUE_WORDS, _FALSE_WORDS = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


Found = tuple[str, dict[str, Json]]
"""An object of an answer, after the name it stands under."""


@dataclass(frozen=True)
class Names:
    """The field names of one provider, by what they mean."""

    places: tuple[str, ...] = ()
    """Objects in the data whose status is that of the payment; the data itself always is one."""
    status: frozenset[str] = frozenset({"status", "payment_status", "session_status"})
    flags: frozenset[str] = frozenset({"success", "ok"})
    """Yes or no to "did it work?"; true is a claim only where the table of evidence wants one."""
    paid: frozenset[str] = frozenset({"paid"})
    """Yes or no to "is it paid?"."""
    errors: frozenset[str] = frozenset(
        {"error", "errors", "failure", "decline_code", "failure_code", "failure_message"}
    )
    messages: frozenset[str] = frozenset({"message"})
    amounts: frozenset[str] = frozenset({"amount"})
    credited: frozenset[str] = frozenset()
    charged: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset({"currency"})
    ids: Mapping[str, Subject] = field(default_factory=dict)
    objects: Mapping[str, Subject] = field(default_factory=dict)
    """Objects whose `id` names a subject."""
    period_starts: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    """Addresses that mean: the payer has to go there first."""


def meaning(word: str) -> Word:
    """Say what one status word means."""
    plain = normalized(word)
    if "expired" in plain:
        return Word.EXPIRED
    known = _MEANINGS.get(plain)
    if known is not None:
        return known
    return Word.PENDING if NOT_YET.search(plain) else Word.UNRECOGNIZED


def normalized(text: str) -> str:
    """Return words joined by underscores, in lower case, so that one pattern finds codes and sentences."""
    return "_".join(text[:2000].lower().replace("-", " ").split())


def read_claims(reply: Reply, data: Json, names: Names, balance: Money | None) -> Claims:
    """Collect the claims of a readable success; `data` is what stands in the provider's envelope. Never raises."""
    body = reply.json
    found = list(_objects(body))
    places = _places(data, names)
    against = [_shown(name, value) for name, value in _against(found, places, names)]
    return Claims(
        accepted_only=reply.status == 202,
        words=frozenset(_spoken(places, names)),
        affirmed=any(value is True for value in _values(found, names.flags)),
        denials=tuple(dict.fromkeys(against)),
        amounts=frozenset(_numbers(found, names.amounts)) | _unreadable(found, names.credited, names.charged),
        units=frozenset(_units(found, names.units)),
        ids=_ids(found, names),
        credited=_one(_numbers(found, names.credited)),
        charged=_one(_numbers(found, names.charged)),
        balance=balance,
        period_start=_moment(found, names.period_starts),
        has_payment_page=any(isinstance(value, str) and value for value in _values(found, names.pages)),
        message=_message(body, data, names),
    )


def require_no_denial(reply: Reply) -> None:
    """Raise Unproven when an answer under a success status says at any level that it did not work."""
    names = Names()
    keys = names.flags | names.errors
    for _, each in _objects(reply.json):
        for key in keys & each.keys():
            if each[key] is not None and _says_no(key, each[key], names, is_place=False):
                said = _message(reply.json, each, names)
                raise Unproven(
                    SafeText(f"{reply.host} answered {reply.status}, but says that it did not work. {said}".rstrip()),
                    request_id=reply.request_id,
                    status=reply.status,
                )


def _objects(body: Json) -> Iterator[Found]:
    """Yield every object of an answer, outermost first, within bounds."""
    waiting: list[tuple[str, Json, int]] = [("", body, 0)]
    seen = 0
    while waiting and seen < _MOST_OBJECTS:
        where, value, level = waiting.pop(0)
        if isinstance(value, dict):
            seen += 1
            yield where, value
            if level < _DEEPEST:
                waiting += [(key, inner, level + 1) for key, inner in value.items()]
        elif isinstance(value, list) and level < _DEEPEST:
            waiting += [(where, inner, level + 1) for inner in value[:_MOST_OBJECTS]]


def _places(data: Json, names: Names) -> list[dict[str, Json]]:
    """Return the objects whose status is that of the payment."""
    if not isinstance(data, dict):
        return []
    return [data, *(place for name in names.places if isinstance(place := data.get(name), dict))]


def _spoken(places: list[dict[str, Json]], names: Names) -> Iterator[Word]:
    """Yield the meaning of every word about the payment, where the provider is known to put one."""
    for place in places:
        for key in names.status & place.keys():
            value = place[key]
            yield meaning(value) if isinstance(value, str) else Word.UNRECOGNIZED
        for key in names.flags & place.keys():
            value = place[key]
            if isinstance(value, str) and _flag(value) is None:
                yield meaning(value)
        for key in names.paid & place.keys():
            flag = _flag(place[key])
            if flag is not None:
                yield Word.DONE if flag else Word.PENDING


def _against(found: list[Found], places: list[dict[str, Json]], names: Names) -> Iterator[tuple[str, Json]]:
    """Yield what says "no", wherever it stands; the status words of `places` are claims of their own."""
    for _, each in found:
        is_place = any(each is place for place in places)
        for key, value in each.items():
            if value is not None and _says_no(key, value, names, is_place=is_place):
                yield key, value


def _says_no(key: str, value: Json, names: Names, *, is_place: bool) -> bool:
    if key in names.flags | names.paid:
        return value is not True and not (is_place and key in names.paid)
    if key in names.errors:
        return value not in ("", [], {}, False)
    if not isinstance(value, str):
        return False
    if key in names.status:
        return not is_place and (meaning(value) in _NEGATIVE or normalized(value) in _BAD_WORDS)
    if key in names.messages:
        plain = normalized(value)
        return bool(NOT_YET.search(plain) or _FAILURE.search(plain))
    return False


def _values(found: list[Found], keys: frozenset[str]) -> Iterator[Json]:
    """Yield what stands under `keys` anywhere; null is nothing."""
    for _, each in found:
        for key in keys & each.keys():
            if each[key] is not None:
                yield each[key]


def _numbers(found: list[Found], keys: frozenset[str]) -> Iterator[Decimal | None]:
    for value in _values(found, keys):
        try:
            yield exact_amount(value)
        except ValueError:
            yield None


def _units(found: list[Found], keys: frozenset[str]) -> Iterator[str]:
    for value in _values(found, keys):
        yield (value.strip()[:16].upper() if isinstance(value, str) else "") or UNREADABLE


def _ids(found: list[Found], names: Names) -> dict[Subject, frozenset[str]]:
    """Collect ids by the names of their fields, and by how they begin where they are Stripe's."""
    ids: dict[Subject, set[str]] = {}
    for where, each in found:
        for key, value in each.items():
            subject = names.objects.get(where) if key == "id" else names.ids.get(key)
            if key in {"id", *names.ids}:
                subject = _stripe_subject(value) or subject
            is_object = isinstance(value, dict) and key in names.objects
            if subject is None or value is None or is_object:
                continue
            named = str(value)[:300] if isinstance(value, str | int) and not isinstance(value, bool) else ""
            ids.setdefault(subject, set()).add(named or UNREADABLE)
    return {subject: frozenset(values) for subject, values in ids.items()}


def _stripe_subject(value: Json) -> Subject | None:
    beginnings = {"cs_": Subject.SESSION, "pi_": Subject.PAYMENT_INTENT, "pm_": Subject.PAYMENT_METHOD}
    return beginnings.get(value[:3]) if isinstance(value, str) else None


def _flag(value: Json) -> bool | None:
    """Read a yes or no as servers write it; None for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    return True if word in _TRUE_WORDS else False if word in _FALSE_WORDS else None


def _moment(found: list[Found], keys: frozenset[str]) -> datetime | None:
    for value in _values(found, keys):
        with suppress(ValueError):
            return parse_iso(str(value)[:64])
    return None


def _one(values: Iterator[Decimal | None]) -> Decimal | None:
    """Return the value when all are the same."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _unreadable(found: list[Found], *fields: frozenset[str]) -> frozenset[None]:
    """Return what stands for an amount that cannot be read, when one of `fields` has none or several."""
    values = [set(_numbers(found, keys)) for keys in fields]
    return frozenset({None}) if any(None in each or len(each) > 1 for each in values) else frozenset()


def _message(body: Json, data: Json, names: Names) -> SafeText:
    for place in (data, body):
        if isinstance(place, dict):
            for key in names.messages:
                if isinstance(text := place.get(key), str) and text.strip():
                    return SafeText(text)
    return SafeText()


def _shown(name: str, value: Json) -> SafeText:
    """Name what says "no" as the answer has it, briefly."""
    text = str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else "set"
    return SafeText(f"{name}: {str(text)[:_LONGEST_SHOWN]}")
