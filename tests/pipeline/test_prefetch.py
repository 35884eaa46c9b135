"""Threads that read ahead and write behind."""

import threading

import pytest

from unbead.pipeline.prefetch import WriteBehind, read_ahead


def failing(n):
    yield from range(n)
    raise ValueError("end of the world")


def test_items_come_in_order():
    assert list(read_ahead(range(50), 3)) == list(range(50))


def test_no_more_is_read_than_may_wait():
    taken = []
    ahead = read_ahead((taken.append(k) or k for k in range(100)), 2)
    next(ahead)
    threading.Event().wait(0.3)
    assert 3 <= len(taken) <= 5
    ahead.close()
    assert threading.active_count() < 100 and len(taken) <= 5


def test_what_reading_raises_comes_after_the_items_before():
    ahead = read_ahead(failing(3), 2)
    assert [next(ahead) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="end of the world"):
        next(ahead)


def test_all_is_written_when_the_block_ends():
    done = []
    with WriteBehind(done.append, 2) as behind:
        for k in range(20):
            behind.put(k)
    assert done == list(range(20))


def test_what_waits_is_written_even_if_the_block_fails():
    done = []
    with pytest.raises(KeyError), WriteBehind(done.append, 5) as behind:
        for k in range(4):
            behind.put(k)
        raise KeyError
    assert done == [0, 1, 2, 3]


def test_an_error_in_writing_is_raised_and_nothing_follows():
    done = []

    def write(item):
        if item == 2:
            raise OSError("full")
        done.append(item)

    with pytest.raises(OSError, match="full"), WriteBehind(write, 1) as behind:
        for k in range(50):
            behind.put(k)
    assert done == [0, 1]
