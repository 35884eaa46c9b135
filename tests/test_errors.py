"""Errors name the file that they are about."""

from pathlib import Path

import pytest

from unbead.errors import UnbeadError, about


def test_the_file_is_named_once():
    with pytest.raises(UnbeadError, match=r"^a\.pdb: bad$"), about(Path("a.pdb")):
        raise UnbeadError("bad")
    with pytest.raises(UnbeadError, match=r"^a\.pdb: bad$"), about("a.pdb"):
        raise UnbeadError("a.pdb: bad")


def test_what_has_no_name_adds_nothing():
    with pytest.raises(UnbeadError, match=r"^bad$"), about(object()):
        raise UnbeadError("bad")
