"""`billtop themes`: the themes there are, and what is wrong with those that cannot be used."""

from tui.cli.exit import ExitCode
from tui.cli.options import Options
from tui.cli.output import Output
from tui.cli.table import table
from tui.config.locations import shipped_themes_directory, user_themes_directory
from tui.config.themes import load_themes


def run(options: Options, out: Output) -> ExitCode:
    """List billtop's own themes, those of the user's files, and those of the terminal framework."""
    from textual.theme import BUILTIN_THEMES

    shipped, own = (load_themes([each]) for each in (shipped_themes_directory(), user_themes_directory()))
    found = {name: (theme.dark, "textual") for name, theme in BUILTIN_THEMES.items()}
    found |= {theme.name: (theme.dark, "billtop") for theme in shipped.themes}
    found |= {theme.name: (theme.dark, "yours") for theme in own.themes}
    order = {"yours": 0, "billtop": 1, "textual": 2}
    items = sorted(found.items(), key=lambda item: (order[item[1][1]], item[0]))
    out.say(*shipped.problems, *own.problems)
    out.result(
        {"items": [{"name": name, "dark": dark, "source": source} for name, (dark, source) in items]},
        [
            *table(
                ("Theme", "", "From"), [(name, "dark" if dark else "light", source) for name, (dark, source) in items]
            ),
            "",
            f"Yours are TOML files in {user_themes_directory()}.",
            "In the dashboard ctrl+p chooses one; `billtop accounts edit NAME --theme THEME` gives one to an account.",
        ],
    )
    return ExitCode.DONE
