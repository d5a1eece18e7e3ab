"""The command line: `billtop` and `python -m tui`.

Importing this costs nothing: each command loads what it needs when it is asked for.
"""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.cli.output import Output

_LISTS = ("plans", "subscriptions", "invoices", "orders", "cards", "lots")
_MODULES = {"": "dashboard", "balance": "overview", **dict.fromkeys(_LISTS, "lists")}
"""Which module of this package carries out a command, in its function `run`, where it has not the command's name."""


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line (the process's own without `argv`) and return its exit code.

    Errors end here: in words on stderr, or as a document on stdout with --json; never as a traceback.
    """
    from tui.cli.exit import ExitCode
    from tui.cli.output import Output

    _open_closed_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    out = Output(json="--json" in arguments, color="--no-color" not in arguments)
    with ExitStack() as until_end:
        try:
            return _carry_out(arguments, out, until_end)
        except SystemExit as end:  # --help and --version
            return end.code if isinstance(end.code, int) else ExitCode.DONE
        except KeyboardInterrupt:
            out.say("Interrupted.")
            return ExitCode.INTERRUPTED
        except BrokenPipeError:
            # Whoever read stdout has gone; what is left in the buffer must not fail again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return ExitCode.FAILED
        except Exception as error:
            from tui.cli.explain import explain

            return out.failure(explain(error))


def _carry_out(arguments: list[str], out: "Output", until_end: ExitStack) -> int:
    if arguments:
        from tui.cli.parser import parse

        options = parse(arguments)
    else:
        # The dashboard is meant, which takes no parser of all commands. What is imported now stays: looking for garbage
        # in it again and again takes a tenth of its start; it switches the collector on once it is painted.
        gc.disable()
        until_end.callback(gc.enable)
        from tui.cli.options import Options

        options = Options()
    _forbid_core_dumps()
    from tui.config.locations import log_file
    from tui.config.logs import log_to

    until_end.enter_context(log_to(log_file()))
    command = options.command or ""
    code: int = import_module(f"tui.cli.{_MODULES.get(command, command.replace('-', '_'))}").run(options, out)
    return code


def _open_closed_streams() -> None:
    """Give streams that the caller closed (`>&-`) somewhere to go: a payment must not end as a fault of printing it.

    Python has None for them. In this order each gets the number it stands for, which no other file must get.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


def _forbid_core_dumps() -> None:
    """Keep the token off the disk if the process crashes."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
