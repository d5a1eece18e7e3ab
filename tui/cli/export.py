"""`billtop export`: transactions for a spreadsheet, a program or a bookkeeping tool."""

import sys
from functools import partial

from tui.cli.exit import ExitCode, UsageError
from tui.cli.output import Output
from tui.cli.parser import Options
from tui.cli.synced import ReadingLine, on_ledger
from tui.domain import AccountRef, SystemClock
from tui.ledger.export import ExportFormat, export_file, write_export
from tui.ledger.query import Query, QueryError, parse
from tui.ledger.store import LedgerStore
from tui.ledger.stored import stored_result


def run(options: Options, out: Output) -> ExitCode:
    """Write the transactions that match, oldest first, to --output or stdout; what is said goes to stderr."""
    if options.json and options.output is None:
        raise UsageError("With --json the result says what was written: name a file with --output.")
    query = parse(options.query, SystemClock().now(), finished=True)
    if isinstance(query, QueryError):
        raise UsageError(f"The query cannot be used at “{query.word}”: {query.message}")
    return on_ledger(options, out, partial(_export, options, out, query))


def _export(options: Options, out: Output, query: Query, store: LedgerStore, account: AccountRef) -> ExitCode:
    kind = ExportFormat(options.format)
    line = ReadingLine(out)
    if options.output is not None and options.output.is_dir():
        raise UsageError(f"{options.output} is a folder: name a file in it.")

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
            raise UsageError(f"The export cannot be written to {options.output}: {error.strerror or error}.") from error
        finally:
            line.end()
    sums = ", ".join(f"in {each.credit}, out {each.debit}" for each in found.totals.sums)
    document = {"output": str(options.output), "format": kind.value, "count": found.totals.count}
    out.result(document, [f"{found.totals.count:,} transactions, {sums}, are in {options.output}"])
    return ExitCode.DONE
