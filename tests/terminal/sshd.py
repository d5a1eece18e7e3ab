"""A real SSH server on this machine, for the length of a test, with a key nobody else has."""

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

needs_sshd = pytest.mark.skipif(
    SSHD is None or shutil.which("ssh") is None or os.getuid() != 0,
    reason="needs root and an SSH server: apt-get install openssh-server",
)


@contextmanager
def ssh_server(folder: Path) -> Iterator[list[str]]:
    """Start the server and give the words of an `ssh` command that reaches it."""
    port = _free_port()
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True, timeout=60)
    authorized = folder / "authorized_keys"
    shutil.copy(folder / "user.pub", authorized)
    authorized.chmod(0o600)
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder / 'host'}\nAuthorizedKeysFile {authorized}\n"
        "UsePAM no\nStrictModes no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL)
    try:
        _wait_until_it_listens(port)
        options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "IdentitiesOnly=yes"]
        words = ["ssh", "-tt", "-F", "none", "-p", str(port), "-i", str(folder / "user")]
        yield [*words, *(f"-o{option}" for option in options), f"{getpass.getuser()}@127.0.0.1"]
    finally:
        server.terminate()
        server.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_listens(port: int) -> None:
    ends, tick = monotonic() + 20, Event()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if monotonic() > ends:
                raise
            tick.wait(0.05)
        else:
            return
