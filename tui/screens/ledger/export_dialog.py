"""Writing what the ledger shows to a file: the format, the name, how far it is, what came of it."""

from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import Worker

from tui.account.ledger_queries import ExportFailed, LedgerRequest
from tui.ledger.export.export import ExportFormat
from tui.screens.shared.dialog import Dialog
from tui.widgets.commands import command
from tui.widgets.format import BAD, BOLD, DIM, GOOD, WAIT, plural, sentence
from tui.widgets.plain_text import PlainText

_FORMATS = tuple(ExportFormat)


class FileField(Input):
    """The file's name; up and down choose the format."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("export.submit", "enter", "write"),
        command("export.format-below", "down", "format", action="screen.choose(1)", key_display="↑ ↓"),
        command("export.format-above", "up", "format above", action="screen.choose(-1)", show=False),
    ]


class ExportDialog(Dialog[None]):
    """Writes the rows of one result; closing it while it writes stops it, and nothing is left of the file."""

    AUTO_FOCUS = "#file"
    DEFAULT_CSS = """
    ExportDialog .row { height: auto; margin-top: 1; }
    ExportDialog .label { width: 10; color: $label; }
    ExportDialog OptionList { height: 4; border: none; padding: 0; background: transparent; }
    ExportDialog #file { width: 1fr; background: $panel; }
    ExportDialog #told { margin-top: 1; min-height: 2; }
    """
    BINDING_GROUP_TITLE = "Export"
    BINDINGS: ClassVar[list[BindingType]] = [command("export.write", "enter", "write the file")]

    _file = getters.query_one("#file", Input)

    def __init__(self, ask: LedgerRequest, count: int) -> None:
        """Offer to write the `count` rows of `ask` to a file whose name is free."""
        super().__init__()
        self._ask = ask
        self._count = count
        self._suggested = ""
        self._writing: Worker[None] | None = None

    def compose_dialog(self) -> Iterable[Widget]:
        """What is written, the formats, the file."""
        query = self._ask.query.text.strip()
        what = f"matching “{query}”" if query else "unfiltered"
        yield PlainText(Content.assemble((f"Export {plural(self._count, 'transaction')}", BOLD), (f", {what}", DIM)))
        if missing := self._missing():
            yield PlainText(Content.styled(missing, WAIT))
        with Horizontal(classes="row"):
            yield PlainText("Format", classes="label")
            formats = OptionList(
                *(Option(f"  {each.label}", id=each.value) for each in _FORMATS), markup=False, compact=True
            )
            formats.highlighted = 0
            yield formats
        with Horizontal(classes="row"):
            yield PlainText("File", classes="label")
            yield FileField(self._suggest(_FORMATS[0]), id="file", compact=True, select_on_focus=False)
        yield PlainText(id="told")

    def on_mount(self) -> None:
        """Say where the file will be."""
        folder = self.app.account_session.ledger.export_folder
        self._tell(Content.styled(f"In {folder}. A file that is there is not replaced.", DIM))

    def _missing(self) -> str:
        """Say that older rows have not been read, where that is so: a file does not show what is not in it."""
        rows = self.app.snapshot.ledger.value
        if rows is None or rows.all_here:
            return ""
        since = rows.spending.first_day if rows.spending is not None else None
        back = f" Read so far: back to {since}." if since is not None else ""
        return f"Older transactions have not all been read: those will be missing.{back}"

    def _suggest(self, kind: ExportFormat) -> str:
        today = self.app.clock.now().astimezone(self.app.zone).date()
        self._suggested = self.app.account_session.ledger.export_name(today, kind)
        return self._suggested

    @property
    def _format(self) -> ExportFormat:
        return _FORMATS[self.query_one(OptionList).highlighted or 0]

    def action_choose(self, by: int) -> None:
        """Go to another format."""
        options = self.query_one(OptionList)
        options.highlighted = ((options.highlighted or 0) + by) % len(_FORMATS)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Mark the format, not by colour alone; a name that has the ending of another format gets that of this one."""
        for index, each in enumerate(_FORMATS):
            mark = "›" if each is self._format else " "
            event.option_list.replace_option_prompt_at_index(index, f"{mark} {each.label}")
        typed = self._file.value
        ending = next((each.ending for each in _FORMATS if typed.endswith(each.ending)), None)
        if typed == self._suggested:
            self._file.value = self._suggest(self._format)
        elif ending is not None:
            self._file.value = typed.removesuffix(ending) + self._format.ending

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def action_write(self) -> None:
        """Write the file, unless it is being written."""
        if self._writing is not None and not self._writing.is_finished:
            return
        if not self._file.value.strip():
            self._tell(Content.styled("Give the file a name.", BAD))
            return
        self._writing = self._write(self._file.value.strip())

    @work(group="export")
    async def _write(self, name: str) -> None:
        self._tell(Content.styled("Writing…", DIM))
        missing = " Older ones are missing, they had not been read." if self._missing() else ""
        try:
            written, where = await self.app.account_session.ledger.export(self._format, name, self._ask, self._told)
        except ExportFailed as problem:
            self._tell(Content.assemble(("Not exported. ", BAD), sentence(str(problem))))
        else:
            rows = plural(written, "transaction")
            self._tell(Content.assemble(("Exported ", GOOD), f"{rows} to {where}.", (missing, WAIT), " esc closes."))

    def _told(self, written: int) -> None:
        share = f" of {self._count:,}" if written <= self._count else ""
        self._tell(Content.styled(f"Writing… {written:,}{share}. esc stops it and leaves no file.", DIM))

    def _tell(self, words: Content) -> None:
        self.query_one("#told", PlainText).set_text(words)

    def action_close(self) -> None:
        """Close; a file that is being written is given up."""
        if self._writing is not None and not self._writing.is_finished:
            self._writing.cancel()
            self.app.say("The export was stopped; no file was written.")
        super().action_close()
