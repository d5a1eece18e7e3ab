"""A ledger for beancount (beancount.github.io/docs/beancount_language_syntax.html)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from tui.domain import AccountRef, SafeText, Transaction
from tui.ledger.export.formats.postings import NO_DATE, JournalEntry, details, entry, postings

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


def beancount_pieces(rows: Iterable[Transaction], account: AccountRef) -> Iterator[str]:
    """A transaction a row, `!` while it is pending; what moved no money is a comment. Accounts open where first met.

    Every balance of `Assets` is what `billtop transactions` adds up: in less out, in each unit.
    """
    yield f"; {account.provider_title}, account {account.name}, written by billtop. Days are in UTC.\n"
    opened: set[str] = set()
    for row in rows:
        made = entry(row, account)
        names = [_name(parts) for parts in (made.other, made.wallet)]
        if made.moved:
            for name in names:
                if name not in opened:
                    opened.add(name)
                    yield f"\n{NO_DATE} open {name}\n"
        yield _transaction(made, names)


def _transaction(made: JournalEntry, names: list[str]) -> str:
    row, unit = made.row, made.unit.upper()
    title = row.usecase or row.source or SafeText(row.id)
    notes = "".join(f"  {name}: {_quoted(value)}\n" for name, value in details(row))
    if not made.moved:
        head = f"\n; {made.day} moved no money: {row.direction} {row.amount.wire} {unit}, {title}\n"
        return head + "".join(f";{line}\n" for line in notes.splitlines())
    return f"\n{made.day} {'!' if made.pending else '*'} {_quoted(title)}\n{notes}{postings(made, names, unit, '  ')}"


def _name(parts: tuple[str, ...]) -> str:
    """An account: its parts begin with a capital or a digit and have only letters, digits and dashes."""
    return ":".join(_part(part) for part in parts)


def _part(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = _NOT_IN_NAMES.sub("-", plain).strip("-") or "Other"
    return kept[0].upper() + kept[1:]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
