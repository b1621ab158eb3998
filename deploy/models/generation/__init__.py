"""A language model of what a camera sees: its tokens, its training, its measurement, its export."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tokenizer"))  # modules of the tokenizer are imported by their own names
