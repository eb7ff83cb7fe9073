"""A hint that an instrument hangs: the same frame over and over, where its last figure should tremble."""

from __future__ import annotations


class Stale:
    """Counts raw frames that are equal byte for byte.

    Only a hint: an instrument that rounds coarsely says the same for hours. What proves a hang is a load that changes
    and a frame that does not.
    """

    def __init__(self, count: int = 5) -> None:
        self.count = count
        self._last, self._same = b"", 0

    def heard(self, raw: bytes) -> bool:
        """Whether this frame and the ones before it are `count` equal ones in a row."""
        self._same = self._same + 1 if raw == self._last else 1
        self._last = raw
        return self._same >= self.count
