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
from tui.widgets.commands import UNBOUND, Command, HasCommands, commands_of, is_listed, key_name

EVERYWHERE = (
    Command(
        "f",
        "add_funds",
        "add funds",
        id="app.add-funds",
        tooltip="By payment link or saved card",
        synonyms=("Top up", "Pay"),
        when=lambda app: app.snapshot.account is None or app.snapshot.can_pay,
        why_not=lambda app: why_no_funds(app.snapshot),
    ),
    Command(
        "a",
        "accounts",
        "account",
        id="app.accounts",
        tooltip="Choose, add, change or remove accounts",
        title="Accounts",
        synonyms=("Log in", "Switch account"),
    ),
    Command("ctrl+p", "command_palette", "commands", id="app.palette"),
    HELP,
    Command(
        "ctrl+l",
        "repaint",
        "redraw",
        id="app.redraw",
        tooltip="Paint what another program has written over",
        show=False,
    ),
    Command(
        "q",
        "quit",
        "quit",
        id="app.quit",
        tooltip="Leave billtop; open payments are watched again at the next start",
        synonyms=("Exit",),
        always=True,
    ),
    Command(UNBOUND, "change_theme", "theme", id="app.theme", tooltip="Choose the colours", show=False),
    Command(
        UNBOUND,
        "add_card",
        "add a card",
        id="app.add-card",
        tooltip="Card details go straight to Stripe",
        show=False,
        when=able(Capability.CARD_SETUP),
    ),
    Command(
        UNBOUND,
        "coupon",
        "redeem a coupon",
        id="app.coupon",
        tooltip="Some add to a purchase and charge a card",
        synonyms=("Promotion code",),
        show=False,
        when=able(Capability.COUPONS),
    ),
    Command(
        UNBOUND,
        "withdraw",
        "withdraw",
        id="app.withdraw",
        tooltip="Take money out of the wallet",
        synonyms=("Pay out",),
        show=False,
        when=able(Capability.WITHDRAWAL),
    ),
    Command(
        UNBOUND,
        "profile",
        "billing profile",
        id="app.profile",
        tooltip="Who invoices are made out to",
        synonyms=("Address", "Tax id"),
        show=False,
        when=able(Capability.PROFILE_CHANGES),
    ),
    Command(
        UNBOUND,
        "auto_recharge",
        "automatic recharge",
        id="app.auto-recharge",
        tooltip="Charge a card when little is left",
        show=False,
        when=able(Capability.AUTO_RECHARGE),
    ),
    Command(
        UNBOUND,
        "subscriptions",
        "manage subscriptions",
        id="app.subscriptions",
        tooltip="Another plan, pause, resume, a new period, pay what is owed",
        synonyms=("Cancel", "Upgrade"),
        show=False,
        when=able(Capability.SUBSCRIPTION_CHANGES),
    ),
)
"""What can be done on every screen; what has no key is in the palette, and a keymap can give it one."""


def palette(app: Host, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Every command with a help sentence that is offered on `screen`, with its key or why it cannot be used now."""
    keys = {active.binding.id: key for key, active in reversed(screen.active_bindings.items()) if key != UNBOUND}
    for node in _chain(app, screen):
        for command in commands_of(type(node)).values():
            if not command.tooltip or not is_listed(command, node) or (command.when and not command.when(node)):
                continue
            reason = node.why_not(command.action) if isinstance(node, HasCommands) else None
            key = f" ({key_name(keys[command.id])})" if command.id in keys else ""
            words = _plain(f"Not now: {reason}" if reason else f"{command.tooltip}{key}")
            title = _plain(command.title or command.description.capitalize())
            callback = partial(app.run_action, command.action, node)
            yield SystemCommand(title, words, callback)
            for other in command.synonyms:
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
