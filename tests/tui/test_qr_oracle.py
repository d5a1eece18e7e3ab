"""The oracle of QR codes itself: each fault that a screen could show is caught, also where a reader would decode it."""

import pytest
from textual.geometry import Region, Size
from textual.widget import Widget

from tests.qr_oracle import Grid, Part, Seen, Verdict, judge, screen_cells
from tests.tui.qr_stage import Billing, link, settle, verdict
from tui.qr.ladder import Fit, TooSmall
from tui.widgets.qr_code import Missing, QrCode


class Clipped(QrCode):
    """Draws on, however little of it is seen."""

    def _choose(self, space: Size) -> Fit | TooSmall | Missing:
        return super()._choose(Size(500, 500))


class Fading(QrCode):
    """Fades with its container."""

    opacity = Widget.opacity


async def broken(qr_code: QrCode, size: tuple[int, int] = (80, 24), **styles: float) -> Verdict:
    async with Billing(qr_code).run_test(size=size) as pilot:
        app = pilot.app
        assert isinstance(app, Billing)
        await settle(pilot)
        for name, value in styles.items():
            setattr(qr_code.styles, name, value)
        await settle(pilot)
        return verdict(app)


@pytest.mark.parametrize(("length", "size"), [(100, (80, 22)), (433, (120, 40)), (433, (78, 44))])
async def test_the_oracle_catches_a_clipped_code(length: int, size: tuple[int, int]) -> None:
    failed = (await broken(Clipped(link(length)), size)).failed
    assert failed & {Part.ON_SCREEN, Part.MODULES, Part.QUIET_ZONE}


async def test_the_oracle_catches_text_opacity() -> None:
    assert Part.COLORS in (await broken(QrCode(link(51)), text_opacity=0.5)).failed


async def test_the_oracle_catches_faint_colors_that_decode() -> None:
    assert (await broken(Fading(link(51)), opacity=0.2)).failed == {Part.COLORS}


def altered(grid: Grid, x: int, y: int, cell: Seen) -> Grid:
    copy = [list(row) for row in grid]
    copy[y][x] = cell
    return copy


@pytest.mark.parametrize("spot", [(20, 10), (1, 5), (9, 20)])
async def test_the_oracle_catches_one_flipped_cell_that_decodes(spot: tuple[int, int]) -> None:
    qr_code = QrCode(link(78))
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        grid, region = screen_cells(pilot.app), qr_code.content_region
    x, y = region.x + spot[0], region.y + spot[1]
    old = grid[y][x]
    flipped = Seen(old.char, old.bg, old.fg)
    found = judge(altered(grid, x, y, flipped), region, qr_code.url).failed
    assert found & {Part.MODULES, Part.QUIET_ZONE}
    assert Part.DECODES not in found


async def test_the_oracle_catches_inverted_colors_and_another_link() -> None:
    qr_code = QrCode(link(78))
    async with Billing(qr_code).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        grid, region = screen_cells(pilot.app), qr_code.content_region
    inverted = [[Seen(cell.char, cell.bg, cell.fg) for cell in row] for row in grid]
    assert judge(inverted, region, qr_code.url).failed >= {Part.MODULES, Part.QUIET_ZONE, Part.DECODES}
    assert judge(grid, region, qr_code.url[:-1] + "x").failed == {Part.MODULES, Part.DECODES}
    shifted = Region(region.x + 1, region.y, region.width, region.height)
    assert Part.QUIET_ZONE in judge(grid, shifted, qr_code.url).failed
