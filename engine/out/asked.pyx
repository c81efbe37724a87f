"""Checks what on() and on_batch() are asked for (see asked.pxd)."""

from libc.stdint cimport uint64_t

from tickfold.engine.fields cimport TF_KINDS
from tickfold.engine.records cimport Record, kind_of
from tickfold.engine.structs cimport (
    TF_RECORD_KIND_FILL, TF_RECORD_KIND_INSTRUMENT, TF_RECORD_KIND_QUOTE, TF_RECORD_KIND_STATS)

from tickfold.schema.errors import ConfigError


cdef list check_kind(object kind, str method):
    if kind is Record:
        return list(range(1, TF_KINDS))
    if callable(kind) and not isinstance(kind, type):
        raise TypeError(f"{method}() is told which records first: write @engine.{method}(tf.Quote), "
                        f"or {method}(tf.Quote, {getattr(kind, '__name__', 'callback')})")
    return [kind_of(kind)]


cdef uint64_t check_mask(object cls, list kinds, object changed, object amendments) except? 0:
    if amendments and kinds != [TF_RECORD_KIND_FILL]:
        raise ConfigError(f"amendments=True: {cls.__name__} has none, fills are amended: on(tf.Fill, amendments=True)")
    if changed is None:
        return ~<uint64_t>0
    if len(kinds) > 1:
        raise ConfigError("changed= names fields of one kind: register for each kind, not for tf.Record")
    try:
        mask = cls.mask(*([changed] if isinstance(changed, str) else changed))
    except ValueError as error:
        raise ConfigError(str(error)) from None
    if mask == 0:
        raise ConfigError("changed=[] would never call; leave it out to be called for every record")
    return mask


cdef int check_conflate(object cls, list kinds, object native) except -1:
    for kind in kinds:
        if kind not in (TF_RECORD_KIND_QUOTE, TF_RECORD_KIND_STATS, TF_RECORD_KIND_INSTRUMENT):
            raise ConfigError(
                f"conflate=True: a Quote, Stats or Instrument has a newest state, but every {cls.__name__} counts")
    if native is not None:
        raise ConfigError("conflate=True is for callbacks of Python: a C function is called with every record")
    return 0
