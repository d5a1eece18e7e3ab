"""One sync at a time: several instances may have the same ledger open, one of them reads it from the provider."""

from pathlib import Path


class SyncLock:
    """A lock on the ledger file of one account, which ends with the process at the latest."""

    def __init__(self, path: Path) -> None:
        """Prepare a lock for the ledger file at `path`."""
        from filelock import FileLock

        # Taken in the thread of the store, given back by the event loop.
        self._lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=0, mode=0o600, thread_local=False)

    def take(self) -> bool:
        """Take the lock unless another instance has it. Raises OSError."""
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Give the lock back; harmless without it."""
        self._lock.release()
