"""`billtop portal`: a link to the page where subscriptions are managed."""

from tui.cli.connection import on_account
from tui.cli.exit import ExitCode
from tui.cli.fund import refuse_read_only
from tui.cli.link import show_code
from tui.cli.options import Options
from tui.cli.output import Output
from tui.payments.checkouts.gate import check_portal_url
from tui.providers.base import Capability, HasPortal, Provider, having


def run(options: Options, out: Output) -> ExitCode:
    """Ask for a link and print it, with its QR code where there is a terminal."""
    refuse_read_only(options, "A link that lets in whoever has it")

    async def linked(provider: Provider) -> ExitCode:
        account = provider.account
        link = check_portal_url(await having(provider, HasPortal).portal_link(), account)
        out.say(
            f"Subscriptions of {account.name} · {account.provider_title} · {account.mode.value.upper()}",
            f"The link goes to {link.host}, lets in whoever has it, and soon stops working.",
        )
        if link.trusted:
            show_code(link.url, out)
        else:
            out.say(f"Check this host before you log in: {link.host} is not one of a payment processor billtop knows.")
        out.result({"url": link.url, "host": link.host, "known_host": link.trusted}, [link.url])
        return ExitCode.DONE

    return on_account(options, linked, Capability.PORTAL)
