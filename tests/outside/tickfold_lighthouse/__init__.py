"""A venue that is made up, in a package of its own: quotes and orders of lamps. tests/test_outside.py installs it.

    server  {"say":"welcome"}
    client  {"do":"light","lamps":["red","green"]}
    server  {"say":"lit","lamps":["red","green"]}
    server  {"say":"glow","lamp":"red","low":"1.25","high":"1.27","at":1722952931900412301}
    server  {"say":"ship","id":"7","lamp":"red","wants":5,"has":2,"state":"sailing","at":1722952931900412301}
"""

from tickfold.schema.registry import Entry
from tickfold_lighthouse.dialogue import Lamps

__all__ = ["ENTRY", "Lamps"]

ENTRY = Entry(
    venue="tickfold_lighthouse",
    table="tickfold_lighthouse.table:TABLE",
    streams=("tickfold_lighthouse.dialogue:Lamps",),
    simulated="tickfold_lighthouse.tower:Tower",
    command="tickfold_lighthouse.command:COMMAND",
)
