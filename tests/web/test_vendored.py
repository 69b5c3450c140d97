"""Files of others are what their makers published: pinned by version and hash (ADR 0029)."""

from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PINNED = {
    # htmx.org 2.0.11, dist/htmx.min.js
    "web/static/htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    # axe-core 4.14.1, axe.min.js
    "tests/vendor/axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}


@pytest.mark.parametrize("name", PINNED)
def test_a_vendored_file_is_the_published_one_and_its_licence_lies_beside_it(name):
    file = ROOT / name

    assert sha256(file.read_bytes()).hexdigest() == PINNED[name]
    assert file.with_name(f"{file.name.partition('.')[0]}.LICENSE.txt").is_file()
