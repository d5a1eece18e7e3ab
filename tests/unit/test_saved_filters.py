"""Saved filters come back as they were kept, whatever is in them, and a broken file is told instead of overwritten."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.config.accounts import ConfigurationError
from tui.config.saved_filters import SavedFilters
from tui.domain import SafeText


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(lambda raw: SafeText(raw) != ""), st.text(max_size=60))
def test_any_name_and_query_come_back(tmp_path_factory: pytest.TempPathFactory, name: str, query: str) -> None:
    path = tmp_path_factory.mktemp("filters") / "filters.toml"
    mine = SavedFilters(path, "0a")
    mine.save(name, query)
    SavedFilters(path, "0b").save("another account's", "type:credit")
    assert [(each.name, each.query) for each in mine.all()] == [(SafeText(name), SafeText(query))]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_name_is_taken_over_and_deleted(tmp_path: Path) -> None:
    mine = SavedFilters(tmp_path / "config" / "filters.toml", "0a")
    assert mine.all() == ()
    mine.save("b", "status:failed")
    mine.save("a", "type:debit")
    mine.save("b", "status:pending")
    assert [(each.name, each.query) for each in mine.all()] == [("a", "type:debit"), ("b", "status:pending")]
    mine.delete("b")
    mine.delete("never there")
    assert [each.name for each in mine.all()] == ["a"]


@pytest.mark.parametrize(
    "content",
    ["[0a", "version = 2", "0a = 5", '[0a]\nname = ["query"]', "\x80", "version = []", f"x = {'[' * 5000}", "'0b' = 5"],
)
def test_a_broken_file_is_told_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "filters.toml"
    path.write_text(content, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match=r"filters\.toml"):
        SavedFilters(path, "0a").save("name", "query")
    assert path.read_text(encoding="latin-1") == content


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_name_has_one_to_forty_characters(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="1 to 40"):
        SavedFilters(tmp_path / "filters.toml", "0a").save(name, "query")


def test_a_part_that_cannot_be_read_is_named_with_its_line_and_leaves_the_other_accounts(tmp_path: Path) -> None:
    path = tmp_path / "filters.toml"
    path.write_text('version = 1\n[0a]\nname = "status:failed"\n[0b]\nfine = "type:debit"\nwrong = ["query"]\n')
    assert [each.name for each in SavedFilters(path, "0a").all()] == ["name"]
    with pytest.raises(ConfigurationError, match=r"filters\.toml, line 6: this filter must be a text"):
        SavedFilters(path, "0b").all()


def test_a_named_pipe_is_no_file_of_filters(tmp_path: Path) -> None:
    path = tmp_path / "filters.toml"
    os.mkfifo(path, 0o600)
    with pytest.raises(ConfigurationError, match="is not a file"):
        SavedFilters(path, "0a").all()
