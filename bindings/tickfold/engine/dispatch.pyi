from tickfold.engine.callbacks import Callbacks

# At run time no class is above it: Callbacks is what says how on() and on_batch() are typed.
class Dispatcher(Callbacks):
    silent: bool
    def __init__(self) -> None: ...
    @property
    def last_seq(self) -> int: ...
