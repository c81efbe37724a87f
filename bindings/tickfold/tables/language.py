"""The words that tables are written in, under the name that a venue of your own imports."""

from tickfold.schema import language
from tickfold.schema.language import *  # noqa: F403
from tickfold.schema.language import flat

__all__ = ["flat"]
__all__ += language.__all__
