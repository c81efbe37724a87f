"""`python -m tests.fuzz`: see fuzz.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fuzz

sys.exit(fuzz.main())
