"""Theme files: read, checked, and legible."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App

from tui.config.locations import shipped_themes_directory
from tui.config.themes import ThemeFile, load_themes, read_theme
from tui.config.toml_file import BadFile
from tui.widgets.palette import to_textual

GOOD = """
name = "mine"
dark = false

[colors]
background = "#ffffff"
foreground = "#101010"
accent = "#004488"
"""


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shipped() -> tuple[ThemeFile, ...]:
    return load_themes([shipped_themes_directory()]).themes


def test_dark_light_and_high_contrast_are_shipped() -> None:
    loaded = load_themes([shipped_themes_directory()])
    assert loaded.problems == ()
    assert {theme.name: theme.dark for theme in loaded.themes} == {
        "billtop-dark": True,
        "billtop-light": False,
        "billtop-contrast": True,
    }


@pytest.mark.parametrize("theme", shipped(), ids=lambda theme: theme.name)
def test_text_is_legible_on_every_surface(theme: ThemeFile) -> None:
    least = 7.0 if theme.name == "billtop-contrast" else 4.5
    texts = {"foreground": theme.colors["foreground"], "accent": theme.colors["accent"]}
    for name in ("label", "money-in", "money-out", "status-good", "status-wait", "status-bad", "sandbox"):
        texts[name] = theme.variables[name]
    for surface in ("background", "surface", "panel"):
        for name, color in texts.items():
            assert contrast(color, theme.colors[surface]) >= least, f"{name} on {surface}"
    assert contrast(theme.variables["live-text"], theme.variables["live"]) >= least


def test_a_theme_of_the_user_replaces_a_shipped_one_of_the_same_name(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace('"mine"', '"billtop-dark"'))
    themes = {theme.name: theme for theme in load_themes([shipped_themes_directory(), tmp_path]).themes}
    assert themes["billtop-dark"].colors["background"] == "#ffffff"


def test_a_folder_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    assert load_themes([tmp_path / "none"]).themes == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("#ffffff", "white"), "colors.background must be a colour such as #11151a"),
        (("#ffffff", "#fff"), "colors.background"),
        (('accent = "#004488"', ""), "colors.accent is missing"),
        (('accent = "#004488"', 'accent = "#004488"\nacent = "#004488"'), "colors.acent is not known"),
        (('"mine"', '"My Theme"'), "name must be"),
        (("dark = false", 'dark = "no"'), "dark must be true or false"),
        (("dark = false", "dark = fal"), "is not TOML"),
        (("[colors]", "[colours]"), "colours is not known"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(BadFile) as problem:
        read_theme(path)
    assert words in str(problem.value)
    assert str(path) in str(problem.value)


def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    write(tmp_path, "name = 1", "bad.toml")
    write(tmp_path, GOOD, "good.toml")
    loaded = load_themes([tmp_path])
    assert [theme.name for theme in loaded.themes] == ["mine"]
    assert len(loaded.problems) == 1


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="is not TOML"):
        read_theme(path)


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "deep array": (f"{GOOD}x = {'[' * 5000}{']' * 5000}", "line 9: is nested more than 16 deep"),
    "deep table": (f"x = {'{a = ' * 5000}1{'}' * 5000}", "line 1: is nested more than 16 deep"),
    "deep key": (f"{GOOD}{'x.' * 9000}a = 1", "line 9: is nested more than 16 deep"),
    "deep header": (f"[{'.'.join('a' * 5000)}]", "line 1: is nested more than 16 deep"),
    "deep key after a string that holds quotes": (f"x = '''\n\"'''\n{'a.' * 40}b = 1", "line 3: is nested more"),
    "a list for a text": ('dark = true\nname = ["x"]', "line 2: name must be"),
    "a number for a table": ("name = 'x'\n\ncolors = 3", "line 3: colors must be a table"),
    "a table for a colour": (GOOD.replace('"#004488"', "{ r = 1 }"), "line 8: colors.accent must be a colour"),
    "long lines": (f'name = """\n{"a" * 30_000}\n{"a." * 9}{"b" * 20_000}\n"""', "line 1: name must be"),
    "syntax": ("name = 'x'\ndark = fal", "line 2: is not TOML: Invalid value"),
    "a key twice": ("name = 'x'\nname = 'y'", "line 2: is not TOML: Cannot overwrite a value"),
    "more digits than Python reads": (f"name = {'9' * 6000}", "is not TOML that can be read"),
    "no UTF-8": (b"name = 'x'\n\xff\xfe", "line 2: is not TOML: this is not UTF-8"),
    "huge": ("#" * 100_000, "is larger than 64,000 bytes"),
    "a secret for a key": ("name = 'x'\nsk_live_51abcdefghijklmn = 1", "line 2: a key here is not known"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_named_with_its_line_and_the_others_work(tmp_path: Path, name: str) -> None:
    content, words = HOSTILE[name]
    path = tmp_path / "bad.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    write(tmp_path, GOOD, "good.toml")
    loaded = load_themes([tmp_path])
    assert [theme.name for theme in loaded.themes] == ["mine"]
    (problem,) = loaded.problems
    assert problem.startswith(str(path))
    assert words in problem
    assert "sk_live_51" not in problem


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (os.mkfifo, "is not a file"),
        (os.mkdir, "is not a file"),
        (lambda path: path.symlink_to(path), "leads back to itself"),
        (lambda path: path.symlink_to(path.with_name("gone")), "is a link to a file that is not there"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a file"),
    ],
    ids=["fifo", "directory", "loop", "dangling", "device"],
)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, make: Callable[[Path], object], words: str) -> None:
    make(tmp_path / "bad.toml")
    write(tmp_path, GOOD, "good.toml")
    loaded = load_themes([tmp_path])
    assert [theme.name for theme in loaded.themes] == ["mine"]
    assert [words in problem for problem in loaded.problems] == [True]


def test_depth_is_not_counted_in_strings_and_comments(tmp_path: Path) -> None:
    brackets = "[" * 100 + "." * 100
    assert read_theme(write(tmp_path, f"# {brackets}\n{GOOD}")).name == "mine"
    with pytest.raises(BadFile, match="name must be"):
        read_theme(write(tmp_path, f'name = "{brackets}"'))


NIGHT = """
name = "night"

[colors]
background = "#101010"
foreground = "#eeeeee"
accent = "#88aaff"
"""


@pytest.mark.parametrize("text", [GOOD, NIGHT], ids=["light", "dark"])
async def test_a_theme_of_three_colours_is_shown_and_the_rest_of_it_is_legible(tmp_path: Path, text: str) -> None:
    theme = to_textual(read_theme(write(tmp_path, text)))
    texts = (theme.foreground, theme.success, theme.warning, theme.error, theme.variables["label"])
    for surface in (theme.background, theme.surface, theme.panel):
        for color in texts:
            assert contrast(str(color), str(surface)) >= 4.5, f"{color} on {surface}"
    app = App[None]()
    app.register_theme(theme)
    async with app.run_test(size=(20, 5)):
        app.theme = theme.name
        assert app.get_css_variables()["block-cursor-background"] == theme.panel
