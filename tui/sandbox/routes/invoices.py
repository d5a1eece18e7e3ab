"""/billing/invoices, and the documents that its links lead to."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from tui.sandbox import invoices
from tui.sandbox.call import Call, CallDep
from tui.sandbox.clock import iso
from tui.sandbox.errors import not_found
from tui.sandbox.invoices import Invoice
from tui.sandbox.models.billing import InvoiceDetail, InvoiceLine, InvoiceLinks, InvoiceRow
from tui.sandbox.pages import HTML, HTML_404, html
from tui.sandbox.pdf import Line, page
from tui.sandbox.routes.base import ItemId, answers, modelslab
from tui.sandbox.routes.billing import profile
from tui.sandbox.views import invoice_row
from tui.sandbox.wire import dollars

router = modelslab()
documents = APIRouter(default_response_class=HTMLResponse, tags=["Pages"])


def _invoice(call: Call, invoice_id: str) -> Invoice:
    invoice = invoices.find(call.world, invoice_id)
    if invoice is None:
        raise not_found("Invoice", "invoice_not_found")
    return invoice


def _page_url(call: Call, invoice: Invoice) -> str:
    return f"{call.base}/i/{invoice.id}"


@router.get("/billing/invoices", responses=answers(InvoiceRow, listed=True))
async def listing(call: CallDep) -> Response:
    """Return all invoices, newest first."""
    return call.ok([invoice_row(invoice) for invoice in invoices.listing(call.world)])


@router.get("/billing/invoices/{id}", responses=answers(InvoiceDetail, 404))
async def detail(call: CallDep, id: ItemId) -> Response:  # noqa: A002 - the documented name
    """Return one invoice with its lines."""
    invoice = _invoice(call, id)
    customer = profile(call.world)
    paid = invoice.amount if invoice.status == "paid" else 0
    return call.ok(
        InvoiceDetail(
            **dict(invoice_row(invoice)),
            period_start=iso(invoice.period_start),
            period_end=iso(invoice.period_end),
            customer_name=customer.name,
            customer_email=customer.email,
            lines=[InvoiceLine(description=text, quantity=1, amount=dollars(cents)) for text, cents in invoice.items()],
            amount_paid=dollars(paid),
            amount_due=dollars(invoice.amount - paid),
            hosted_invoice_url=_page_url(call, invoice),
            invoice_pdf=_page_url(call, invoice) + "/pdf",
        )
    )


@router.get("/billing/invoices/{id}/pdf", responses=answers(InvoiceLinks, 404))
async def links(call: CallDep, id: ItemId) -> Response:  # noqa: A002 - the documented name
    """Return where the documents are."""
    invoice = _invoice(call, id)
    here = _page_url(call, invoice)
    receipt = f"{here}?receipt=1" if invoice.status == "paid" else None
    return call.ok(
        InvoiceLinks(invoice_id=invoice.id, pdf_url=f"{here}/pdf", hosted_invoice_url=here, receipt_url=receipt)
    )


@documents.get("/i/{id}", responses={200: HTML, 404: HTML_404})
async def hosted(call: CallDep, id: str) -> Response:  # noqa: A002 - the documented name
    """Show an invoice; its address is all that is needed, as with the processor's."""
    invoice = invoices.find(call.world, id)
    if invoice is None:
        return html("gone.html", 404, title="No such invoice", text="Check the address.")
    return html(
        "invoice.html",
        number=invoice.number,
        state=invoice.status,
        date=iso(invoice.created_at)[:10],
        customer=profile(call.world),
        lines=[(text, f"{dollars(cents)}") for text, cents in invoice.items()],
        total=f"{dollars(invoice.amount)}",
        pdf=f"/i/{invoice.id}/pdf",
    )


@documents.get(
    "/i/{id}/pdf",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
        404: HTML_404,
    },
)
async def document(call: CallDep, id: str) -> Response:  # noqa: A002 - the documented name
    """Return an invoice as a PDF."""
    invoice = invoices.find(call.world, id)
    if invoice is None:
        return html("gone.html", 404, title="No such invoice", text="Check the address.")
    headers = {"Content-Disposition": f'attachment; filename="Invoice-{invoice.number}.pdf"'}
    return Response(page(_written(invoice, profile(call.world).name)), 200, headers, "application/pdf")


def _written(invoice: Invoice, customer: str) -> list[Line]:
    lines: list[Line] = [
        (60, 770, 22, "Invoice"),
        (60, 740, 11, f"Number {invoice.number}"),
        (60, 724, 11, f"Date {iso(invoice.created_at)[:10]}"),
        (60, 708, 11, f"Billed to {customer}"),
        (60, 692, 11, f"Status {invoice.status}"),
    ]
    y = 640
    for text, cents in invoice.items():
        lines += [(60, y, 12, text), (440, y, 12, f"{dollars(cents)} USD")]
        y -= 22
    return [
        *lines,
        (60, y - 14, 13, "Total"),
        (440, y - 14, 13, f"{dollars(invoice.amount)} USD"),
        (60, 60, 9, "Written by the billtop sandbox. No money moved."),
    ]
