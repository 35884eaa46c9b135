import pytest


@pytest.mark.parametrize("content", ["", "epochs: 3\n", "[1, 2", "- a\n"])
def test_configuration_that_cannot_be(refused, tmp_path, content):
    (tmp_path / "config.yaml").write_text(content)
    refused("train", "config.yaml", words=["config.yaml"])
