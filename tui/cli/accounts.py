"""`billtop accounts`: which accounts are stored, and adding, changing, removing and testing them."""

from collections.abc import Callable
from dataclasses import replace

from tui.account.store import AccountDraft
from tui.cli.confirm import NOT_CONFIRMED, confirmed
from tui.cli.connection import NoAccount, all_accounts
from tui.cli.exit import ExitCode, UsageError
from tui.cli.explain import explain
from tui.cli.options import Options
from tui.cli.output import Json, Output, error_document
from tui.cli.stored_accounts import StoredAccounts, gone, stored_account
from tui.cli.table import table
from tui.config.accounts import BALANCE_UNITS, PROVIDERS, AccountConfig, ConfigurationError
from tui.config.locations import accounts_file
from tui.config.store import read_book, update_book, usable_book
from tui.config.stored import StoredAccount
from tui.domain import Money
from tui.providers.errors import BillingError

_NONE = "none"
"""Takes a setting away."""
_NONE_YET = """No account is stored. `billtop login` stores the first, and further ones are added with
`billtop accounts add NAME --provider modelslab|olostep|product-factory`."""


def run(options: Options, out: Output) -> ExitCode:
    """Do what was asked with the accounts. Raises UsageError, ConfigurationError, BillingError."""
    does: dict[str, Callable[[Options, Output], ExitCode]] = {
        "list": _list,
        "add": _add,
        "edit": _edit,
        "remove": _remove,
        "test": _test,
    }
    return does[options.action or "list"](options, out)


def _list(options: Options, out: Output) -> ExitCode:
    current = usable_book(accounts_file()).current
    try:
        accounts, problem = all_accounts()
    except NoAccount:
        accounts, problem = [], _NONE_YET
    if problem is not None:
        out.say(problem)
    items = [_document(each, current) for each in accounts]
    rows = [
        (
            str(each.ref.name),
            each.ref.provider_title,
            each.ref.mode.value.upper(),
            _where(each),
            ", ".join(_notes(each, current)),
        )
        for each in accounts
    ]
    out.result({"items": items}, table(("Account", "Provider", "Mode", "Token", ""), rows) if rows else [])
    return ExitCode.DONE


def _document(account: AccountConfig | StoredAccount, current: str | None) -> dict[str, Json]:
    stored = account if isinstance(account, StoredAccount) else None
    ref = account.ref
    return {
        "name": ref.name,
        "provider": ref.provider,
        "base_url": ref.base_url,
        "mode": ref.mode.value,
        "source": "stored" if stored else "environment",
        "current": bool(stored and stored.name == current),
        "token_kept_in": stored.keeper.value if stored and stored.keeper else None,
        "theme": stored.theme if stored else None,
        "low_balance": f"{stored.low_balance:f}" if stored and stored.low_balance is not None else None,
        "read_only": bool(stored and stored.read_only),
        "currency": account.currency,
    }


def _where(account: AccountConfig | StoredAccount) -> str:
    if not isinstance(account, StoredAccount):
        return "environment"
    return account.keeper.value if account.keeper else "logged out"


def _notes(account: AccountConfig | StoredAccount, current: str | None) -> list[str]:
    if not isinstance(account, StoredAccount):
        return ["goes first"]
    notes = ["current"] if account.name == current else []
    notes += [f"theme {account.theme}"] if account.theme else []
    if account.low_balance is not None:
        notes.append(f"low below {Money(account.low_balance, BALANCE_UNITS[account.provider])}")
    notes += [f"prices in {account.currency}"] if account.currency else []
    return [*notes, *(["read-only"] if account.read_only else [])]


def _add(options: Options, out: Output) -> ExitCode:
    """Log in to a new account, then set what was asked for."""
    from tui.cli.login import run as log_in

    if options.name in read_book(accounts_file()).accounts:
        raise UsageError("There is an account of that name already. `billtop accounts edit` changes it.")
    options.account = options.name
    log_in(options, out)
    if _settings_asked(options):
        _change(options)
    return ExitCode.DONE


def _edit(options: Options, out: Output) -> ExitCode:
    if not (_settings_asked(options) or options.rename or options.current):
        raise UsageError("Say what to change, for example: billtop accounts edit work --low-balance 20")
    account = _change(options)
    if options.current:
        update_book(accounts_file(), lambda book: replace(book, current=account.name))
    current = read_book(accounts_file()).current
    out.result(
        _document(account, current), [f"Changed: {account.name}. {', '.join(_notes(account, current))}".rstrip()]
    )
    return ExitCode.DONE


def _settings_asked(options: Options) -> bool:
    return any(each is not None for each in (options.theme, options.low_balance, options.payments, options.currency))


def _change(options: Options) -> StoredAccount:
    """Apply the settings that were given; the others stay."""
    keeper = StoredAccounts()
    before = keeper.stored(options.name)
    if before is None:
        raise gone()

    def given(value: str | None, old: str) -> str:
        return old if value is None else "" if value == _NONE else value

    draft = AccountDraft(
        name=options.rename or options.name,
        provider=before.provider,
        base_url=before.base_url,
        theme=given(options.theme, before.theme),
        low_balance=given(options.low_balance, before.low_balance),
        read_only=before.read_only if options.payments is None else options.payments == "refused",
        currency=given(options.currency, before.currency),
    )
    keeper.edit(options.name, draft, "", in_file=False)
    return stored_account(draft.name)


def _remove(options: Options, out: Output) -> ExitCode:
    account = stored_account(options.name)
    what = [
        f"Remove {account.name} ({PROVIDERS[account.provider]}, {account.base_url}) and its token from this machine.",
        "Payments of it that are still open are no longer watched. The token stays valid until it is revoked.",
    ]
    if not confirmed(what, f"Remove {account.name}?", yes=options.yes, out=out):
        return out.failure(NOT_CONFIRMED._replace(message="Not confirmed. Nothing was removed."))
    StoredAccounts().remove(account.name)
    out.result({"account": account.name, "removed": True}, [f"Removed: {account.name}."])
    return ExitCode.DONE


def _test(options: Options, out: Output) -> ExitCode:
    """Try one account, or every one; the exit code is that of the first that failed."""
    names = [str(each.ref.name) for each in all_accounts()[0]]
    if options.name:
        if options.name not in names:
            raise gone()
        names = [options.name]
    items: list[Json] = []
    lines, code = [], ExitCode.DONE
    for name in names:
        try:
            words = StoredAccounts().test(name)
        except (BillingError, ConfigurationError) as error:
            failure = explain(error)
            code = code or failure.exit_code
            items.append({"account": name, "ok": False, **error_document(failure)})
            lines.append((name, "failed", " ".join(filter(None, (failure.message, failure.advice)))))
        else:
            items.append({"account": name, "ok": True, "error": None})
            lines.append((name, "works", words))
    out.result({"items": items}, table(("Account", "", ""), lines))
    return code
