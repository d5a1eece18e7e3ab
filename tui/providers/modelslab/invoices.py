"""Invoices from ModelsLab's wire; raises ProtocolError for what cannot be read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from tui.domain import Invoice, InvoiceLine, InvoiceLinks, InvoiceStatus, Money, SafeText
from tui.providers.modelslab.envelope import rows
from tui.providers.modelslab.models import WireInvoice, WireInvoiceLine
from tui.providers.transport import Json
from tui.providers.wire import each, inner, read, url_or_none

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LINE_KEYS = ("lines", "line_items", "items")
_PDF_KEYS = ("pdf_url", "invoice_pdf", "pdf", "download_url", "url")
_PAGE_KEYS = ("hosted_invoice_url", "hosted_url", "receipt_url")


def to_invoices(data: Json) -> tuple[Invoice, ...]:
    """Read all invoices, newest first."""
    found = each(rows(data, "invoices"), to_invoice, "invoice")
    return tuple(sorted(found, key=lambda invoice: invoice.at or _EARLIEST, reverse=True))


def to_invoice(data: Json, what: str = "invoice") -> Invoice:
    """Read one invoice, with its lines where it has them."""
    row = inner(data, "invoice")
    wire = read(WireInvoice, row, what)
    return Invoice(
        id=wire.id,
        number=wire.number or SafeText(wire.id),
        amount=Money(wire.amount, wire.currency),
        status=InvoiceStatus(wire.status.lower()),
        at=wire.at,
        period_start=wire.period_start,
        period_end=wire.period_end,
        due_at=wire.due_at,
        description=wire.description or None,
        lines=each(_lines(row), lambda line, name: _to_line(line, name, wire.currency), f"{what}, line"),
    )


def _lines(row: Json) -> list[Json]:
    if not isinstance(row, dict):
        return []
    return rows(next((row[key] for key in _LINE_KEYS if row.get(key)), None))


def _to_line(row: Json, what: str, unit: str) -> InvoiceLine:
    wire = read(WireInvoiceLine, row, what)
    return InvoiceLine(wire.description, Money(wire.amount, wire.currency or unit))


def to_invoice_links(body: Json) -> InvoiceLinks:
    """Find an invoice's addresses in the whole answer: at its top, under `data`, or in lists of addresses.

    An address without a name that tells its kind is the PDF when it looks like one, or when no other is there.
    """
    found = list(_addresses(body))
    pdf = _first(found, _PDF_KEYS)
    page = _first(found, _PAGE_KEYS)
    loose = [url for key, url in found if key == "" and url not in (pdf, page)]
    if pdf is None and loose:
        pdf = next((url for url in loose if "pdf" in urlsplit(url).path.lower()), loose[0])
    if page is None:
        page = next((url for url in loose if url != pdf), None)
    return InvoiceLinks(pdf_url=pdf, hosted_url=page)


def _first(found: list[tuple[str, str]], keys: tuple[str, ...]) -> str | None:
    return next((url for wanted in keys for key, url in found if key == wanted), None)


def _addresses(place: Json, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield all addresses with the name they stand under; empty for members of lists and for `data` itself."""
    if isinstance(place, dict) and depth < 4:
        for name, value in place.items():
            yield from _addresses(value, "" if name == "data" else name, depth + 1)
    elif isinstance(place, list) and depth < 4:
        for value in place:
            yield from _addresses(value, "", depth + 1)
    elif url := url_or_none(place):
        yield key, url
