"""The commands of the whole dashboard, and the palette: the commands of everything that is shown."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.dom import DOMNode
from textual.screen import Screen

from tui.providers.base import Capability
from tui.screens.shared.availability import able, why_no_funds
from tui.screens.shared.dialog import HELP
from tui.screens.shared.host import Host
from tui.widgets.commands import UNBOUND, HasCommands, command, commands_of, is_listed, key_name

EVERYWHERE = (
    command(
        "app.add-funds",
        "f",
        "add funds",
        "By payment link or saved card",
        synonyms=("Top up", "Pay"),
        when=lambda app: app.snapshot.account is None or app.snapshot.can_pay,
        why_not=lambda app: why_no_funds(app.snapshot),
    ),
    command(
        "app.accounts",
        "a",
        "account",
        "Choose, add, change or remove accounts",
        title="Accounts",
        synonyms=("Log in", "Switch account"),
    ),
    command("app.palette", "ctrl+p", "commands", action="command_palette"),
    HELP,
    command("app.redraw", "ctrl+l", "redraw", "Redraw what another program wrote over", show=False),
    command(
        "app.quit",
        "q",
        "quit",
        "Leave billtop; open payments are watched again at the next start",
        synonyms=("Exit",),
        always=True,
    ),
    command("app.theme", UNBOUND, "theme", "Choose the colours", action="change_theme"),
    command(
        "app.add-card", UNBOUND, "add a card", "Card details go straight to Stripe", when=able(Capability.CARD_SETUP)
    ),
    command(
        "app.coupon",
        UNBOUND,
        "redeem a coupon",
        "Some add to a purchase and charge a card",
        synonyms=("Promotion code",),
        when=able(Capability.COUPONS),
    ),
    command(
        "app.withdraw",
        UNBOUND,
        "withdraw",
        "Take money out of the wallet",
        synonyms=("Pay out",),
        when=able(Capability.WITHDRAWAL),
    ),
    command(
        "app.profile",
        UNBOUND,
        "billing profile",
        "Who invoices are made out to",
        synonyms=("Address", "Tax id"),
        when=able(Capability.PROFILE_CHANGES),
    ),
    command(
        "app.auto-recharge",
        UNBOUND,
        "automatic recharge",
        "Charge a card when little is left",
        when=able(Capability.AUTO_RECHARGE),
    ),
    command(
        "app.subscriptions",
        UNBOUND,
        "manage subscriptions",
        "Another plan, pause, resume, a new period, pay what is owed",
        synonyms=("Cancel", "Upgrade"),
        when=able(Capability.SUBSCRIPTION_CHANGES),
    ),
)
"""What can be done on every screen; what has no key is in the palette, and a keymap can give it one."""


def palette(app: Host, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Every command with a help sentence that is offered on `screen`, with its key or why it cannot be used now."""
    keys = {active.binding.id: key for key, active in reversed(screen.active_bindings.items()) if key != UNBOUND}
    for node in _chain(app, screen):
        for each in commands_of(type(node)).values():
            if not each.tooltip or not is_listed(each, node) or (each.when and not each.when(node)):
                continue
            reason = node.why_not(each.action) if isinstance(node, HasCommands) else None
            key = f" ({key_name(keys[each.id])})" if each.id in keys else ""
            words = _plain(f"Not now: {reason}" if reason else f"{each.tooltip}{key}")
            title = _plain(each.title or each.description.capitalize())
            callback = partial(app.run_action, each.action, node)
            yield SystemCommand(title, words, callback)
            for other in each.synonyms:
                yield SystemCommand(f"{other}: {title}", words, callback, discover=False)
    if screen is app.screen_stack[0]:
        for name in app.accounts.names:
            if name != app.snapshot.name:
                yield SystemCommand(_plain(f"Show {name}"), "Another account", partial(app.show_account, name))


def _chain(app: Host, screen: Screen[Any]) -> Iterable[DOMNode]:
    """What has the focus and all it lies in, as far as keys reach."""
    for node in screen.focused.ancestors_with_self if screen.focused else (screen, app):
        yield node
        if node.is_modal:
            return


def _plain(words: str) -> str:
    """The palette reads markup; what people and providers call things may have any sign in it."""
    return words.replace("[", "(")
