"""YAML files, checked before they are composed: libyaml goes down with the depth of a file, and so does the process."""

from pathlib import Path

import yaml

from unbead.errors import UnbeadError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # that of libyaml is ten times as fast
DEEPEST = 50  # levels; mapping files have three, training configurations four
LARGEST = 1_000_000  # bytes; the largest mapping file that ships has 6,000
MOST = 100_000  # values, those behind anchors counted wherever they are used


def read_yaml(path: Path, what: str = "mapping file") -> str:
    """Read a YAML file, and see that it can be composed and constructed in bounded time, memory and depth.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it should be, in messages.

    Returns
    -------
    str
        Its text.

    Raises
    ------
    UnbeadError
        If it cannot be read, is no UTF-8 text, is not YAML, or is larger or deeper than any file of this kind.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UnbeadError(f"{path}: {error.strerror}; give the path of a {what}") from None
    except UnicodeDecodeError as error:
        raise UnbeadError(f"{path}: not text (byte {error.start} is no UTF-8); save it as UTF-8") from None
    if len(content) > LARGEST:
        raise UnbeadError(f"{path}: larger than {LARGEST} bytes, which no such file is; check that it is the right one")
    try:
        _check(path, text)
    except yaml.YAMLError as error:
        raise not_yaml(path, error) from None
    return text


def not_yaml(path: Path, error: yaml.YAMLError) -> UnbeadError:
    """Say where a file is not YAML.

    Parameters
    ----------
    path : Path
        The file.
    error : YAMLError
        What the parser said.

    Returns
    -------
    UnbeadError
        To be raised.
    """
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "cannot be read"
    return UnbeadError(f"{path}:{mark.line + 1 if mark else 1}: not YAML ({problem}); check indentation and colons")


def _check(path: Path, text: str) -> None:
    """Complain of depth, and of anchors that hold themselves or many others."""
    sizes: dict[str, int] = {}  # values behind an anchor
    opened: list[tuple[str | None, int]] = []  # anchor of what is open, and the values before it
    total = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in opened):
                raise UnbeadError(f"{path}:{line}: *{event.anchor} holds itself; write its values out")
            if event.anchor not in sizes:
                raise UnbeadError(f"{path}:{line}: nothing is called &{event.anchor}; write the value out")
            total += sizes[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, total))
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            if anchor is not None:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            sizes |= {event.anchor: 1} if event.anchor is not None else {}
        if len(opened) > DEEPEST or total > MOST:
            what = f"deeper than {DEEPEST} levels" if len(opened) > DEEPEST else f"more than {MOST} values"
            raise UnbeadError(f"{path}:{line}: {what}, which no such file has; check the brackets and anchors")


def load_yaml(path: Path, what: str) -> object:
    """Read the values of a YAML file.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it should be, in messages.

    Returns
    -------
    object
        Its values.

    Raises
    ------
    UnbeadError
        If `read_yaml` complains, a key is given twice, or a number or a date cannot be.
    """
    text = read_yaml(path, what)
    try:
        _refuse_twice(path, yaml.compose(text, Loader=LOADER), set())
        return yaml.load(text, Loader=LOADER)  # a safe loader
    except yaml.YAMLError as error:
        raise not_yaml(path, error) from None
    except (ValueError, OverflowError) as error:
        raise UnbeadError(f"{path}: a number or date cannot be ({str(error)[:80]}); correct it") from None


def _refuse_twice(path: Path, node: yaml.Node | None, seen: set[int]) -> None:
    """Complain of keys that YAML would let the last one win of."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in keys and key.value != "<<":
                    raise UnbeadError(f"{path}:{key.start_mark.line + 1}: {key.value[:60]}: given twice; keep one")
                keys.add(key.value)
            _refuse_twice(path, value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twice(path, value, seen)
