"""What the messages of a stream hold that its table does not know."""

from dataclasses import dataclass

#: What is strange about it; the numbers are those of the engine.
STRANGE = ("unknown key", "unreadable value", "unknown word", "other body")


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that a table does not know, and how often it came.

    `type` is the message's type as the venue writes it ("q", "sor"), "" where there is none. `what` is "unknown key",
    "unreadable value", "unknown word" (of an enum) or "other body" (of a known message; `key` is then ""). `sample` is
    the first such value as it stood in the message, cut after 200 bytes.
    """

    stream: str
    type: str
    key: str
    what: str
    count: int
    sample: bytes
