"""One sync at a time: several instances may have the same ledger open, one of them reads it from the provider."""

from pathlib import Path

from tui.ledger.store.schema import unusable
from tui.storage.machine_lock import file_lock


class SyncLock:
    """A lock on the ledger file of one account, which ends with the process at the latest."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Taken in the thread of the store, given back by the event loop.
        self._lock = file_lock(path.with_name(f".{path.name}.lock"), 0)

    def take(self) -> bool:
        """Take the lock unless another instance has it. Raises LedgerError where it cannot be made."""
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:  # the latter where the file system has no locks
            raise unusable(self._path, error) from error
        return True

    def release(self) -> None:
        """Give the lock back; harmless without it."""
        self._lock.release()
