"""Theme files: read, checked, and legible."""

from pathlib import Path

import pytest

from tui.config.locations import shipped_themes_directory
from tui.config.themes import BadTheme, ThemeFile, load_themes, read_theme

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
    with pytest.raises(BadTheme) as problem:
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
    with pytest.raises(BadTheme, match="is not TOML"):
        read_theme(path)
