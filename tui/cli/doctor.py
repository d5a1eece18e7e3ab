"""`billtop doctor`: what could keep billtop from working on this machine, and what to do about it."""

import asyncio
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import aclosing, closing
from itertools import chain

from tui import __version__
from tui.cli.checks import Check, Level, contract_of
from tui.cli.connection import NO_ACCOUNT, all_accounts
from tui.cli.exit import ExitCode, UsageError
from tui.cli.explain import explain
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import table
from tui.config.accounts import AccountConfig, ConfigurationError
from tui.config.locations import accounts_file, journal_file, keymap_file, log_file, tokens_directory
from tui.config.stored import StoredAccount
from tui.config.system_keyring import usable_backend
from tui.config.unavailable import SecretUnavailable
from tui.domain import SystemClock
from tui.providers.base import Provider
from tui.providers.errors import BillingError
from tui.storage.files import not_a_file
from tui.storage.sqlite import connect

_SKEW = 60.0
"""Seconds by which this machine's clock may differ from a provider's."""
_LEAST = (60, 20)
"""Columns and rows the dashboard needs."""


def run(options: Options, out: Output) -> ExitCode:
    """Look at configuration, files, keyring, terminal and, unless --offline, at each account; 1 when one failed.

    With --contract every reading endpoint of each account is looked at too.
    """
    if options.contract and options.offline:
        raise UsageError("--contract asks the providers, and --offline forbids it: give one of them.")
    checks = [Check("billtop", Level.OK, f"{__version__}, Python {sys.version.split()[0]}")]
    checks += [*_configuration(), *_files(), _journal(), *_keymap(), _keyring(), *_terminal(), *_environment()]
    if not options.offline:
        checks += _accounts(contract=options.contract)
    items = [
        {"check": each.what, "state": each.state.value, "detail": each.found, "request_id": each.request_id}
        for each in checks
    ]
    out.result({"items": items}, table(("Check", "", ""), [_row(each) for each in checks]))
    return ExitCode.FAILED if any(each.state is Level.FAILED for each in checks) else ExitCode.DONE


def _row(check: Check) -> tuple[str, str, str]:
    told = f" (request {check.request_id})" if check.request_id and check.state is not Level.OK else ""
    return check.what, check.state.value, check.found + told


def _known_accounts() -> tuple[list[AccountConfig | StoredAccount], str | None]:
    """The accounts, and why some or all are missing."""
    try:
        return all_accounts()
    except ConfigurationError as error:
        return [], str(error)


def _configuration() -> Iterator[Check]:
    accounts, problem = _known_accounts()
    if problem == NO_ACCOUNT:
        yield Check("accounts", Level.LOOK, "none yet: `billtop login` stores one")
        return
    if problem is not None:
        yield Check("accounts", Level.FAILED, problem)
    if accounts:
        yield Check(
            "accounts", Level.OK, ", ".join(f"{each.ref.name} ({each.ref.provider_title})" for each in accounts)
        )


def _files() -> Iterator[Check]:
    """Whether others can get at what is private; a folder that is not there yet is made private."""
    private = [tokens_directory(), journal_file(), log_file(), accounts_file()]
    private += sorted(tokens_directory().glob("*")) if tokens_directory().is_dir() else []
    open_ones = [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_ones:
        mode = "700" if path.is_dir() else "600"
        yield Check("files", Level.FAILED, f"Others may read or change {path}. Close it with: chmod {mode} '{path}'")
    if not open_ones:
        there = sum(path.exists() for path in private)
        yield Check("files", Level.OK, f"{there} found, readable by you alone")


def _journal() -> Check:
    """Whether the payments journal is whole; it is only read."""
    path = journal_file()
    if not path.exists():
        return Check("journal", Level.OK, "no payments yet")
    if not path.is_file():  # SQLite would wait for a named pipe
        return Check("journal", Level.FAILED, not_a_file(path))
    try:
        with closing(connect(path, mode="ro", busy_s=2)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return Check("journal", Level.FAILED, f"{path} cannot be read ({error}). Keep a copy of it before you go on.")
    if answer != "ok":
        return Check("journal", Level.FAILED, f"{path} is damaged. Keep a copy of it; the next start sets it aside.")
    return Check("journal", Level.OK, str(path))


def _keymap() -> Iterator[Check]:
    path = keymap_file()
    if os.path.exists(path):  # unlike Path.exists it never raises
        from tui.app.keymap import load_keymap

        problems = load_keymap(path).problems
        yield from (Check("keymap", Level.LOOK, problem) for problem in problems)
        if not problems:
            yield Check("keymap", Level.OK, str(path))


def _keyring() -> Check:
    try:
        return Check("keyring", Level.OK, usable_backend())
    except SecretUnavailable as why:
        return Check("keyring", Level.LOOK, f"{why} Tokens can be kept in 0600 files: billtop login --store file")


def _terminal() -> Iterator[Check]:
    size = shutil.get_terminal_size()
    term, colors = os.environ.get("TERM", ""), os.environ.get("COLORTERM", "")
    told = f"{term or 'no TERM'}, {'true colour' if colors in {'truecolor', '24bit'} else 'fewer colours'}"
    if os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"):
        told += ", over SSH: links are shown, no browser is opened here"
    if os.environ.get("TMUX"):
        told += ", in tmux: copying needs `set -g set-clipboard on`"
    dumb = term in {"", "dumb"} and sys.stderr.isatty()
    yield Check("terminal", Level.LOOK if dumb else Level.OK, told)
    if size < os.terminal_size(_LEAST) or size.lines < _LEAST[1]:
        found = f"{size.columns} x {size.lines}: the dashboard needs at least {_LEAST[0]} x {_LEAST[1]}"
        yield Check("size", Level.LOOK, found)
    else:
        yield Check("size", Level.OK, f"{size.columns} x {size.lines}")
    encoding = sys.stdout.encoding or "unknown"
    fine = encoding.lower().replace("-", "") == "utf8"
    advice = "" if fine else ": QR codes and bars need UTF-8, for example LC_ALL=C.UTF-8"
    yield Check("encoding", Level.OK if fine else Level.LOOK, encoding + advice)


def _environment() -> Iterator[Check]:
    if os.environ.get("SSLKEYLOGFILE"):
        yield Check("TLS", Level.FAILED, "SSLKEYLOGFILE is set: it records the keys that protect your token. Unset it.")
    proxies = [name for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy") if os.environ.get(name)]
    if proxies:
        yield Check("proxy", Level.LOOK, f"requests go through the proxy of {proxies[0]}")


def _accounts(*, contract: bool) -> list[Check]:
    """Each account at the same time: whether it answers, takes the token, and has the same time."""

    async def all_of_them() -> list[list[Check]]:
        return await asyncio.gather(*(_account(each, contract=contract) for each in _known_accounts()[0]))

    return list(chain.from_iterable(asyncio.run(all_of_them())))


async def _account(account: AccountConfig | StoredAccount, *, contract: bool) -> list[Check]:
    from tui.providers.connect import connect

    what = str(account.ref.name)
    try:
        # In a thread: a keyring that does not answer must not hold the other accounts.
        config = await asyncio.to_thread(account.unlock)
        provider = await asyncio.to_thread(connect, config, SystemClock())
    except ConfigurationError as error:
        return [_failed(what, error)]
    async with aclosing(provider):
        return [await _answers(what, provider), *(await contract_of(what, provider) if contract else [])]


async def _answers(what: str, provider: Provider) -> Check:
    from tui.providers.base import HasBalance, having

    try:
        balance = await having(provider, HasBalance).balance()
    except BillingError as error:
        return _failed(what, error)
    skew = provider.server_offset.total_seconds()
    if abs(skew) > _SKEW:
        way = "behind" if skew > 0 else "ahead of"
        found = f"answers; this machine's clock is {abs(skew):.0f} s {way} the provider's: set it"
        return Check(what, Level.LOOK, found)
    return Check(what, Level.OK, f"answers, the token works, {balance.available} available")


def _failed(what: str, error: BillingError | ConfigurationError) -> Check:
    failure = explain(error)
    return Check(what, Level.FAILED, " ".join(filter(None, (failure.message, failure.advice))), failure.request_id)
