"""`python -m tests.conformance`: see run.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import run

sys.exit(run.main())
