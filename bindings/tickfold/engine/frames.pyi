from typing import final

from typing_extensions import Buffer

from tickfold.engine.messages import Assembler

@final
class FrameReader:
    assembler: Assembler
    def __init__(self, assembler: Assembler) -> None: ...

def encode_frame(
    opcode: int, payload: Buffer, *, fin: bool = True, rsv1: bool = False, mask: bytes | None = None
) -> bytes: ...
