"""Files are written whole, through no link, for their owner alone, and under harmless names."""

import errno
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.storage.files import (
    UnsafeFile,
    make_private_directory,
    open_to_append,
    read_plain,
    read_private,
    read_trusted,
    safe_name,
    write_file,
    write_new_file,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file somebody would like to see overwritten."""
    path = tmp_path / "elsewhere" / "victim"
    path.parent.mkdir()
    path.write_bytes(b"precious")
    return path


def test_a_file_is_private_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_bytes(b"old and longer")
    path.chmod(0o666)
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_what_it_points_at_stays(tmp_path: Path, victim: Path) -> None:
    path = tmp_path / "invoice.pdf"
    path.symlink_to(victim)
    write_file(path, b"new")
    assert victim.read_bytes() == b"precious"
    assert not path.is_symlink()
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_taken_name_is_left_alone(
    tmp_path: Path, victim: Path, hard_links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not hard_links:  # as on a FAT file system
        monkeypatch.setattr(os, "link", refuse)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"mine")
    (folder / "a-2.pdf").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write_file(folder / "a.pdf", b"new", replace=False)
    saved = write_new_file(folder, "a.pdf", b"new")
    assert saved.name == "a-3.pdf"
    assert saved.read_bytes() == b"new"
    assert mode(saved) == 0o600
    assert (folder / "a.pdf").read_bytes() == b"mine"
    assert victim.read_bytes() == b"precious"
    assert len(list(folder.iterdir())) == 3


def test_a_failed_write_leaves_what_was_there_and_no_debris(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "inside").write_bytes(b"x")
    with pytest.raises(IsADirectoryError):
        write_file(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_directories_made_are_private_and_others_keep_their_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_directory(tmp_path / "a" / "b")
    assert [mode(path) for path in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")] == [0o755, 0o700, 0o700]


def test_a_private_file_is_read_only_when_it_is_one(tmp_path: Path, victim: Path) -> None:
    path = tmp_path / "token"
    write_file(path, b"secret")
    assert read_private(path, 6) == b"secret"
    with pytest.raises(UnsafeFile, match="larger"):
        read_private(path, 5)
    path.chmod(0o640)
    with pytest.raises(UnsafeFile, match="chmod 600"):
        read_private(path, 100)
    path.unlink()
    path.symlink_to(victim)
    with pytest.raises(UnsafeFile, match="link"):
        read_private(path, 100)
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(UnsafeFile, match="not a file"):
        read_private(path, 100)


def test_a_trusted_file_may_be_a_link_but_nobody_else_may_write_it(tmp_path: Path, victim: Path) -> None:
    path = tmp_path / "accounts.toml"
    path.symlink_to(victim)
    victim.chmod(0o644)
    assert read_trusted(path, 100) == b"precious"
    victim.chmod(0o666)
    with pytest.raises(UnsafeFile, match="change"):
        read_trusted(path, 100)


@pytest.mark.parametrize("read", [read_private, read_trusted, read_plain])
def test_what_is_no_file_is_refused_at_once_and_leaves_no_descriptor(
    tmp_path: Path, read: Callable[[Path, int], bytes]
) -> None:
    pipe, folder, loop = tmp_path / "pipe", tmp_path / "folder", tmp_path / "loop"
    os.mkfifo(pipe, 0o600)
    folder.mkdir(mode=0o700)
    loop.symlink_to(loop)
    before = len(os.listdir("/dev/fd"))
    for path in (pipe, folder, loop):
        with pytest.raises(UnsafeFile, match=str(path)):
            read(path, 100)
    assert len(os.listdir("/dev/fd")) == before


def test_appending_to_a_named_pipe_waits_for_nobody(tmp_path: Path) -> None:
    path = tmp_path / "log"
    os.mkfifo(path, 0o600)
    with pytest.raises(UnsafeFile, match="not a file"):
        open_to_append(path)


def test_appending_refuses_a_link(tmp_path: Path, victim: Path) -> None:
    path = tmp_path / "log"
    path.symlink_to(victim)
    with pytest.raises(UnsafeFile, match="link"):
        open_to_append(path)
    path.unlink()
    handle = open_to_append(path)
    os.close(handle)
    assert mode(path) == 0o600


@given(st.text() | st.from_regex(r"\A[./\\-]*(con|NUL|com1|lpt9)?(\.[a-z]*)*\Z"))
def test_a_name_a_server_chose_is_a_name_everywhere(text: str) -> None:
    name = safe_name(text, ".pdf")
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*\.pdf", name)
    assert len(name) <= 80
    assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", name, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ML-2026/0042", "ML-2026-0042.pdf"),
        ("Rechnung Nr. 7.pdf", "Rechnung-Nr.-7.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("-rf", "rf.pdf"),
        ("nul", "_nul.pdf"),
        ("日本", "file.pdf"),
        ("é", "e.pdf"),
        ("x" * 200, "x" * 76 + ".pdf"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert safe_name(text, ".pdf") == name
