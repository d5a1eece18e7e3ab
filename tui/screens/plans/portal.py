"""The way to the pages where subscriptions are managed: a link of its own, as a code and as text."""

from operator import attrgetter
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content

from tui.payments.checkouts.gate import BadPaymentUrl, PaymentUrl, check_portal_url
from tui.providers.base import HasPortal
from tui.providers.errors import BillingError
from tui.screens.payments.code_dialog import CodeDialog
from tui.widgets.commands import command
from tui.widgets.format import BAD, BOLD, DIM
from tui.widgets.state_line import error_text


class PortalDialog(CodeDialog[None]):
    """Asks for a link when it opens."""

    BINDING_GROUP_TITLE = "Billing portal"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("portal.allow", "enter", "show it anyway", when=attrgetter("is_held_back")),
        command("portal.new-link", "r", "new link", action="ask"),
        command("portal.copy", "y", "copy link", when=attrgetter("is_shown")),
        command("portal.open", "o", "open link", when=attrgetter("is_shown")),
        command("portal.bigger", "z", "bigger", when=attrgetter("has_bigger")),
    ]
    texts = ("title", "state", "host", "link", "need")
    what = "Portal link"

    _link: PaymentUrl | None = None

    @property
    def gate(self) -> PaymentUrl | None:
        """The link that came last; one that the gate refuses is told as it comes."""
        return self._link

    def host_advice(self) -> str:
        """When to go on to a host that is not known."""
        return f"Go on only if it is one of {self.app.snapshot.provider_title}."

    def on_mount(self) -> None:
        """Ask for the link."""
        self.put("title", Content.styled("Manage subscriptions", BOLD))
        self.action_ask()

    def action_ask(self) -> None:
        """Ask for a link; one that was shown before may have died."""
        self._link, self._allowed = None, False
        title = self.app.snapshot.provider_title
        self._show(Content.styled(f"Asking {title} for a link…", DIM))
        self._ask()

    # exclusive: only the last of several answers is shown.
    @work(exclusive=True, group="portal", exit_on_error=False)
    async def _ask(self) -> None:
        account = self.app.snapshot.account
        try:
            url = await self.app.account_session.able(HasPortal).portal_link()
            if account is not None:
                self._link = check_portal_url(url, account)
        except BillingError as error:
            self._show(Content.assemble(("No link came. ", BAD), error_text(error)))
        except BadPaymentUrl as refusal:
            self._show(Content.assemble(("The link is not shown: ", BAD), f"{refusal}. Tell the provider."))
        else:
            self._show(Content.styled("It lets in whoever has it, and soon stops working: r makes a new one.", DIM))

    def _show(self, state: Content) -> None:
        self.put("state", state)
        self.show_link()

    def action_allow(self) -> None:
        """Show a link whose host is not known; that it soon stops working was said before."""
        self.put("state", "")
        super().action_allow()
