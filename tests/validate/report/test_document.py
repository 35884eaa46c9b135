"""What all reports share."""

from unbead.validate.report.document import document, gallery


def test_pages_are_named_and_say_what_made_them():
    page = document("a < b", ["one", "two"], "unbead check")
    assert "<title>a &lt; b</title>" in page and "Made by unbead check" in page
    assert page.index("<section>one</section>") < page.index("<section>two</section>")


def test_a_gallery_leaves_out_what_is_not_there():
    assert gallery("Title", "", [None]) is None
    assert gallery("Title", "note", [None, "<svg></svg>"]).count("<svg>") == 1
