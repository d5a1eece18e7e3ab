"""A dialog with a QR code over a dashboard, and what of it can be read off the screen."""

from textual.app import App, ComposeResult
from textual.containers import Container
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.qr_oracle import Verdict, judge, looks_like_a_code, screen_cells
from tui.qr.ladder import Rung
from tui.widgets.qr_code import Missing, QrCode

BODY = "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ#fidkdWxOYHwnPyd1blpxYHZxWjA0"


def link(length: int) -> str:
    return ("https://checkout.stripe.com/c/pay/cs_live_" + BODY * 20)[:length]


class Dialog(ModalScreen[None]):
    """A checkout dialog with one row above and one below the code."""

    CSS = """
    Dialog { background: $background 60%; }
    #title, #keys { height: 1; }
    #stage { width: 1fr; height: 1fr; align: center middle; }
    #stage.faded { opacity: 50%; }
    """

    def __init__(self, qr_code: QrCode) -> None:
        super().__init__()
        self.qr_code = qr_code
        self.told: list[QrCode.Fitted] = []

    def compose(self) -> ComposeResult:
        yield Static("Add $50.00 to the wallet of work", id="title", markup=False)
        with Container(id="stage"):
            yield self.qr_code
        yield Static("y copy link  o open  esc keep waiting", id="keys", markup=False)

    def on_qr_code_fitted(self, message: QrCode.Fitted) -> None:
        self.told.append(message)
        needed = message.qr_code.terminal_needed
        keys = self.query_one("#keys", Static)
        keys.update("" if needed is None else f"needs {needed.width} x {needed.height}")


class Billing(App[None]):
    """A dashboard with text below the dialog."""

    def __init__(self, qr_code: QrCode) -> None:
        super().__init__()
        self.dialog = Dialog(qr_code)

    def compose(self) -> ComposeResult:
        yield Static("balance $75.50\n" * 60, markup=False)

    async def on_mount(self) -> None:
        await self.push_screen(self.dialog)


def verdict(app: Billing) -> Verdict:
    qr_code = app.dialog.qr_code
    return judge(screen_cells(app), qr_code.content_region, qr_code.url)


def assert_good(app: Billing) -> None:
    assert verdict(app).failed == frozenset()
    assert app.dialog.qr_code.fit is not None
    assert app.dialog.qr_code.missing is None
    assert app.dialog.told[-1].fit == app.dialog.qr_code.fit


def assert_absent(app: Billing, reason: Missing) -> None:
    assert not looks_like_a_code(screen_cells(app))
    assert app.dialog.qr_code.fit is None
    assert app.dialog.qr_code.missing is reason
    assert app.dialog.told[-1].missing is reason


async def resize(pilot: Pilot[None], width: int, height: int) -> None:
    await pilot.resize_terminal(width, height)
    await settle(pilot)


def shown_text(app: App[None]) -> str:
    return "\n".join("".join(cell.char for cell in row) for row in screen_cells(app))


async def settle(pilot: Pilot[None]) -> None:
    """Wait until a change has gone all the way: stylesheets, layout, the code judged, the dialog told, its layout."""
    for _ in range(3):
        await pilot.pause()


def reasons(app: Billing) -> list[Missing | Rung]:
    return [told.fit.rung if told.fit else told.missing or Missing.EMPTY for told in app.dialog.told]
