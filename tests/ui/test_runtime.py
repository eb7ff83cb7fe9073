"""Work away from the window's thread."""

from threading import Event

from fieldcal.ui.runtime import Runner


def test_the_outcome_comes_back_on_the_thread_of_the_window(qtbot):
    runner, found = Runner(), []
    runner(lambda: 7, found.append, found.append)
    qtbot.waitUntil(lambda: found == [7])
    runner(lambda: 1 / 0, found.append, found.append)
    qtbot.waitUntil(lambda: len(found) == 2)
    assert isinstance(found[1], ZeroDivisionError)
    runner.close()


def test_what_ends_after_the_window_closed_reaches_nobody(qtbot):
    runner, found, started = Runner(), [], Event()
    runner(lambda: started.set() or 7, found.append, found.append)
    started.wait(5)
    runner.close()
    qtbot.wait(50)
    assert found == []
