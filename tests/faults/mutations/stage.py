"""Where a scenario runs: a sandbox, the proxy before it, folders of its own, and billtop in this process."""

import asyncio
import io
import logging
import os
import selectors
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from threading import Timer

from tests.faults.mutations.proxy import Answer, Change, Exchange, MutatingProxy
from tui.cli import main
from tui.config.accounts import AccountConfig, make_account
from tui.config.locations import journal_file, log_file
from tui.sandbox.harness import RunningSandbox, launch

ROWS = 40
"""Transactions of the sandbox: a page and no more."""
HURRY = 10
"""How much faster the event loop's time goes: waits between attempts cost a tenth."""
TIME_TO_READ = 0.5
"""Seconds a command that waits for ever has to read an answer before it is interrupted."""
_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


@dataclass
class Ran:
    """What came of a scenario."""

    code: int | None = None
    """The exit code of a command; None where there is none."""
    out: str = ""
    err: str = ""
    json: bool = False
    done: bool = False
    """Whether the payment, or whatever the scenario asks for, was said to be done."""
    looked_up: bool = False
    """Whether that was found out by reading afterwards."""
    crash: str = ""
    """What broke that must not: an exception nobody expected, a dashboard that ended."""
    says: Callable[[Answer], bool] | None = None
    """The oracle of this scenario; None where nothing can be said to be done."""


class _Broken(logging.Handler):
    """Notes exceptions that billtop logged because nothing in it expected them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)[-3:]
            way = " > ".join(f"{Path(each.filename).name}:{each.lineno}" for each in frames)
            self.seen.append(f"{type(error).__name__} logged: {way}: {str(error)[:100]}")


class _HurriedSelector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / HURRY if timeout else timeout)


class _HurriedLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are tenths."""

    def __init__(self) -> None:
        super().__init__(_HurriedSelector())

    def time(self) -> float:
        return super().time() * HURRY


class HurriedPolicy(asyncio.DefaultEventLoopPolicy):
    """Makes such loops."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return _HurriedLoop()


@dataclass
class Stage:
    """A sandbox behind the proxy, and what is needed to run a scenario on it."""

    below: Path
    """Where its folders are made."""
    sandbox: RunningSandbox = field(default_factory=lambda: launch(rows=ROWS, seed=3, rate_limits=False))
    change: Change | None = None
    """What the scenario under way is to be told wrongly, from `begin` on."""

    wallet: Decimal | None = None
    """What is in the wallet after a reset, once somebody looked."""

    def __post_init__(self) -> None:
        self.proxy = MutatingProxy(self.sandbox.origin)
        self.folder = Path(tempfile.mkdtemp(dir=self.below))
        self.accounts = self._accounts()
        for name in [name for name in os.environ if name.startswith("BILLTOP_") or name.lower().endswith("_proxy")]:
            del os.environ[name]
        for name in _FOLDERS:
            os.environ[name] = str(self.folder / name.lower())
        self._charged = 0
        self.broken = _Broken()
        logging.getLogger().addHandler(self.broken)

    def _accounts(self) -> dict[str, tuple[str, str, str]]:
        box, through = self.sandbox, self.proxy.through
        shop = through(box.product_factory_url)
        return {
            "modelslab": ("modelslab", through(box.modelslab_url), box.token),
            "olostep": ("olostep", through(box.olostep_url), box.olostep_token),
            "user": ("product-factory", shop, box.product_factory_token),
            "shop": ("product-factory", shop, box.product_factory_admin_token),
        }

    @property
    def stripe(self) -> str:
        """Stripe, through the proxy."""
        return self.proxy.through(self.sandbox.stripe_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must stand in no output."""
        tokens = {token for _, _, token in self.accounts.values()}
        return (*sorted(tokens), "4242424242424242", "4242 4242 4242 4242")

    def reset(self) -> None:
        """Begin a scenario: the account as it was made, empty folders, answers unchanged."""
        self.proxy.forget()
        self.sandbox.reset()
        self.sandbox.clear_faults()
        for name in _FOLDERS:
            shutil.rmtree(self.folder / name.lower(), ignore_errors=True)
        self._charged = len(self.sandbox.charges())

    def begin(self) -> None:
        """End the preparations: from now on answers are noted and changed."""
        self.proxy.exchanges.clear()
        self.broken.seen.clear()
        self.proxy.change = self.change

    @property
    def exchanges(self) -> list[Exchange]:
        """What billtop was answered since `begin`."""
        return self.proxy.exchanges

    def charged(self) -> int:
        """How often the sandbox charged since `reset`."""
        return len(self.sandbox.charges()) - self._charged

    def config(self, account: str) -> AccountConfig:
        """An account as the dashboard has it."""
        provider, url, token = self.accounts[account]
        return make_account(name=account, provider=provider, base_url=url, token=token, stripe_base_url=self.stripe)

    def run(self, account: str | None, *argv: str, stdin: str = "", json: bool = False) -> Ran:
        """Carry out one command line in this process; `account` None leaves the environment without one."""
        self._use(account)
        arguments = [*argv, "--json"] if json else list(argv)
        kept = sys.stdin, sys.stdout, sys.stderr
        printed, said = io.BytesIO(), io.BytesIO()
        sys.stdin = io.StringIO(stdin)
        sys.stdout, sys.stderr = (io.TextIOWrapper(raw, "utf-8", write_through=True) for raw in (printed, said))
        code, crash = 0, ""
        try:
            code = int(main(arguments))
        except BaseException:
            crash = traceback.format_exc(limit=-3)
        finally:
            texts = [_text(raw) for raw in (printed, said)]
            sys.stdin, sys.stdout, sys.stderr = kept
        return Ran(code, texts[0], texts[1], json=json, crash=crash)

    def _use(self, account: str | None) -> None:
        for name in [name for name in os.environ if name.startswith("BILLTOP_")]:
            del os.environ[name]
        if account is not None:
            provider, url, token = self.accounts[account]
            os.environ["BILLTOP_PROVIDER"], os.environ["BILLTOP_BASE_URL"] = provider, url
            os.environ["BILLTOP_TOKEN"], os.environ["BILLTOP_STRIPE_BASE_URL"] = token, self.stripe

    @property
    def journal(self) -> Path:
        """The payments journal, its folder made."""
        journal_file().parent.mkdir(parents=True, exist_ok=True)
        return journal_file()

    def log(self) -> str:
        """What was logged since `reset`."""
        with suppress(FileNotFoundError):
            return log_file().read_text("utf-8", "replace")
        return ""

    def close(self) -> None:
        """End the sandbox and take the folders away."""
        logging.getLogger().removeHandler(self.broken)
        self.proxy.close()
        self.sandbox.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _text(raw: io.BytesIO) -> str:
    return raw.getvalue().decode("utf-8", "surrogateescape")


@contextmanager
def interrupted_after(stage: Stage, endpoint: str) -> Iterator[None]:
    """Send SIGINT, as a person's Ctrl-C, once `endpoint` has answered and billtop has had time to read it."""
    timers: list[Timer] = []

    def answered(asked: str) -> None:
        if asked == endpoint and not timers:
            timers.append(Timer(TIME_TO_READ, os.kill, (os.getpid(), signal.SIGINT)))
            timers[0].start()

    stage.proxy.after = answered
    try:
        yield
    finally:
        stage.proxy.after = None
        for timer in timers:
            timer.cancel()
