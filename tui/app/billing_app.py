"""The dashboard: its accounts, their screens and themes, and what is announced on all of them."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from textual.app import SystemCommand
from textual.driver import Driver
from textual.events import Resize
from textual.screen import Screen

from tui.app.commands import palette
from tui.app.main_screen import MainScreen
from tui.app.memory import give_back_large_pieces
from tui.app.navigation import Navigation
from tui.app.views import load_view
from tui.config.locations import keymap_file, log_file, shipped_themes_directory, user_themes_directory
from tui.config.themes import load_themes
from tui.screens.shared.too_small import TooSmallScreen, too_small
from tui.terminal.textual_compat import ChopsUpdate, CompositorUpdate, LayoutUpdate
from tui.widgets.palette import to_textual, variable_defaults

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tui.account.ledger_cache import Preloaded
    from tui.account.registry import AccountRegistry
    from tui.account.state import AccountSource, Snapshot
    from tui.account.store import AccountStore
    from tui.app.keymap import Keymap
    from tui.domain import Clock
    from tui.payments.events import Payment, PaymentChanged
    from tui.terminal.screen_buffer import ScreenBuffer

DEFAULT_THEME = "billtop-dark"
SWITCH_INTERVAL_S = 0.001
"""Seconds a thread goes on while another one wants to; Python's five are felt."""
_MOST_PROBLEMS = 3
"""Problems of theme files, or of the keymap, that one toast names."""
_STILL_WAITING = (
    "Payment in progress. billtop quits when it finishes.\r\n"
    "Ctrl-C ends it now: the next start looks at what became of a charge,\r\n"
    "and a link that nobody saw cannot be paid.\r\n"
)


class BillingApp(Navigation):
    """The dashboard of one account or several, of which one is shown.

    `zone` is where times are shown (None: this machine's), `remote` means the terminal is reached over SSH: no
    browser is opened then. Its return code is that of the process.
    """

    TITLE = "billtop"
    # Textual declares these for instances, so ClassVar would not override them.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        sources: Sequence[AccountSource],
        journal_file: Path,
        clock: Clock,
        *,
        zone: tzinfo | None = None,
        remote: bool = False,
        theme: str | None = None,
        problem: str | None = None,
        account_store: AccountStore | None = None,
        begun: Future[Preloaded] | None = None,
    ) -> None:
        """Take the accounts; nothing is read before the first paint.

        An unknown `theme` and a `problem` are reported at the start. Accounts are changed through `account_store`.
        `begun` is the first account's copy of the ledger, where it is being opened already.
        """
        super().__init__(sources, journal_file, clock, zone=zone, remote=remote)
        self.animation_level = "none"
        self._leaving: asyncio.Future[None] | None = None
        self._told_of_damage = False
        self._problem = problem
        self.account_store = account_store
        self._begun = begun
        self._theme_problems = self._register_themes()
        self._themes: dict[str, str] = {}
        self._choose_theme(theme)

    # -- life ---------------------------------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """A driver that survives its terminal; Textual's own where somebody chose one."""
        if "TEXTUAL_DRIVER" in os.environ:
            return super().get_driver_class()
        from tui.terminal.driver import TerminalDriver

        return TerminalDriver

    @property
    def _on_terminal(self) -> ScreenBuffer | None:
        """What the terminal shows, where the driver remembers it: Textual's own drivers do not."""
        return getattr(self.terminal_driver, "shown", None)

    def changed(self, update: ChopsUpdate | LayoutUpdate) -> CompositorUpdate | None:
        """Send only what the terminal does not show yet, where the driver knows that."""
        shown = self._on_terminal
        return update if shown is None else shown.differences(update, self.size, self.console)

    def get_default_screen(self) -> Screen[None]:
        """The screen everything else lies on, in the classes of its size: Textual gives it those once it is painted."""
        steps = zip(self.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True)
        return MainScreen(classes=" ".join(max(each for each in few if each[0] <= cells)[1] for cells, few in steps))

    def on_load(self) -> None:
        """Look up what is known already while the screen is built."""
        self.accounts.open(self._begun)

    def on_mount(self) -> None:
        """Begin to read once the first picture is painted."""
        self.call_after_refresh(self._painted)
        self.accounts_signal.subscribe(self, self._tell_of_damage)
        if self._problem:
            self.notify(self._problem, title="Accounts", severity="warning", timeout=30, markup=False)
        self._warn("Themes", self._theme_problems, "billtop themes")

    def _warn(self, title: str, problems: Sequence[str], command: str) -> None:
        """Say what is wrong in files of the user's; `command` lists all of it."""
        if problems:
            more = len(problems) - _MOST_PROBLEMS
            shown = [*problems[:_MOST_PROBLEMS], *([f"{more} more: {command}"] if more > 0 else [])]
            self.notify("\n".join(shown), title=title, severity="warning", timeout=30, markup=False)

    def _painted(self) -> None:
        if not gc.isenabled():
            # The start switched it off. What is there by now stays: going through it again and again would hold up a
            # key for a tenth of a second.
            gc.freeze()
            gc.enable()
            # Threads wait this long for a busy event loop to let go of the interpreter, and it for them.
            sys.setswitchinterval(SWITCH_INTERVAL_S)
        self.accounts.start()
        self.run_worker(self._take_keymap(), group="load")
        self.run_worker(asyncio.to_thread(load_view, "ledger"), group="load")
        self.run_worker(asyncio.to_thread(give_back_large_pieces), group="load")

    async def _take_keymap(self) -> None:
        """Give commands the keys that the user's keymap says, where there is one."""
        keymap = await asyncio.to_thread(_keymap, keymap_file())
        if keymap is not None:
            self.bound = keymap.keys
            self.set_keymap(keymap.keys)
            self.snapshot_signal.publish(self.snapshot)
            self._warn("Keymap", keymap.problems, "billtop keys")

    async def on_unmount(self) -> None:
        """Stop reading; a payment call on its way is waited for, in words on the terminal that was given back."""
        if self.accounts.paying and self.terminal_driver is not None:
            self.terminal_driver.write(_STILL_WAITING)
        await self.accounts.close()

    def on_resize(self, event: Resize) -> None:
        """Cover everything with one line while the terminal is too small; forms keep what was typed."""
        covered = isinstance(self.screen, TooSmallScreen)
        if too_small(event.size) and not covered:
            self.push_screen(TooSmallScreen())
        elif covered and not too_small(event.size):
            self.pop_screen()

    async def action_quit(self) -> None:
        """Quit; while a payment call is on its way, once it is answered or at the second press."""
        if self._leaving is not None or not self.accounts.paying:
            self.exit()
            return
        self.say("Payment in progress. billtop quits when it finishes; press q again to leave the screen now.")
        self._leaving = asyncio.ensure_future(self._quit_when_answered())

    async def _quit_when_answered(self) -> None:
        await self.accounts.answered()
        self.exit()

    def _tell_of_damage(self, accounts: AccountRegistry) -> None:
        """Say once that a damaged journal was set aside; 6 Activity goes on saying it."""
        notice = next((each.journal_notice for each in accounts.snapshots if each.journal_notice), None)
        if notice is not None and not self._told_of_damage:
            self._told_of_damage = True
            self.notify(notice, title="Payments journal", severity="warning", timeout=30, markup=False)

    def payment_changed(self, event: PaymentChanged[Payment], account: Snapshot) -> None:
        """Say on whatever screen is shown how a payment ended, and of which account where that is not the one shown."""
        if event.settled:
            self._announce(event.payment, account)
        self.payment_signal.publish(event)

    def _announce(self, payment: Payment, account: Snapshot) -> None:
        from tui.payments.events import payment_id
        from tui.payments.text import outcome_text, state_word
        from tui.widgets.status_styles import severity

        if payment_id(payment) in self.followed_payments:
            return
        whose = "" if account.name == self.snapshot.name else f"{account.name} ({account.provider_title}): "
        loud = severity(state_word(payment)[1])
        self.notify(whose + outcome_text(payment, self.zone), severity=loud, timeout=15, markup=False)

    def show_in_activity(self, payment_id: str) -> None:
        """Go to the Activity view with the cursor on a payment, once what lies over it is closed."""
        main = self.screen_stack[0]
        if isinstance(main, MainScreen):
            self.call_later(main.show_payment, payment_id)

    # -- accounts -----------------------------------------------------------------------------------------------

    def show_account(self, name: str, view_id: str | None = None) -> None:
        """Show another account in its own theme, on the view named or else the one shown now, where it has that."""
        if name != self.snapshot.name:
            self._themes[str(self.snapshot.name)] = self.theme
            self._show_anew(name, view_id)

    def put_account(self, source: AccountSource, *, instead_of: str | None) -> None:
        """Take an account in; when it takes the place of the one shown, its views are built anew."""
        was_shown = instead_of == self.snapshot.name
        self.accounts.put(source, instead_of=instead_of)
        if was_shown:
            self._themes.pop(str(source.name), None)
            self._show_anew(str(source.name))

    def drop_account(self, name: str) -> None:
        """Let go of an account; when it is the one shown, another one is shown."""
        was_shown = name == self.snapshot.name
        self.accounts.drop(name)
        if was_shown:
            self._show_anew(str(self.snapshot.name))

    def _show_anew(self, name: str, view_id: str | None = None) -> None:
        main = self.screen_stack[0]
        if isinstance(main, MainScreen):
            self.call_later(main.show_account, name, view_id)

    def account_shown(self) -> None:
        """Take the theme the account was last shown in, or its own, or the usual one."""
        wanted = self._themes.get(str(self.snapshot.name)) or self.accounts.shown_source.theme
        if not self._take_theme(wanted or self._usual_theme):
            self._take_theme(self._usual_theme)
            self.say(f"There is no theme {wanted!r}; ctrl+p lists them.", severity="warning")

    def action_accounts(self) -> None:
        """Choose another account, or change them."""
        from tui.screens.accounts.switcher import AccountsDialog

        if not self._no_more_dialogs and not isinstance(self.screen, AccountsDialog):
            self.push_screen(AccountsDialog())

    # -- keys and commands --------------------------------------------------------------------------------------

    def action_redraw(self) -> None:
        """Paint everything, for a terminal that something else has written on."""
        if self._on_terminal is not None:
            self._on_terminal.forget()
        self.refresh()

    def action_help(self) -> None:
        """List every key that works here."""
        from tui.screens.shared.help import HelpDialog

        if not isinstance(self.screen, HelpDialog):
            self.push_screen(HelpDialog(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        return palette(self, screen)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Make a picture of the screen, with card data hidden whoever asks for it."""
        from tui.widgets.secret_input import darkened

        with darkened(self.screen_stack):
            return super().export_screenshot(title=title, simplify=simplify)

    # -- themes -------------------------------------------------------------------------------------------------

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colour names for themes that do not know them."""
        return variable_defaults(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Take the colours of a theme; before there is a screen nothing was parsed that has to be parsed anew."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())
            self.stylesheet.update(self, animate=animate)

    def _register_themes(self) -> tuple[str, ...]:
        loaded = load_themes((shipped_themes_directory(), user_themes_directory()))
        for theme in loaded.themes:
            self.register_theme(to_textual(theme))
        self.own_themes = tuple(theme.name for theme in loaded.themes)
        return loaded.problems

    def _choose_theme(self, wanted: str | None) -> None:
        if self.theme == "textual-dark":
            # What Textual starts with when TEXTUAL_THEME names nothing.
            self.theme = DEFAULT_THEME
        self._usual_theme = self.theme
        own = self.accounts.shown_source.theme
        if not self._take_theme(wanted or own):
            self._theme_problems += (f"There is no theme {wanted or own!r}; ctrl+p lists them.",)

    def _take_theme(self, name: str | None) -> bool:
        """Take a theme, if any is named; tell whether there is one of that name."""
        known = name is None or self.get_theme(name) is not None
        if name is not None and known:
            self.theme = name
        return known

    # -- errors -------------------------------------------------------------------------------------------------

    def crash_report(self, error: BaseException | None) -> RenderableType:
        """A traceback that shows no values: locals hold tokens and payment links, texts quote input."""
        from tui.app.crash import crash_report

        logging.getLogger(__name__).critical("The dashboard ended by a fault.", exc_info=error)
        return crash_report(error, log_file())


def _keymap(path: Path) -> Keymap | None:
    """Read the keymap; what reading takes is imported only where there is one."""
    if not os.path.exists(path):  # unlike Path.exists it never raises
        return None
    from tui.app.keymap import load_keymap

    return load_keymap(path)
