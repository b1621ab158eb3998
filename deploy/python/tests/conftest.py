"""What ExportTest of the Java modules exported."""

from pathlib import Path

import numpy as np
import pytest

EXPORTS = Path(__file__).parent / "exports"


@pytest.fixture(scope="session")
def exports():
    return EXPORTS


@pytest.fixture(scope="session")
def exported():
    """camera, clip, position, time and tokens [4, 4] of every token frame that was exported."""
    rows = []
    for line in (EXPORTS / "tokens.tsv").read_text().splitlines():
        camera, *numbers = line.split("\t")
        clip, position, time, *tokens = map(int, numbers)
        rows.append((camera, clip, position, time, np.array(tokens).reshape(4, 4)))
    return rows
