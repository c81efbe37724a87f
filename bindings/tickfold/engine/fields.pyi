from typing import Any

ENUMS: tuple[str, ...]

def layout() -> dict[str, Any]: ...
