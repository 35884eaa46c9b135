"""The report."""

import re
from html.parser import HTMLParser

import pytest

from unbead.validate.check import check_model, summarise
from unbead.validate.report.page import page


class Balance(HTMLParser):
    """Checks that tags are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def text(crystal):
    """A report about two models, one of them a mirror image."""
    mirrored = crystal.with_positions(crystal.positions * [1, 1, -1])
    return page(summarise([check_model(crystal, crystal), check_model(mirrored, crystal)]), "<b>.pdb")


def test_a_page_is_whole_and_needs_nothing_else(text):
    assert Balance(text).open == []
    assert not re.search(r"(src|href)=|https?://|@import|url\(", text)


def test_the_verdict_comes_first_and_names_are_escaped(text):
    assert "<b>" not in text and "&lt;b&gt;.pdb" in text
    assert text.index(">FAIL<") < text.index("<table>") < text.index("<svg") < text.index("<canvas")
    for words in ("Worst model", "(model 2)", "Ramachandran", "Error by residue (model 1)", "χ1 / °", "D-centres"):
        assert words in text
