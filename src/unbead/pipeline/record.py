"""The small file beside a trajectory that tells what it was made of, so that another run can go on with it."""

import json
from pathlib import Path

from unbead.errors import UnbeadError

NAMES = {"unbead": "version of Unbead", "inputs": "input files", "frames": "--start, --stop, --step"}


def record_path(output: Path) -> Path:
    """Return the place of the record of a trajectory.

    Parameters
    ----------
    output : Path
        The trajectory.

    Returns
    -------
    Path
        The same with ``.unbead.json`` behind.
    """
    return output.with_name(output.name + ".unbead.json")


def describe_files(paths: list[Path]) -> list[list]:
    """Describe input files by what shows that they are others.

    Parameters
    ----------
    paths : list of Path
        Files.

    Returns
    -------
    list of list
        Name and size of each.
    """
    return [[path.name, path.stat().st_size] for path in paths]


def write_record(output: Path, record: dict) -> None:
    """Write the record of a trajectory.

    Parameters
    ----------
    output : Path
        The trajectory.
    record : dict
        What it is made of; keys that are not in `NAMES` are names of options.

    Raises
    ------
    UnbeadError
        If it cannot be written.
    """
    path = record_path(output)
    try:
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UnbeadError(f"{path}: {error.strerror}; choose another place") from None


def read_record(output: Path) -> dict | None:
    """Read the record of a trajectory.

    Parameters
    ----------
    output : Path
        The trajectory.

    Returns
    -------
    dict or None
        The record; None where there is none that can be read.
    """
    try:
        record = json.loads(record_path(output).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def check_same(output: Path, record: dict) -> None:
    """Complain if a trajectory was begun in another way than it is to go on.

    Parameters
    ----------
    output : Path
        The trajectory.
    record : dict
        What it is to be made of now.

    Raises
    ------
    UnbeadError
        If there is no record, or anything differs.
    """
    older = read_record(output)
    if older is None:
        raise UnbeadError(
            f"{output}: there is no {record_path(output).name} to tell what it was made of; run without --resume"
        )
    for key in older | record:
        value = record.get(key)
        if older.get(key) != value:
            name = NAMES.get(key, "--" + key.replace("_", "-"))
            raise UnbeadError(
                f"{output}: was begun with {name} {older.get(key)}, now {value}; go on as it was begun, or choose"
                " another output"
            )
