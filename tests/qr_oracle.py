"""Judges a QR code by the cells of a whole screen, independently of the code that drew it.

Five parts, because decoding alone overlooks what error correction repairs: a cut edge, a flipped cell, faint colours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import pyte
import qrcode
import zxingcpp
from textual.app import App
from textual.geometry import Region

CELL_WIDTH, CELL_HEIGHT = 8, 16
"""Pixels of a cell in the raster that is read back."""

Color = tuple[int, int, int]


class Part(StrEnum):
    """What can be wrong."""

    ON_SCREEN = "the region lies wholly on the screen"
    COLORS = "exactly two colours with a contrast of 10:1 or more"
    MODULES = "the modules are those of the link, dark on light"
    QUIET_ZONE = "light quiet zone of 2 or 4 modules on four sides"
    DECODES = "a strict reader finds exactly the link on the screen"


class Seen(NamedTuple):
    """A cell as a terminal gets it."""

    char: str
    fg: Color
    bg: Color


Grid = list[list[Seen]]


@dataclass(frozen=True)
class Verdict:
    """Parts that failed; none for a good code."""

    failed: frozenset[Part]
    quiet: int | None = None
    spaces: bool = False


def screen_cells(app: App[Any]) -> Grid:
    """What the app paints on its whole screen, filters applied."""
    # The compositor is the one place that has the finished screen; Textual has no public way to it as strips.
    strips = app.screen._compositor.render_strips(app.size)
    return [[cell for segment in strip for cell in _seen(segment.text, segment.style)] for strip in strips]


def ansi_cells(lines: Sequence[str], columns: int, rows: int) -> Grid:
    """What a terminal of that size shows after the lines are printed."""
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed("\r\n".join(lines))
    return [
        [_from_pyte(screen.buffer[y][x].data, screen.buffer[y][x].fg, screen.buffer[y][x].bg) for x in range(columns)]
        for y in range(rows)
    ]


def judge(grid: Grid, region: Region, url: str) -> Verdict:
    """Check the code of `url` that should fill `region` of the screen."""
    height, width = len(grid), len(grid[0])
    modules = _expected(url)
    failed = set[Part]()
    if not Region(0, 0, width, height).contains_region(region):
        failed.add(Part.ON_SCREEN)
    halves = _halves(grid, region)
    colors = {color for row in halves for color in row}
    dark, light = min(colors, key=_luminance), max(colors, key=_luminance)
    if len(colors) != 2 or _contrast(dark, light) < 10:
        failed.add(Part.COLORS)
    spaces = _all_spaces(grid, region)
    if spaces:  # a module is two columns of one whole cell
        halves = [row[::2] for row in halves[::2]] if _in_pairs(halves) else []
    quiet = (len(halves[0]) - len(modules)) // 2 if halves else -1
    if quiet not in {2, 4} or not _is_quiet(halves, quiet, len(modules), light):
        failed.add(Part.QUIET_ZONE)
    inner = [[color == dark for color in row[quiet : quiet + len(modules)]] for row in halves[quiet:]][: len(modules)]
    if quiet < 0 or inner != modules:
        failed.add(Part.MODULES)
    if decode(grid) != [url]:
        failed.add(Part.DECODES)
    return Verdict(frozenset(failed), quiet, spaces)


def decode(
    grid: Grid, cell: tuple[int, int] = (CELL_WIDTH, CELL_HEIGHT), *, gap_above: int = 0, gap_below: int = 0
) -> list[str]:
    """Texts of the codes that zxing reads from the screen: no inverting, rotating or scaling to help it.

    The gaps are pixels by which a font's glyph falls short of its cell; the background shows there.
    """
    width, height = cell
    image = bytearray()
    for row in grid:
        top, bottom, bare = bytearray(), bytearray(), bytearray()
        for seen in row:
            upper, lower = _ink(seen)
            top += bytes([_gray(upper)]) * width
            bottom += bytes([_gray(lower)]) * width
            bare += bytes([_gray(seen.bg)]) * width
        upper_rows, lower_rows = height // 2 - gap_above, height - height // 2 - gap_below
        image += bare * gap_above + top * upper_rows + bottom * lower_rows + bare * gap_below
    view = memoryview(bytes(image)).cast("B", (len(grid) * height, len(grid[0]) * width))
    found = zxingcpp.read_barcodes(
        view,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return [barcode.text for barcode in found]


def looks_like_a_code(grid: Grid) -> bool:
    """Whether any block glyph or patch of pure black and white is on the screen, readable or not."""
    black, white = (0, 0, 0), (255, 255, 255)
    pairs = [{seen.fg, seen.bg} == {black, white} for row in grid for seen in row]
    return any(pairs) or any(seen.char in "▀▄" for row in grid for seen in row)


def _expected(url: str) -> list[list[bool]]:
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(url)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _seen(text: str, style: Any) -> list[Seen]:
    # A cell without a colour of its own is judged as mid-grey, which is neither dark nor light.
    unset = (128, 128, 128)
    fg = tuple(style.color.get_truecolor()) if style and style.color and not style.color.is_default else unset
    bg = tuple(style.bgcolor.get_truecolor()) if style and style.bgcolor and not style.bgcolor.is_default else unset
    return [Seen(char, fg, bg) for char in text]


_PYTE_COLORS = {"black": (0, 0, 0), "brightwhite": (255, 255, 255), "default": (128, 128, 128)}


def _from_pyte(char: str, fg: str, bg: str) -> Seen:
    def rgb(color: str) -> Color:
        if color in _PYTE_COLORS:
            return _PYTE_COLORS[color]
        assert re.fullmatch(r"[0-9a-f]{6}", color), f"unexpected colour {color}"
        red, green, blue = bytes.fromhex(color)
        return red, green, blue

    return Seen(char, rgb(fg), rgb(bg))


def _ink(seen: Seen) -> tuple[Color, Color]:
    """Colours of the upper and the lower half of a cell; other glyphs count as their background."""
    if seen.char == "▀":
        return seen.fg, seen.bg
    if seen.char == "▄":
        return seen.bg, seen.fg
    return seen.bg, seen.bg


def _halves(grid: Grid, region: Region) -> list[list[Color]]:
    """The region as half cells, two rows a row; what lies off the screen is missing."""
    rows = [row[max(0, region.x) : region.right] for row in grid[max(0, region.y) : region.bottom]]
    return [[_ink(seen)[half] for seen in row] for row in rows for half in (0, 1)]


def _all_spaces(grid: Grid, region: Region) -> bool:
    return all(seen.char == " " for row in grid[region.y : region.bottom] for seen in row[region.x : region.right])


def _in_pairs(halves: list[list[Color]]) -> bool:
    return halves[::2] == halves[1::2] and all(row[::2] == row[1::2] for row in halves)


def _is_quiet(halves: list[list[Color]], quiet: int, side: int, light: Color) -> bool:
    border = halves[:quiet] + halves[quiet + side :]
    sides = [row[:quiet] + row[quiet + side :] for row in halves]
    below = len(halves) - quiet - side
    return below >= quiet and all(color == light for row in border + sides for color in row)


def _luminance(color: Color) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(dark: Color, light: Color) -> float:
    return (_luminance(light) + 0.05) / (_luminance(dark) + 0.05)


def _gray(color: Color) -> int:
    return round(0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2])
