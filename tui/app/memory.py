"""Large pieces of memory go back to the system as soon as they are freed."""

import sys

_LARGE = 256 * 1024
"""Bytes from which on glibc maps a piece of memory by itself, so that freeing it gives it back."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Their numbers in malloc.h."""


def give_back_large_pieces() -> None:
    """Keep glibc from raising its threshold with the largest answer that was ever freed; elsewhere do nothing.

    It would hold all later answers of that size in its own heap, between small things that stay: after some answers
    of megabytes a dashboard would be a hundred megabytes larger for good. Imports ctypes: call it in a thread.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # musl has none, and maps from 128 kB on anyway
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, _LARGE)
