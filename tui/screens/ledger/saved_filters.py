"""The saved filters of the account: choose one, keep the one that is shown, delete one."""

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.config.accounts import ConfigurationError
from tui.config.saved_filters import LONGEST_NAME, SavedFilter
from tui.domain import SafeText
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.dialog import Dialog
from tui.widgets.commands import HasCommands, command
from tui.widgets.format import BAD, BOLD, DIM, fit, sentence
from tui.widgets.key_line import KeyLine
from tui.widgets.plain_text import PlainText


class FilterList(HasCommands, OptionList):
    """The filters by name; up from the first goes to the field above."""

    BINDING_GROUP_TITLE = "Saved filters"

    def _why_none(self) -> str | None:
        return None if self.option_count else "No filter is kept yet."

    BINDINGS: ClassVar[list[BindingType]] = [
        command("saved-filters.use", "enter", "use it", action="select", why_not=_why_none),
        command("saved-filters.delete", "d,delete", "delete", action="screen.delete", why_not=_why_none),
    ]


class SavedFiltersDialog(Dialog[str]):
    """Lists the account's filters; ends in the query of the one that was chosen."""

    DEFAULT_CSS = """
    SavedFiltersDialog Input { background: $panel; margin-bottom: 1; }
    SavedFiltersDialog FilterList { height: auto; max-height: 12; border: none; padding: 0; background: transparent; }
    SavedFiltersDialog #said { margin-top: 1; }
    """
    BINDING_GROUP_TITLE = "Saved filters"

    def __init__(self, query: str) -> None:
        """Offer to keep `query`, the one that is shown; none is empty."""
        super().__init__()
        self._query = query.strip()
        self._filters: tuple[SavedFilter, ...] = ()

    def compose_dialog(self) -> Iterable[Widget]:
        """A name for what is shown, and the filters."""
        yield PlainText(Content.styled("Saved filters", BOLD))
        if self._query:
            yield PlainText(Content.assemble(("Keep ", DIM), f"“{self._query}”", (" under a name:", DIM)))
            yield Input(placeholder="a name, then enter", max_length=LONGEST_NAME, compact=True)
        yield FilterList(markup=False, compact=True)
        yield PlainText(id="said")

    def on_mount(self) -> None:
        """Read the file."""
        self._read()

    @work(exclusive=True, group="filters-read")
    async def _read(self, said: str = "") -> None:
        try:
            self._filters = await asyncio.to_thread(self.app.account_session.ledger.saved_filters.all)
        except ConfigurationError as problem:
            self._tell(sentence(str(problem)), BAD)
            return
        width = max((len(each.name) for each in self._filters), default=0)
        options = self.query_one(FilterList)
        before = options.highlighted or 0
        options.clear_options()
        options.add_options(
            [Option(Content.assemble(fit(each.name, width), (f"   {each.query}", DIM))) for each in self._filters]
        )
        if self._filters:
            options.highlighted = min(before, len(self._filters) - 1)
        if self._filters and not self._query:
            options.focus()
        nothing = "" if self._filters or self._query else "None yet. Filter with /, then come back to keep the filter."
        self._tell(said or nothing)
        self.query_one(KeyLine).update_keys()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the query."""
        if event.value.strip():
            self._save(event.value)

    @work(exclusive=True, group="filters")
    async def _save(self, name: str) -> None:
        before = next((each.query for each in self._filters if each.name == SafeText(name)), self._query)
        instead = f", in place of “{before}”" if before != self._query else ""
        try:
            await asyncio.to_thread(self.app.account_session.ledger.saved_filters.save, name, self._query)
        except ConfigurationError as problem:
            self._tell(sentence(str(problem)), BAD)
        else:
            self.query_one(Input).value = ""
            self._read(f"Kept as “{name.strip()}”{instead}.")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Use the filter."""
        self.finish(self._filters[event.option_index].query)

    def action_delete(self) -> None:
        """Ask, then forget the filter under the cursor."""
        at = self.query_one(FilterList).highlighted
        if at is None:
            return
        chosen = self._filters[at]

        def answered(yes: bool | None) -> None:
            if yes:
                self._delete(chosen)

        self.app.push_screen(ConfirmDialog(f"Delete the filter “{chosen.name}”?", [chosen.query], "Delete"), answered)

    @work(exclusive=True, group="filters")
    async def _delete(self, chosen: SavedFilter) -> None:
        try:
            await asyncio.to_thread(self.app.account_session.ledger.saved_filters.delete, chosen.name)
        except ConfigurationError as problem:
            self._tell(sentence(str(problem)), BAD)
        else:
            self._read(f"“{chosen.name}” is deleted.")

    def _tell(self, words: str, style: str = DIM) -> None:
        self.query_one("#said", PlainText).set_text(Content.styled(words, style))
