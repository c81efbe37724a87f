"""The words that tables are written in, under the name that a venue of your own imports."""

from tickfold.schema.language import *  # noqa: F403
from tickfold.schema.language import Rows, Select, Shape, Table, Value

__all__ = ["Rows", "Select", "Shape", "Table", "Value"]
