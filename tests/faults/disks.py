"""Disks that are full, read-only or somebody else's: words to put before a command."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest


def _may_mount() -> bool:
    unshare = shutil.which("unshare")
    if unshare is None or os.getuid() != 0:
        return False
    return subprocess.run([unshare, "-m", "true"], capture_output=True, check=False, timeout=60).returncode == 0


needs_mounts = pytest.mark.skipif(not _may_mount(), reason="needs root and the right to mount: unshare -m")
needs_setpriv = pytest.mark.skipif(
    os.getuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv to become somebody else"
)


def on_full_disk(folder: Path, *, room: int | None = None, first: str = "true") -> list[str]:
    """Run on a small disk mounted at `folder`, full but for `room` kB; `first` is run while it still has room."""
    folder.mkdir(parents=True, exist_ok=True)
    keep = f"truncate -s -{room}k filler" if room else "true"
    return _mounted(
        f"mount -t tmpfs -o size=512k tmpfs {shlex.quote(str(folder))}; cd {shlex.quote(str(folder))}; {first};"
        f" dd if=/dev/zero of=filler bs=1k 2>/dev/null; {keep}"
    )


def on_read_only_disk(folder: Path) -> list[str]:
    """Run with the disk at `folder`, and what is on it, read-only."""
    folder.mkdir(parents=True, exist_ok=True)
    where = shlex.quote(str(folder))
    return _mounted(f"mount --bind {where} {where}; mount -o remount,ro,bind {where}")


def with_small_files(kilobytes: int) -> list[str]:
    """Run with a limit on the size of every file."""
    return ["sh", "-c", f'ulimit -f {kilobytes * 2}; exec "$@"', "sh"]


def as_nobody() -> list[str]:
    """Run as a user who may write nowhere in the tests' folders."""
    return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


def _mounted(script: str) -> list[str]:
    return ["unshare", "-m", "sh", "-c", f'{script}; exec "$@"', "sh"]
