import pytest

from unbead.errors import UnbeadError
from unbead.prepare.extras import require


def test_what_is_there_is_imported():
    assert require("json.decoder").JSONDecoder


def test_what_is_missing_says_how_to_get_it():
    with pytest.raises(UnbeadError, match=r"no_such_package is not installed; run: pip install 'unbead\[finish\]'"):
        require("no_such_package.module")
