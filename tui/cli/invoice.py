"""`billtop invoice`: one invoice, where it can be seen, and its PDF as a file."""

import asyncio
from pathlib import Path

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.download import fetch_pdf
from tui.cli.exit import ExitCode, UsageError
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import local_day, pairs, table
from tui.domain import AccountRef, Invoice, InvoiceLinks, SafeText, checked_id
from tui.payments.checkouts.gate import BadPaymentUrl, check_document_url
from tui.providers.base import Capability, HasInvoices, Provider, having
from tui.providers.errors import NotFound
from tui.storage.files import safe_name, write_file, write_new_file


def run(options: Options, out: Output) -> ExitCode:
    """Print one invoice; with --pdf save its PDF first."""
    invoice_id = checked_id(options.invoice_id)

    async def shown(provider: Provider) -> ExitCode:
        bill = await having(provider, HasInvoices).invoice(invoice_id)
        given = await having(provider, HasInvoices).invoice_links(invoice_id)
        saved = None
        if options.pdf is not None:
            saved = await _save(provider, bill, given, options.pdf)
        links = _checked(given, provider.account, out)
        out.result(documents.whole_invoice(bill, links, str(saved) if saved else None), _lines(bill, links, saved))
        return ExitCode.DONE

    return on_account(options, shown, Capability.INVOICES)


def _checked(links: InvoiceLinks, account: AccountRef, out: Output) -> InvoiceLinks:
    """Leave out addresses that must not be opened, and say so."""

    def kept(url: str | None, what: str) -> str | None:
        try:
            return None if url is None else check_document_url(url, account).url
        except BadPaymentUrl as problem:
            out.say(f"The address of the {what} was refused: {problem}.")
            return None

    return InvoiceLinks(pdf_url=kept(links.pdf_url, "PDF"), hosted_url=kept(links.hosted_url, "page"))


async def _save(provider: Provider, bill: Invoice, links: InvoiceLinks, target: Path) -> Path:
    """Save the PDF as `target`, or under a name of its own when that is a directory; return where."""
    if links.pdf_url is None:
        raise NotFound(
            SafeText(f"Invoice {bill.number} has no PDF (it is {bill.status.label})."),
            hint=SafeText("An invoice gets its PDF when it is final: try again later."),
        )
    if target.exists() and not (target.is_dir() or target.is_file()):
        raise UsageError(f"{target} is neither a file nor a folder: a new file would take its place. Name another.")
    content = await fetch_pdf(links.pdf_url, provider.account)
    try:
        return await asyncio.to_thread(_put, target, bill, content)
    except OSError as error:
        raise UsageError(f"The PDF cannot be written to {target}: {error.strerror or error}.") from error


def _put(target: Path, bill: Invoice, content: bytes) -> Path:
    if target.is_dir():
        return write_new_file(target, safe_name(bill.number, ".pdf", fallback="invoice"), content)
    write_file(target, content)
    return target


def _lines(bill: Invoice, links: InvoiceLinks, saved: Path | None) -> list[str]:
    entries = [
        ("Invoice", str(bill.number)),
        ("Id", bill.id),
        ("Date", local_day(bill.at)),
        ("Status", bill.status.label),
        ("Amount", str(bill.amount)),
    ]
    if bill.period_start and bill.period_end:
        entries.append(("Period", f"{local_day(bill.period_start)} – {local_day(bill.period_end)}"))
    if bill.due_at:
        entries.append(("Due", local_day(bill.due_at)))
    entries += [(label, SafeText(url)) for label, url in (("PDF", links.pdf_url), ("Page", links.hosted_url)) if url]
    if saved:
        entries.append(("Saved", str(saved)))
    lines = pairs(entries)
    if bill.lines:
        rows = [(line.description, str(line.amount)) for line in bill.lines]
        lines += ["", *table(("Item", "Amount"), rows, right=frozenset({1}))]
    return lines
