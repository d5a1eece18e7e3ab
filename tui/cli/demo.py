"""`billtop demo`: the dashboard on an embedded sandbox, with nothing to configure and nothing kept."""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tui.cli.dashboard import chosen_first, require_terminal, show
from tui.cli.demo_accounts import DemoSandbox, demo_accounts
from tui.cli.options import Options
from tui.cli.output import Output
from tui.config.accounts import ConfigurationError

_PACKAGES = ("fastapi", "uvicorn", "jinja2", "python_multipart")
"""What the sandbox needs beyond billtop itself: the extra `demo`."""


def run(options: Options, out: Output) -> int:
    """Open the dashboard on a sandbox of its own, with an account of each provider.

    Raises UsageError, ConfigurationError.
    """
    require_terminal(options)
    require_sandbox()
    sandbox = DemoSandbox(options.rows, options.seed)
    try:
        # Payment links of the demo mean nothing later: they stay out of the person's own journal.
        with TemporaryDirectory(prefix="billtop-demo-") as folder:
            accounts = chosen_first(demo_accounts(sandbox, read_only=options.read_only), options.account)
            return show(accounts, Path(folder) / "payments.sqlite3", options)
    finally:
        sandbox.close()
        if sandbox.died:
            out.say("The demo's sandbox had ended by itself; start the demo again for a new one.")


def require_sandbox() -> None:
    """Refuse when the packages of the sandbox are not installed. Raises ConfigurationError."""
    if any(find_spec(package) is None for package in _PACKAGES):
        raise ConfigurationError(
            "The sandbox needs packages that are not installed. Install them with:\n"
            "  python3 -m pip install 'billtop[demo]'"
        )
