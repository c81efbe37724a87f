from typing import final

from tickfold.schema.errors import ProtocolError
from tickfold.schema.extensions import DeflateParams

DEFAULT_MAX_MESSAGE_SIZE: int
DEFAULT_MAX_FRAME_SIZE: int
DEFAULT_MAX_FRAGMENTS: int

@final
class Assembler:
    close_code: int
    reason: bytes
    failure: ProtocolError | None
    mended: int
    max_message_size: int
    max_frame_size: int
    max_fragments: int
    def __init__(
        self,
        deflate: DeflateParams | None = None,
        *,
        max_message_size: int | None = ...,
        max_frame_size: int | None = ...,
        max_fragments: int | None = ...,
        mends_text: bool = False,
        server: bool = False,
    ) -> None: ...
    @property
    def buffered(self) -> int: ...
