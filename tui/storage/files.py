"""Files that may hold secrets or come from a server: written whole, followed through no link, named safely."""

import errno
import os
import re
import stat
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO

LONGEST_NAME = 80
"""Characters of a name made for a file, its ending included."""

_UNSAFE = r"[^A-Za-z0-9._-]+"
_DEVICE = r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)"


class UnsafeFile(OSError):
    """A file that is not what it should be: a link, no file at all, somebody else's, or open to others."""


def not_a_file(path: Path) -> str:
    """That something else is where a file should be, in words."""
    return f"{path} is not a file. Move it away."


def unwritable(path: Path, error: OSError) -> str:
    """That a file cannot be written, and why, in words."""
    return f"{path} cannot be written ({error.strerror or error})."


def write_file(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Put `content` at `path`, whole or not at all, readable by its owner alone (0600).

    A link at `path` is replaced, never followed. With `replace` False nothing that is there is touched:
    FileExistsError. Raises OSError; what was at `path` is then still there.
    """
    with written_whole(path, replace=replace) as file:
        file.write(content)


@contextmanager
def written_whole(path: Path, *, replace: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to that takes the name `path` at the end of the block, as `write_file` does.

    Where the block or the disk fails, nothing is at `path` that was not there before. Raises OSError.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".billtop-")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            new.replace(path)
        else:
            _take_free_name(new, path)
    finally:
        new.unlink(missing_ok=True)
    _sync_directory(path.parent)


def write_new_file(directory: Path, name: str, content: bytes) -> Path:
    """Put `content` into `directory` as `name`, or as the first of `name-2`, `name-3`, … that is free; return where.

    Raises OSError.
    """
    for each in _numbered(name):
        path = directory / each
        with suppress(FileExistsError):
            write_file(path, content, replace=False)
            return path
    raise FileExistsError(f"{directory} has too many files of the name {name}")


def free_name(directory: Path, name: str) -> str:
    """The first of `name`, `name-2`, `name-3`, … that nothing in `directory` has; `name` where all of them are taken.

    It may be taken by the time it is used.
    """
    return next((each for each in _numbered(name) if not os.path.lexists(directory / each)), name)


def make_private_directory(path: Path) -> None:
    """Make `path` and what is missing above it, each 0700; a directory that exists keeps its mode. Raises OSError."""
    if path.is_dir():
        return
    make_private_directory(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def read_plain(path: Path, limit: int, *, forbidden: int | None = None, flags: int = 0) -> bytes:
    """Read at most `limit` bytes of a regular file, whoever may change it; a link to such a file is followed.

    `forbidden` are the rights that others must not have. Raises UnsafeFile with words, and other OSError.
    """
    # A named pipe in the place of a file is refused at once, not waited for; regular files know no difference.
    handle = _open(path, os.O_RDONLY | flags | os.O_NONBLOCK)
    try:
        found = os.fstat(handle)
        _require_plain(path, found)
        if forbidden is not None:
            _require_own(path, found, forbidden)
        if found.st_size > limit:
            raise _too_large(path, limit)
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    finally:
        os.close(handle)
    if len(content) > limit:  # it grew, or its size is not told, as that of files in /proc
        raise _too_large(path, limit)
    return content


read_private = partial(read_plain, forbidden=0o077, flags=os.O_NOFOLLOW)
"""Read a file that only its owner may read, through no link."""

read_trusted = partial(read_plain, forbidden=0o022)
"""Read a file that nobody else may write; a link to such a file is followed."""


def open_to_append(path: Path) -> int:
    """Open a file of our own for appending, made 0600 if it is missing; return the descriptor.

    Raises UnsafeFile for a link or what is no plain file, OSError.
    """
    make_private_directory(path.parent)
    handle = _open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        _require_plain(path, os.fstat(handle))
        os.chmod(handle, 0o600)
    except BaseException:
        os.close(handle)
        raise
    return handle


def safe_name(text: str, ending: str, *, fallback: str = "file") -> str:
    """Make a file name of `text`, which a server chose: [A-Za-z0-9._-], 80 characters at most, ending in `ending`.

    Never hidden, never an option (no dot or dash first), never a device of Windows.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    stem = re.sub(_UNSAFE, "-", plain)
    if stem.lower().endswith(ending):
        stem = stem[: -len(ending)]
    stem = stem.lstrip(".-")
    if re.match(_DEVICE, stem):
        stem = f"_{stem}"
    stem = stem[: LONGEST_NAME - len(ending)].rstrip(".-")
    return (stem or fallback) + ending


def _numbered(name: str) -> Iterator[str]:
    """`name`, then `name-2`, `name-3`, …, within reason."""
    stem, ending = os.path.splitext(name)
    yield name
    yield from (f"{stem}-{number}{ending}" for number in range(2, 1000))


def _take_free_name(new: Path, path: Path) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:
        # File systems such as FAT know no hard links: reserve the name, then take its place.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        new.replace(path)


def _sync_directory(directory: Path) -> None:
    """Make the new name survive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _too_large(path: Path, limit: int) -> UnsafeFile:
    return UnsafeFile(f"{path} is larger than {limit:,} bytes, the most that is read of it.")


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        raise
    except OSError as error:
        if flags & os.O_NOFOLLOW and path.is_symlink():
            raise UnsafeFile(f"{path} is a link, which is not followed here. Remove it.") from None
        if error.errno == errno.ELOOP:
            raise UnsafeFile(f"{path} is a link that leads back to itself. Remove it.") from None
        if error.errno == errno.ENXIO:  # a named pipe that nobody reads, or a socket
            raise UnsafeFile(not_a_file(path)) from None
        raise


def _require_plain(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UnsafeFile(not_a_file(path))


def _require_own(path: Path, found: os.stat_result, forbidden: int) -> None:
    if found.st_uid not in {os.getuid(), 0}:
        raise UnsafeFile(f"{path} belongs to somebody else and is not used.")
    if found.st_mode & forbidden:
        doing = "read" if forbidden & 0o044 else "change"
        raise UnsafeFile(f"Others may {doing} {path}. Close it with: chmod 600 '{path}'")
