"""The base of Cython handlers (see handler.pxd)."""
# Generated from engine/schema/records.py: change that file, then `make records`.

from tickfold.engine import versioned

globals()["Handler"] = versioned.Handler
