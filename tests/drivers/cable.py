"""A cable between two programs: two pseudo-terminals, and a thread that carries bytes across."""

import os
import select
import threading
import tty


class Cable:
    def __init__(self) -> None:
        self._ends = [os.openpty(), os.openpty()]
        for _, slave in self._ends:
            tty.setraw(slave)
        self.left, self.right = (os.ttyname(slave) for _, slave in self._ends)
        self._bell = os.pipe()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        left, right = (master for master, _ in self._ends)
        while True:
            ready, _, _ = select.select([left, right, self._bell[0]], [], [])
            if self._bell[0] in ready:
                return
            for end in ready:
                os.write(right if end == left else left, os.read(end, 4096))

    def close(self) -> None:
        os.write(self._bell[1], b"!")
        self._thread.join(2)
        for handle in (*self._bell, *self._ends[0], *self._ends[1]):
            os.close(handle)
