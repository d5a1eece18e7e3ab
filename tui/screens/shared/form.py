"""A form: named fields, what is wrong beside each, and a save whose trouble is told in it."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input

from tui.account.state import Snapshot
from tui.domain import BadId, Money, parse_amount
from tui.providers.errors import BillingError
from tui.screens.shared.account_text import account_text, refusal_text
from tui.screens.shared.dialog import Dialog
from tui.widgets.format import BAD, BOLD, DIM
from tui.widgets.plain_text import PlainText

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field; with `options` (value, words) it is a button that turns through them."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    """What stands in the field while it is empty."""
    options: tuple[tuple[str, str], ...] = ()
    limit: int = 200
    """Characters at most."""


class BadField(ValueError):
    """What was typed cannot be used; the text says why, to the person."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name


def read_amount(typed: Mapping[str, str], name: str, unit: str) -> Money:
    """The amount in a field. Raises BadField."""
    try:
        return Money(parse_amount(typed[name]), unit)
    except ValueError as problem:
        raise BadField(name, str(problem)) from None


class FormDialog(Dialog[T], Generic[T]):
    """Ends in what was read from its fields, once it is saved; without `save` as soon as it can be read."""

    AUTO_FOCUS = "FormDialog Input"
    DEFAULT_CSS = """
    FormDialog #form-title { margin-bottom: 1; }
    FormDialog .row { height: 1; }
    FormDialog .label { width: 18; color: $label; }
    FormDialog Input { width: 1fr; background: $panel; }
    FormDialog Button { min-width: 6; margin-right: 2; }
    FormDialog .said { height: auto; padding-left: 18; color: $status-bad; display: none; }
    FormDialog .said.-told { display: block; }
    FormDialog #form-told { margin: 1 0; min-height: 1; }
    """
    BINDING_GROUP_TITLE = "Form"

    def __init__(
        self,
        account: Snapshot,
        title: str,
        fields: Sequence[FormField],
        read: Callable[[Mapping[str, str]], T],
        save: Callable[[T], Coroutine[Any, Any, object]] | None = None,
        go: str = "Save",
        note: str = "",
    ) -> None:
        """Ask for `fields`; `read` makes something of them or raises BadField, `save` sends it.

        `go` stands on the button, `note` above it.
        """
        super().__init__()
        self._account, self._form_title, self._fields = account, title, fields
        self._read, self._save, self._go, self._note = read, save, go, note
        self._chosen = {each.name: each.value or each.options[0][0] for each in fields if each.options}
        self._saving = False

    def compose_dialog(self) -> Iterable[Widget]:
        """Whose it is, the fields, what is going on, the button."""
        title = Content.assemble((self._form_title, BOLD), ("  ", ""), account_text(self._account))
        yield PlainText(title, id="form-title")
        for each in self._fields:
            with Horizontal(classes="row"):
                yield PlainText(each.label, classes="label")
                if each.options:
                    yield Button(self._option_words(each), id=f"field-{each.name}", classes="option", compact=True)
                else:
                    yield Input(
                        each.value,
                        placeholder=each.hint,
                        id=f"field-{each.name}",
                        max_length=each.limit,
                        compact=True,
                    )
            yield PlainText(id=f"said-{each.name}", classes="said")
        yield PlainText(Content.styled(self._note, DIM), id="form-told")
        with Horizontal(classes="row"):
            yield Button(Content(f" {self._go} "), id="form-go", compact=True)
            yield PlainText(Content.styled("enter, in any field", DIM))

    def _option_words(self, each: FormField) -> Content:
        return Content(f" {dict(each.options)[self._chosen[each.name]]} ")

    # -- filling in ---------------------------------------------------------------------------------------------

    @on(Button.Pressed, ".option")
    def _turn(self, event: Button.Pressed) -> None:
        """Take the next option."""
        each = next(each for each in self._fields if f"field-{each.name}" == event.button.id)
        values = [value for value, _ in each.options]
        self._chosen[each.name] = values[(values.index(self._chosen[each.name]) + 1) % len(values)]
        event.button.label = self._option_words(each)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Another value: the old objection no longer counts."""
        self._object((event.input.id or "").removeprefix("field-"), "")

    def _object(self, name: str, words: str) -> None:
        said = self.query_one(f"#said-{name}", PlainText)
        said.set_text(words)
        said.set_class(bool(words), "-told")

    def _tell(self, words: Content) -> None:
        self.query_one("#form-told", PlainText).set_text(words)

    # -- saving -------------------------------------------------------------------------------------------------

    @on(Input.Submitted)
    @on(Button.Pressed, "#form-go")
    def _go_on(self) -> None:
        """Read everything, and save it unless that is under way."""
        if self._saving or not self.is_active:
            return
        typed = {each.name: self.query_one(f"#field-{each.name}", Input) for each in self._fields if not each.options}
        try:
            wanted = self._read({**self._chosen, **{name: field.value.strip() for name, field in typed.items()}})
        except BadField as problem:
            self._object(problem.name, str(problem))
            self.query_one(f"#field-{problem.name}").focus()
            return
        if self._save is None:
            self.finish(wanted)
            return
        self._saving = True
        self._tell(Content.styled("Saving…", DIM))
        self.run_worker(self._saved(self._save, wanted))

    async def _saved(self, save: Callable[[T], Awaitable[object]], wanted: T) -> None:
        try:
            await save(wanted)
        except (BillingError, BadId) as error:
            self._refused(error)
        else:
            self.finish(wanted)

    def _refused(self, error: BillingError | BadId) -> None:
        """Say why it was not saved, or that nobody knows; what was typed stays."""
        self._saving = False
        lost = isinstance(error, BillingError) and error.maybe_executed
        what = "Saving may have worked. Check before you try again. " if lost else "Not saved. "
        self._tell(Content.assemble((what, BAD), refusal_text(error)))
