"""A journal for hledger (hledger.org/1.25/hledger.html#journal-format)."""

import re
from collections.abc import Iterable, Iterator

from tui.domain import AccountRef, SafeText, Transaction
from tui.ledger.export.formats.postings import JournalEntry, details, entry, postings

_NOT_IN_NAMES = re.compile(r"[^\w.+&-]+")
"""What an account's name cannot have, or means something in it: colons, brackets, semicolons, two blanks."""


def hledger_pieces(rows: Iterable[Transaction], account: AccountRef) -> Iterator[str]:
    """A transaction a row, `!` while it is pending; what moved no money is a comment.

    Every balance of `Assets` is what `billtop transactions` adds up: in less out, in each unit.
    """
    yield f"; {account.provider_title}, account {account.name}, written by billtop. Days are in UTC.\ndecimal-mark .\n"
    for row in rows:
        yield _transaction(entry(row, account))


def _transaction(made: JournalEntry) -> str:
    row = made.row
    title = _plain(row.usecase or row.source)
    tags = "".join(f"    ; {name}: {_plain(value)}\n" for name, value in details(row) if name != "id")
    if not made.moved:
        return (
            f"\n; {made.day} moved no money: {row.direction} {row.amount.wire} {made.unit}, {_plain(row.id)} {title}\n"
            + "".join(f";{line}\n" for line in tags.splitlines())
        )
    names = [_name(parts) for parts in (made.other, made.wallet)]
    lines = postings(made, names, made.unit, "    ")
    code = _plain(row.id).translate({ord("("): None, ord(")"): None})
    return f"\n{made.day} {'!' if made.pending else '*'} ({code}) {title}".rstrip() + f"\n{tags}{lines}"


def _name(parts: tuple[str, ...]) -> str:
    root, *below = parts
    return ":".join((root.lower(), *(_NOT_IN_NAMES.sub("-", part).strip("-") or "other" for part in below)))


def _plain(text: str) -> str:
    """Text without what ends a description (`;`), a payee (`|`) or a tag (`,`)."""
    return SafeText(text).translate({ord(";"): " ", ord("|"): "/", ord(","): " "})
