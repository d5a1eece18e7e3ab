"""`billtop sandbox`: the sandbox alone, for scripts and for a dashboard elsewhere on this machine."""

from tui.cli.demo import require_sandbox
from tui.cli.exit import UsageError
from tui.cli.options import Options
from tui.cli.output import Output


def run(options: Options, out: Output) -> int:
    """Serve until SIGTERM or Ctrl-C; the first line on stdout is a JSON object. Raises UsageError."""
    require_sandbox()
    from sqlite3 import DatabaseError

    from tui.sandbox.server import run as serve

    try:
        return serve(
            port=options.port,
            rows=options.rows,
            seed=options.seed,
            state=options.state,
            latency_ms=options.latency,
        )
    except OSError as error:
        raise UsageError(f"The sandbox cannot start: {error.strerror or type(error).__name__}.") from error
    except DatabaseError as error:
        raise UsageError(f"The file given with --state is not a sandbox's ({error}).") from error
