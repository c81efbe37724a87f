from typing import Literal

from tickfold.engine.callbacks import Callbacks

# At run time no class is above it: Callbacks is what says how on() and on_batch() are typed.
class Dispatcher(Callbacks):
    silent: bool
    def __init__(self, *, on_callback_error: Literal["raise", "report"] = "raise") -> None: ...
    def callback_errors(self, stream: int) -> int: ...
    @property
    def last_seq(self) -> int: ...
