"""`settled` of `tickfold demo`, under the name that scripts import. It lives in tickfold.cli.demo."""

from tickfold.cli.demo import settled

__all__ = ["settled"]
