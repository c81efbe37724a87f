"""The command line: `tickfold demo`, `tickfold sim` and `tickfold watch`."""

from tickfold.cli.commands import main, parser
from tickfold.cli.watch import VENUES

__all__ = ["VENUES", "main", "parser"]
