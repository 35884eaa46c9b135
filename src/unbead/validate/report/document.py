"""A report as one HTML page that needs nothing else: what all reports share."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from unbead import __version__


def document(title: str, sections: Iterable[str], command: str) -> str:
    """Write a whole page.

    Parameters
    ----------
    title : str
        Its name.
    sections : iterable of str
        HTML of each part.
    command : str
        What made it, such as ``unbead check``.

    Returns
    -------
    str
        A whole HTML document.
    """
    body = "".join(f"<section>{part}</section>" for part in sections)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{shipped('page.css')}</style></head><body><main>{body}"
        f'<p class="note">Made by {command} {__version__}. What each number means: docs/validation.md.</p>'
        "</main></body></html>\n"
    )


def gallery(title: str, note: str, pictures: Sequence[str | None]) -> str | None:
    """Put plots under a heading.

    Parameters
    ----------
    title, note : str
        Heading, and a line below it.
    pictures : sequence of str or None
        SVG pictures; None leaves one out.

    Returns
    -------
    str or None
        HTML; None without any picture.
    """
    shown = [picture for picture in pictures if picture]
    if not shown:
        return None
    return f'<h2>{title}</h2><p class="note">{note}</p><div class="plots">{"".join(shown)}</div>'


def shipped(name: str) -> str:
    """Read a file that reports include.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    str
        Its text.
    """
    return (files("unbead.validate") / "data" / name).read_text(encoding="utf-8")
