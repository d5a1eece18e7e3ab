"""`billtop demo`: the dashboard on an embedded sandbox, with nothing to configure and nothing kept."""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tui.cli.dashboard import require_terminal, show
from tui.cli.output import Output
from tui.cli.parser import Options
from tui.cli.sources import DemoAccount
from tui.config.accounts import ConfigurationError

_PACKAGES = ("fastapi", "uvicorn", "jinja2", "python_multipart")
"""What the sandbox needs beyond billtop itself: the extra `demo`."""


def run(options: Options, out: Output) -> int:
    """Open the dashboard on a sandbox of its own. Raises UsageError, ConfigurationError."""
    require_terminal(options)
    require_sandbox()
    account = DemoAccount(options.rows, options.seed, read_only=options.read_only)
    try:
        # Payment links of the demo mean nothing later: they stay out of the person's own journal.
        with TemporaryDirectory(prefix="billtop-demo-") as folder:
            return show(account, Path(folder) / "payments.sqlite3", options)
    finally:
        account.close()
        if account.died:
            out.say("The demo's sandbox had ended by itself; start the demo again for a new one.")


def require_sandbox() -> None:
    """Refuse when the packages of the sandbox are not installed. Raises ConfigurationError."""
    if any(find_spec(package) is None for package in _PACKAGES):
        raise ConfigurationError(
            "The sandbox needs packages that are not installed. Install them with:\n"
            "  python3 -m pip install 'billtop[demo]'"
        )
