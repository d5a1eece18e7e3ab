"""What can be changed about an answer: a field taken away, replaced, repeated, something added, another status."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.faults.mutations.proxy import Answer

Path = tuple[str | int, ...]
_MARK = "@@changed@@"
_QUOTED = json.dumps(_MARK)


class Mutation(NamedTuple):
    """One change to one answer of one scenario."""

    scenario: str
    endpoint: str
    where: str
    """The field, for example `data.items.0.amount`; `$` is the whole body and `#` the status."""
    operator: str

    @property
    def id(self) -> str:
        """What `--replay` takes."""
        return "|".join(self)


def parse_id(text: str) -> Mutation:
    """Read what `Mutation.id` gives. Raises ValueError."""
    parts = text.split("|")
    if len(parts) != 4:
        raise ValueError("an id has four parts: scenario|endpoint|field|operator")
    return Mutation(*parts)


def _text(value: str) -> str:
    return json.dumps(value)


_DEEP = "[" * 5000 + "]" * 5000
_NUMBERS = {
    "huge": "1" + "0" * 30,
    "exponent": "1e9999999",
    "minus exponent": "-1e9999999",
    "tiny": "1e-9999999",
    "5000 digits": "7" * 5000,
    "negative": "-5",
    "zero": "0",
    "another number": "13.37",
    "NaN": "NaN",
    "Infinity": "Infinity",
}
_TEXTS = {
    "empty": '""',
    "terminal": r'"\u001b[31mred\u001b]0;title\u0007\u001b]52;c;aGk=\u0007\u009b2J"',
    "bidi": r'"\u202eabc\u2066\u200f"',
    "NUL": r'"a\u0000b"',
    "lone surrogate": r'"\ud800x\udfff"',
    "very long": _text("long " * 30_000),
    "lines": r'"one\r\ntwo\u2028three\u0085four"',
    "markup": '"[red]x[/red] [@click=app.quit]quit[/]"',
}
_TYPES = {
    "null": "null",
    "list": "[]",
    "object": "{}",
    "true": "true",
    "false": "false",
    "number": "1",
    "string": '"ok"',
    "deep": _DEEP,
    "list of null": "[null]",
}
STATUS_WORDS = (
    *("success", "succeeded", "paid", "complete", "active"),
    *("failed", "declined", "canceled", "expired", "refunded", "unpaid"),
    *("pending", "processing", "open", "requires_action", "past_due", "incomplete"),
    "never_heard_of",
)
_CURRENCIES = ("EUR", "JPY", "eur", "credits", "US", "BTC1")
_DATES = ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "2026-01-01T00:00:00")
_LINKS = ("javascript:alert(1)", "file:///etc/passwd", "http://evil.example/pay", "https://")
_WHOLE = {
    "list": b"[]",
    "object": b"{}",
    "null": b"null",
    "string": b'"ok"',
    "true": b"true",
    "zero": b"0",
    "empty": b"",
    "a page": b"<html><body>Maintenance</body></html>",
    "not UTF-8": b'{"balance": "\xff\xfe"}',
    "deep": _DEEP.encode(),
    "maintenance": b'{"message": "maintenance"}',
    "success alone": b'{"success": true}',
    "success pending": b'{"success": "pending"}',
    # 75.5 is what is in the sandbox's wallet before anything is paid.
    "old balance": b'{"data": {"balance": 75.5}}',
    "old balance, no success": b'{"success": true, "data": {"success": false, "balance": 75.5}}',
    "old balance, error": b'{"data": {"balance": 75.5, "error": "card declined"}}',
    "active": b'{"data": {"status": "active"}}',
}
_STATUSES = (200, 201, 202, 204, 302, 401, 403, 404, 409, 422, 429, 500, 503)
_ADDED = {
    "add error text": ("error", '"card declined"'),
    "add error object": ("error", '{"code": "payment_declined", "message": "The card was declined."}'),
    "add errors": ("errors", '["the payment failed"]'),
    "add success false": ("success", "false"),
    "add ok false": ("ok", "false"),
    "add paid false": ("paid", "false"),
    "add failing message": ("message", '"The payment failed: card declined."'),
    "add pending message": ("message", '"The payment is still pending."'),
    "add failed status": ("status", '"failed"'),
    "add pending status": ("status", '"pending"'),
}
TEXTUAL = frozenset({*_TEXTS, "add error text", "a page"})
"""Operators whose outcome shows best in text, not in JSON."""


def operators(path: Path, value: object) -> Iterator[str]:
    """Name everything that can be done to a field that has `value` now."""
    key = _key(path)
    yield "missing"
    yield "twice"
    for name, raw in _TYPES.items():
        if raw != json.dumps(value):
            yield name
    if isinstance(value, bool):
        return
    if isinstance(value, dict):
        yield from _ADDED
        yield "in a list"
    elif isinstance(value, list):
        yield from ("repeated", "first twice")
    elif isinstance(value, int | float):
        yield from _NUMBERS
        yield "as text"
    else:
        yield from _TEXTS
    if isinstance(value, str):
        yield from _by_name(key, value)
    if key.endswith("id") and not isinstance(value, dict | list):
        yield "another id"


def whole() -> Iterator[tuple[str, str]]:
    """Name what can be done to an answer as a whole: where, and the operator."""
    yield from (("$", name) for name in (*_WHOLE, "cut off"))
    yield from (("#", str(status)) for status in _STATUSES)


def _by_name(key: str, value: str) -> Iterator[str]:
    if "status" in key or key in {"state", "type"}:
        yield from (f"status {word}" for word in STATUS_WORDS if word != value)
    if key in {"currency", "unit"}:
        yield from (f"currency {code}" for code in _CURRENCIES if code != value)
    if key.endswith(("_at", "_end", "_start", "date")) or key in {"at", "created", "expiresAt"}:
        yield from (f"date {date}" for date in _DATES)
    if "url" in key or "link" in key:
        yield from (f"link {link}" for link in _LINKS)


def mutations(scenario: str, endpoint: str, answer: Answer) -> Iterator[Mutation]:
    """List everything that can be changed about one answer; of a list the first item stands for all."""
    for where, operator in whole():
        if (where, operator) != ("#", str(answer.status)):
            yield Mutation(scenario, endpoint, where, operator)
    try:
        tree = json.loads(answer.body)
    except ValueError:
        return
    for path, value in _fields(tree):
        names = operators(path, value) if path else (_ADDED if isinstance(value, dict) else ())
        for operator in names:
            yield Mutation(scenario, endpoint, ".".join(map(str, path)), operator)


def _fields(value: Any, path: Path = ()) -> Iterator[tuple[Path, object]]:
    yield path, value
    children: Mapping[str | int, Any] = {}
    if isinstance(value, dict):
        children = value
    elif isinstance(value, list):
        children = dict(enumerate(value[:1]))
    for name, child in children.items():
        yield from _fields(child, (*path, name))


def apply(where: str, operator: str, answer: Answer) -> Answer | None:
    """Change one answer; None when it has no such field."""
    if where == "#":
        return Answer(int(operator), answer.body)
    if where == "$":
        body = answer.body[: len(answer.body) // 2] if operator == "cut off" else _WHOLE[operator]
        return Answer(answer.status, body)
    try:
        tree = json.loads(answer.body)
    except ValueError:
        return None
    holder, last = _find(tree, where)
    if holder is None:
        return None
    raw = _changed(holder, last, operator)
    text = json.dumps(tree)
    return Answer(answer.status, (text if raw is None else text.replace(_QUOTED, raw, 1)).encode())


def _find(tree: Any, where: str) -> tuple[Any, str | int | None]:
    """Return what holds a field, and its name there; the body itself has no name, a missing field no holder."""
    if not where:
        return tree, None
    *before, last = where.split(".")
    holder = tree
    for name in before:
        key = _own(holder, name)
        if key is None:
            return None, None
        holder = holder[key]
    key = _own(holder, last)
    return (None, None) if key is None else (holder, key)


def _own(holder: Any, name: str) -> Any:
    """The key of a field in what holds it; None when it is not there."""
    if isinstance(holder, dict) and name in holder:
        return name
    return int(name) if isinstance(holder, list) and name.isdigit() and int(name) < len(holder) else None


def _changed(holder: Any, last: str | int | None, operator: str) -> str | None:
    """Change the tree; return the raw text that takes the place of the mark in it."""
    value = holder if last is None else holder[last]
    if operator in _ADDED:
        name, raw = _ADDED[operator]
        value[name] = _MARK
        return raw
    assert last is not None
    if operator == "missing":
        del holder[last]
        return None
    make = _SHAPES.get(operator)
    raw = make(last, value) if make else _raw(operator, value)
    holder[last] = _MARK
    return raw


def _twice(last: str | int, value: Any) -> str:
    other = json.dumps(value)
    return f'"another", {json.dumps(last)}: {other}' if isinstance(last, str) else f'"another", {other}'


_SHAPES: Mapping[str, Callable[[str | int, Any], str]] = {
    "twice": _twice,
    "in a list": lambda _, value: json.dumps([value]),
    "repeated": lambda _, value: json.dumps((value * 3)[:600]),
    "first twice": lambda _, value: json.dumps([*value[:1], *value]),
    "as text": lambda _, value: json.dumps(str(value)),
    "another id": lambda _, value: json.dumps(f"{value}x" if isinstance(value, str) else value + 1),
}


def _raw(operator: str, value: Any) -> str:
    known = _TYPES | _NUMBERS | _TEXTS
    if operator in known:
        return known[operator]
    kind, _, word = operator.partition(" ")
    if kind not in {"status", "currency", "date", "link"}:
        raise ValueError(f"there is no operator {operator}")
    return json.dumps(word)


def _key(path: Path) -> str:
    return next((name for name in reversed(path) if isinstance(name, str)), "")
