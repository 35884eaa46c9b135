"""Reading ahead and writing behind, each in a thread with a short queue, while the next frames are computed."""

from collections.abc import Callable, Generator, Iterable
from queue import Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")
PATIENCE = 0.1  # s between looks at whether the other side has ended


def read_ahead(items: Iterable[T], most: int) -> Generator[T, None, None]:
    """Take items in another thread before they are asked for.

    Parameters
    ----------
    items : iterable
        What to take; what it raises is raised here, after the items before.
    most : int
        How many may wait.

    Yields
    ------
    object
        The items in their order.
    """
    waiting: Queue[tuple[list[T], BaseException | None]] = Queue(most)
    ended = Event()

    def put(found: list[T], error: BaseException | None = None) -> None:  # numpydoc ignore=GL08
        while not ended.is_set():
            try:
                return waiting.put((found, error), timeout=PATIENCE)
            except Full:
                continue

    def take() -> None:  # numpydoc ignore=GL08
        try:
            for item in items:
                put([item])
                if ended.is_set():
                    return
            put([])
        except BaseException as error:  # raised again where the items are used
            put([], error)

    thread = Thread(target=take, daemon=True)
    thread.start()
    try:
        while True:
            found, error = waiting.get()
            if error is not None:
                raise error
            if not found:
                return
            yield found[0]
    finally:
        ended.set()
        thread.join()


class WriteBehind(Generic[T]):
    """Hands items to a function in another thread, in their order; on leaving, all are done.

    Parameters
    ----------
    write : callable
        What to do with an item; after it raised, nothing more is done, and the error is raised at the next chance.
    most : int
        How many may wait.
    """

    def __init__(self, write: Callable[[T], None], most: int):
        self._write = write
        self._waiting: Queue[list[T]] = Queue(most)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> "WriteBehind[T]":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.put([])
        self._thread.join()
        if self._error is not None and error is None:
            raise self._error

    def put(self, item: T) -> None:
        """Hand over an item, or wait until it can be.

        Parameters
        ----------
        item : object
            The item.
        """
        if self._error is not None:
            raise self._error
        self._waiting.put([item])

    def _work(self) -> None:
        while found := self._waiting.get():
            if self._error is None:
                try:
                    self._write(found[0])
                except BaseException as error:  # raised again where items are handed over
                    self._error = error
