"""Names whose modules are imported when they are first used, so that a program loads only what it needs."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def loading(module: str, where: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` (PEP 562) of `module`: imports a name of `where` from the module given there.

    Raises AttributeError for any other name.
    """

    def __getattr__(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value = getattr(import_module(where[name]), name)
        setattr(sys.modules[module], name, value)
        return value

    return __getattr__
