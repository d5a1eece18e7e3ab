"""One invoice: its lines, its period, and where it can be seen."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.domain import BadId, Invoice
from tui.payments.checkouts.gate import BadPaymentUrl, PaymentUrl, check_document_url
from tui.providers.base import HasInvoices
from tui.providers.errors import BillingError
from tui.screens.shared.account_text import refusal_text
from tui.screens.shared.dialog import ENTER_CLOSES, Dialog
from tui.widgets.commands import command
from tui.widgets.fields import Field, field_lines
from tui.widgets.format import BAD, DIM, WAIT, align_on_point, day_with_year, fit, lines
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText
from tui.widgets.status_styles import status_style

_LABELS = 8
_SHORTEST_NAME, _LONGEST_NAME = 12, 50
"""Columns of what a line is for."""


class InvoiceDialog(Dialog[None]):
    """An invoice; what the list left out is read when it opens, and says so while it is on its way or failed."""

    DEFAULT_CSS = """
    InvoiceDialog > #box PlainText { margin-bottom: 1; }
    """
    BINDING_GROUP_TITLE = "Invoice"

    def _why_no_page(self) -> str | None:
        return None if self._link else "There is no link to this invoice that could be opened."

    def _why_no_pdf(self) -> str | None:
        return None if self._pdf else "There is no PDF of this invoice that could be opened."

    BINDINGS: ClassVar[list[BindingType]] = [
        command("invoice.open", "o", "open", action="open('page')", why_not=_why_no_page),
        command("invoice.copy", "y", "copy link", action="copy('page')", why_not=_why_no_page),
        command("invoice.open-pdf", "p", "PDF", action="open('pdf')", why_not=_why_no_pdf),
        command("invoice.copy-pdf", "Y", "copy PDF link", action="copy('pdf')", show=False, why_not=_why_no_pdf),
        command("invoice.read", "r", "read again"),
        ENTER_CLOSES,
    ]

    def __init__(self, invoice: Invoice) -> None:
        """Show what the list told of `invoice`, then read the rest."""
        super().__init__()
        self._invoice = invoice
        self._read_in_full: Invoice | None = None
        self._page: PaymentUrl | None = None
        self._pdf: PaymentUrl | None = None

    def compose_dialog(self) -> Iterable[Widget]:
        """The head, the lines, the links; each with its own state."""
        yield PlainText(id="invoice-head")
        yield PlainText(id="invoice-lines")
        yield PlainText(id="invoice-links")

    def on_mount(self) -> None:
        """Show what is known and read the rest."""
        box = self.query_one("#box")
        # A long invoice is read with the arrow keys.
        box.can_focus = True
        box.focus()
        self._set("head", invoice_head(self._invoice, self.app.zone))
        self.action_read()

    def action_read(self) -> None:
        """Read lines and links, again if they were read before."""
        self._read_in_full = None
        self._set("lines", Content.styled("Reading the lines…", DIM))
        self._set("links", Content.styled("Asking where it can be seen…", DIM))
        self._page = self._pdf = None
        self._read_invoice()
        self._read_links()

    # exclusive: only the last of several reads may show something.
    @work(exclusive=True, group="invoice", exit_on_error=False)
    async def _read_invoice(self) -> None:
        try:
            invoice = await self.app.account_session.able(HasInvoices).invoice(self._invoice.id)
        except (BillingError, BadId) as error:
            self._set("lines", _failed("Could not read the lines. ", error))
            return
        self._set("head", invoice_head(invoice, self.app.zone))
        self._read_in_full = invoice
        self._set_lines()

    def on_resize(self) -> None:
        """Another width has other room for the lines."""
        self._set_lines()

    def _set_lines(self) -> None:
        if self._read_in_full is not None:
            box = self.query_one("#box")
            # The scroll bar comes and goes with the length.
            room = box.content_region.width - box.styles.scrollbar_size_vertical
            self._set("lines", invoice_lines(self._read_in_full, room))

    @work(exclusive=True, group="invoice-links", exit_on_error=False)
    async def _read_links(self) -> None:
        try:
            links = await self.app.account_session.able(HasInvoices).invoice_links(self._invoice.id)
        except (BillingError, BadId) as error:
            self._set("links", _failed("Could not ask for the links. ", error))
            return
        shown: list[Content] = []
        self._page = self._checked(links.hosted_url, "page", shown)
        self._pdf = self._checked(links.pdf_url, "PDF", shown)
        nothing = Content.styled(f"{self.app.snapshot.provider_title} gives no link to this invoice.", DIM)
        self._set("links", Content("\n\n").join(shown) if shown else nothing)

    def _checked(self, url: str | None, label: str, shown: list[Content]) -> PaymentUrl | None:
        """The link when it may be shown; what to show of it goes to `shown`."""
        account = self.app.snapshot.account
        if not url or account is None:
            return None
        try:
            checked = check_document_url(url, account)
        except BadPaymentUrl as reason:
            refused = Content.styled(f"not shown: {reason}.", WAIT)
            shown.append(field_lines([(label, refused)], label_width=_LABELS))
            return None
        shown.append(link_lines(label, checked))
        return checked

    def _set(self, part: str, content: Content) -> None:
        self.query_one(f"#invoice-{part}", PlainText).set_text(content)
        self.query_one(KeyLine).update_keys()

    # -- keys ---------------------------------------------------------------------------------------------------

    @property
    def _link(self) -> PaymentUrl | None:
        """The page, or the PDF when there is no page."""
        return self._page or self._pdf

    def action_open(self, what: str) -> None:
        """Open the page or the PDF in the browser, or show its link."""
        if link := self._pdf if what == "pdf" else self._link:
            self.app.open_or_show(link.url, f"Invoice {self._invoice.number}")

    def action_copy(self, what: str) -> None:
        """Copy the link to the page or the PDF."""
        if link := self._pdf if what == "pdf" else self._link:
            self.app.copy_text(link.url, "Invoice link")


def invoice_head(invoice: Invoice, zone: tzinfo | None) -> Content:
    """Number, amount, status and dates; what the provider did not tell is left out."""
    fields: list[Field] = [
        ("amount", Content.styled(f"{invoice.amount.digits} {invoice.amount.unit}", "bold")),
        ("status", Content.styled(invoice.status.label, status_style(invoice.status))),
    ]
    if invoice.at is not None:
        fields.append(("date", day_with_year(invoice.at, zone)))
    if invoice.due_at is not None:
        fields.append(("due", day_with_year(invoice.due_at, zone)))
    if invoice.period_start is not None or invoice.period_end is not None:
        fields.append(("period", f"{_day(invoice.period_start, zone)} to {_day(invoice.period_end, zone)}"))
    if invoice.description:
        fields.append(("for", invoice.description))
    return lines(
        [
            Content.styled(f"Invoice {invoice.number}", "bold"),
            Content(),
            field_lines(fields, label_width=_LABELS),
        ]
    )


def invoice_lines(invoice: Invoice, room: int) -> Content:
    """What is billed, amounts aligned on the point, and the sum; each within `room` columns."""
    if not invoice.lines:
        return Content.styled("The provider gives no lines for this invoice.", DIM)
    amounts = align_on_point([*(line.amount.digits for line in invoice.lines), invoice.amount.digits])
    sums = f"  {amounts[-1]} {invoice.amount.unit}"
    width = max(_SHORTEST_NAME, min(_LONGEST_NAME, room - len(sums)))
    named = zip(invoice.lines, amounts, strict=False)
    rows = [Content(f"{fit(line.description, width)}  {text}") for line, text in named]
    total = Content.assemble((fit("total", width), DIM), (sums, "bold"))
    return lines([*rows, total])


def link_lines(label: str, link: PaymentUrl) -> Content:
    """A link with its host on a line of its own, and the whole of it below, where it can be selected."""
    note = "" if link.trusted else ("   not a host of Stripe's", WAIT)
    host = field_lines([(label, Content.assemble(link.host, note))], label_width=_LABELS)
    return lines([host, Content.styled(link.url, Style(link=link.url))])


def _day(moment: datetime | None, zone: tzinfo | None) -> str:
    return day_with_year(moment, zone) if moment else "…"


def _failed(what: str, error: BillingError | BadId) -> Content:
    return Content.assemble((what, BAD), refusal_text(error), (" r tries again.", DIM))
