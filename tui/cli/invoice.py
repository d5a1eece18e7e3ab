"""`billtop invoice`: one invoice, where it can be seen, and its PDF as a file."""

from pathlib import Path

from tui.cli import documents
from tui.cli.connection import on_account
from tui.cli.download import save_pdf
from tui.cli.exit import ExitCode
from tui.cli.output import Output
from tui.cli.parser import Options
from tui.cli.table import local_day, pairs, table
from tui.domain import Invoice, InvoiceLinks, SafeText, checked_id
from tui.providers.base import Capability, Provider
from tui.providers.errors import NotFound


def run(options: Options, out: Output) -> ExitCode:
    """Print one invoice; with --pdf save its PDF first."""
    invoice_id = checked_id(options.invoice_id)

    async def shown(provider: Provider) -> ExitCode:
        bill = await provider.invoice(invoice_id)
        links = await provider.invoice_links(invoice_id)
        saved = None
        if options.pdf is not None:
            saved = await _save(provider, bill, links, options.pdf)
        out.result(documents.whole_invoice(bill, links, str(saved) if saved else None), _lines(bill, links, saved))
        return ExitCode.DONE

    return on_account(options, shown, Capability.INVOICES)


async def _save(provider: Provider, bill: Invoice, links: InvoiceLinks, target: Path) -> Path:
    if links.pdf_url is None:
        raise NotFound(
            SafeText(f"Invoice {bill.number} has no PDF (it is {bill.status.label})."),
            hint=SafeText("An invoice gets its PDF when it is final: try again later."),
        )
    path = target / f"invoice-{bill.id.replace(':', '-')}.pdf" if target.is_dir() else target
    await save_pdf(links.pdf_url, provider.account, path)
    return path


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
