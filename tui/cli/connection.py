"""The account a command works on."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

from tui.cli.exit import ExitCode, UsageError, no_such_account
from tui.cli.options import Options
from tui.config.accounts import AccountConfig, ConfigurationError, account_from_environment
from tui.config.locations import accounts_file
from tui.config.store import usable_book
from tui.config.stored import AccountBook, AddressChanged, StoredAccount, address_question
from tui.domain import SystemClock
from tui.providers.base import Capability, Provider

NO_ACCOUNT = """No account is configured. Log in: `billtop login`. Or set these variables:
  BILLTOP_TOKEN     the account's access token
  BILLTOP_PROVIDER  modelslab (the default), olostep or product-factory
  BILLTOP_BASE_URL  only when it is not the provider's own address
Or look around first: `billtop demo` needs nothing."""


class NoAccount(ConfigurationError):
    """There is no account at all, neither stored nor in the environment."""

    def __init__(self) -> None:
        super().__init__(NO_ACCOUNT)


def chosen_account(options: Options) -> AccountConfig | StoredAccount:
    """The account `options` ask for: of the environment, or a stored one whose token is not read yet.

    Raises ConfigurationError, UsageError.
    """
    config = account_from_environment(os.environ)
    if config is not None and options.account in {None, str(config.ref.name)}:
        return config
    book = usable_book(accounts_file())
    stored = book.pick(options.account)
    if stored is not None:
        return stored
    names = [*([str(config.ref.name)] if config else []), *book.accounts]
    if names:
        raise no_such_account(names)
    raise NoAccount


def all_accounts() -> tuple[list[AccountConfig | StoredAccount], str | None]:
    """Every account there is, the one used unless told otherwise first, and why some of the stored ones are missing.

    The environment's goes before stored ones, as for `chosen_account`.
    Raises NoAccount when there is none, ConfigurationError when there is none that can be used.
    """
    config, book, problem = account_from_environment(os.environ), AccountBook(), None
    try:
        book = usable_book(accounts_file())
    except ConfigurationError as error:
        if config is None:
            raise
        problem = str(error)
    if book.broken:
        problem = " ".join(book.broken.values())
        if config is None and not book.accounts:
            raise ConfigurationError(problem)
    stored = sorted(book.accounts.values(), key=lambda each: each.name != book.current)
    found: list[AccountConfig | StoredAccount] = [config] if config else []
    found += [each for each in stored if config is None or each.ref.name != config.ref.name]
    if not found:
        raise NoAccount
    return found, problem


def unlocked(account: AccountConfig | StoredAccount, options: Options) -> AccountConfig:
    """The account with its token. A terminal is asked before the token goes to another address than it was stored for.

    A keyring may take 3 s. Raises AddressChanged where the answer was no or nobody can be asked, ConfigurationError.
    """
    try:
        return account.unlock()
    except AddressChanged as changed:
        if not address_confirmed(changed, options):
            raise
        changed.account.confirm_address()
        return changed.account.unlock()


def address_confirmed(changed: AddressChanged, options: Options) -> bool:
    """Whether the person at the terminal agrees to the new address; False where there is no terminal.

    No `--yes` answers this: it agrees to a payment, not to another host.
    """
    from tui.cli.confirm import can_ask, confirmed
    from tui.cli.output import Output

    if not can_ask():
        return False
    lines = [f"The address of {changed.account.name} changed in {accounts_file()}.", *changed.changes]
    question = address_question(changed.account.name)
    return confirmed(lines, question, yes=False, out=Output(json=options.json, color=not options.no_color))


@asynccontextmanager
async def connected(options: Options, *needed: Capability) -> AsyncIterator[Provider]:
    """Connect to the account and close the connection afterwards.

    Raises ConfigurationError, and UsageError when the account cannot do what is `needed`.
    """
    from tui.providers.connect import connect

    async with aclosing(connect(unlocked(chosen_account(options), options), SystemClock())) as provider:
        require(provider, *needed)
        yield provider


def require(provider: Provider, *needed: Capability) -> None:
    """Raise UsageError when the account cannot do what is `needed`."""
    for capability in needed:
        if capability not in provider.capabilities:
            raise UsageError(f"{provider.account.provider_title} has no {capability.value}.")


def on_account(options: Options, work: Callable[[Provider], Awaitable[ExitCode]], *needed: Capability) -> ExitCode:
    """Connect, do `work`, close; return how it ended. Raises what `connected` and the provider raise."""

    async def connected_work() -> ExitCode:
        async with connected(options, *needed) as provider:
            return await work(provider)

    return asyncio.run(connected_work())
