"""What docs/testing.md shows is true: every block is run as the test file that it is."""

import re
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "testing.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_every_block_of_the_document_passes_as_a_test_file(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["pavedroad.testing.plugin"]')
    pytester.makepyfile(**{f"test_block_{number}": block for number, block in enumerate(BLOCKS)})
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=sum(block.count("def test_") for block in BLOCKS))
    assert len(BLOCKS) == 3
