"""Generates code and docs from records.py and the registry of venues: `python engine/schema/generate.py`.

One writer for each language:

    write_c.py         bindings/tickfold/include/tickfold/records.h   the structs, for C, C++ and Cython
                       bindings/tickfold/include/tickfold/fields.h    name, type, bit, offset and size of every field
    write_cython.py    bindings/tickfold/engine/structs.pxd           the same structs, for cimport
                       bindings/tickfold/engine/handler.pxd           Handler, with one virtual method per record
                       …/versioned.pxd, engine/out/versioned.pyx      the same, named after this layout's hash
    write_python.py    bindings/tickfold/schema/enums.py              the enums
                       bindings/tickfold/engine/records.pyi           attributes of the records, for type checkers
    write_callbacks.py bindings/tickfold/engine/callbacks.py          on() and on_batch() of every kind, typed
    write_docs.py      docs/records.md                                the reference page
    venues.py          bindings/tickfold/{venues,sim}/listed.py       all venues and simulated venues, imported by name

All of them take the place of each field from layout.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import venues
import write_c
import write_callbacks
import write_cython
import write_docs
import write_python

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "bindings" / "tickfold"
NOTE = "Generated from engine/schema/records.py: change that file, then `make records`."
OF_VENUES = "Generated from tickfold/schema/registry.py: change that file, then `make records`."

OUTPUTS = {
    PACKAGE / "include" / "tickfold" / "records.h": write_c.records_h,
    PACKAGE / "include" / "tickfold" / "fields.h": write_c.fields_h,
    PACKAGE / "engine" / "structs.pxd": write_cython.structs_pxd,
    PACKAGE / "engine" / "handler.pxd": write_cython.handler_pxd,
    PACKAGE / "engine" / "versioned.pxd": write_cython.versioned_pxd,
    ROOT / "engine" / "out" / "handler.pyx": write_cython.handler_pyx,
    ROOT / "engine" / "out" / "versioned.pyx": write_cython.versioned_pyx,
    PACKAGE / "schema" / "enums.py": write_python.enums_py,
    PACKAGE / "engine" / "records.pyi": write_python.records_pyi,
    PACKAGE / "engine" / "callbacks.py": write_callbacks.callbacks_py,
    ROOT / "docs" / "records.md": write_docs.records_md,
}


def main() -> int:
    """Writes the files that are out of date. With --check writes nothing; exit status 1 if any file is out of date."""
    check = "--check" in sys.argv[1:]
    texts = {path: make(NOTE) for path, make in OUTPUTS.items()}
    texts[PACKAGE / "venues" / "listed.py"] = venues.venues_py(OF_VENUES)
    texts[PACKAGE / "sim" / "listed.py"] = venues.simulated_py(OF_VENUES)
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(texts[path])
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
