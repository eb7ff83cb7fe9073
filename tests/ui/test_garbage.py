"""Where cyclic garbage goes."""

import gc
import threading
import weakref

from fieldcal.ui.garbage import Garbage


class Knot:
    """A cycle, and a lot of what makes Python collect."""

    def __init__(self):
        self.own, self.many = self, [[] for _ in range(3000)]


def test_another_thread_collects_nothing_and_the_window_does(qtbot):
    garbage, where = Garbage(), []
    try:
        knot = Knot()
        weakref.finalize(knot, lambda: where.append(threading.current_thread()))
        del knot
        busy = threading.Thread(target=lambda: [Knot() for _ in range(30)])
        busy.start()
        busy.join()
        assert where == []
        qtbot.waitUntil(lambda: where == [threading.main_thread()], timeout=4000)
    finally:
        garbage.stop()
    assert gc.isenabled()
