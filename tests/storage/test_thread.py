from __future__ import annotations

import threading

import pytest

from fieldcal.storage.thread import StorageThread


def test_appends_overtake_waiting_reads_and_keep_their_order():
    thread, gate, done = StorageThread(), threading.Event(), []
    jobs = [thread.submit(gate.wait)]
    jobs += [thread.submit(lambda n=n: done.append(f"read {n}")) for n in range(3)]
    jobs += [thread.submit(lambda n=n: done.append(f"append {n}"), urgent=True) for n in range(3)]
    gate.set()
    for job in jobs:
        job.result(5)
    thread.stop()
    assert done == ["append 0", "append 1", "append 2", "read 0", "read 1", "read 2"]


def test_an_error_reaches_the_caller_and_the_thread_goes_on():
    thread = StorageThread()
    with pytest.raises(ZeroDivisionError):
        thread.call(lambda: 1 // 0)
    assert thread.call(lambda: 7) == 7
    thread.stop()


def test_a_job_may_call_again_without_waiting_for_itself():
    thread = StorageThread()
    assert thread.call(lambda: thread.call(threading.current_thread)).name == "storage"
    thread.stop()


def test_stopping_finishes_what_was_queued_and_refuses_the_rest():
    before = set(threading.enumerate())
    thread, gate = StorageThread(), threading.Event()
    thread.submit(gate.wait)
    last = thread.submit(lambda: "done")
    threading.Timer(0.05, gate.set).start()
    thread.stop()
    assert last.result(0) == "done"
    with pytest.raises(RuntimeError):
        thread.call(lambda: None)
    assert "storage" not in {other.name for other in set(threading.enumerate()) - before}
