"""`billtop export`: transactions for a spreadsheet, a program or a bookkeeping tool."""

import sys
from copy import copy
from functools import partial
from pathlib import Path

from tui.cli.exit import ExitCode, UsageError
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.synced import ReadingLine, on_ledger, typed_query
from tui.domain import AccountRef
from tui.ledger.export.export import ExportFormat, export_file, write_export
from tui.ledger.query.query import Query
from tui.ledger.results.stored import stored_result
from tui.ledger.store.store import LedgerStore


def run(options: Options, out: Output) -> ExitCode:
    """Write the transactions that match, oldest first, to --output or stdout; what is said goes to stderr."""
    if options.output == Path("-"):
        options = copy(options)
        options.output = None
    if options.json and options.output is None:
        raise UsageError("With --json the result says what was written: name a file with --output.")
    query = typed_query(options)
    # Before anything is read: that may take minutes.
    there = options.output is not None and _is_file_there(options.output)
    return on_ledger(options, out, partial(_export, options, out, query, there))


def _export(
    options: Options, out: Output, query: Query, there: bool, store: LedgerStore, account: AccountRef
) -> ExitCode:
    kind = ExportFormat(options.format)
    line = ReadingLine(out)
    if not store.complete:
        out.say(f"Only the newest {store.count():,} transactions were read: older ones are missing in this export.")

    def told(rows: int) -> None:
        line.say(f"Writing {rows:,} of {found.totals.count:,} transactions")

    with stored_result(store, query) as found:
        if options.output is None:
            write_export(sys.stdout.buffer.write, kind, found.rows, account)
            sys.stdout.buffer.flush()
            return ExitCode.DONE
        try:
            export_file(options.output, kind, found.rows, account, told)
        except OSError as error:
            words = f"The export cannot be written to {options.output}: {error.strerror or error}. Name another place."
            raise UsageError(words) from error
        finally:
            line.end()
    document = {
        "output": str(options.output),
        "format": kind.value,
        "count": found.totals.count,
        "complete": store.complete,
    }
    instead = ", in place of the file that was there" if there else ""
    out.result(
        document, [f"{found.totals.count:,} transactions, {found.totals.moved}, are in {options.output}{instead}"]
    )
    return ExitCode.DONE


def _is_file_there(output: Path) -> bool:
    """Whether a file is there, which is to be replaced.

    Raises UsageError for anything else: a new file would take its place, even that of /dev/null.
    """
    if output.is_dir():
        raise UsageError(f"{output} is a folder: name a file in it.")
    if output.exists() and not output.is_file():
        raise UsageError(f"{output} is no file: leave --output out, and the export goes to standard output.")
    return output.exists()
