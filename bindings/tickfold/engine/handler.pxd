"""A strategy without Python in the loop: subclass Handler in Cython and attach it.

    from tickfold.engine.handler cimport Handler
    from tickfold.engine.structs cimport tf_quote

    cdef class Spread(Handler):
        cdef readonly double widest

        cdef void on_quote(self, const tf_quote *quote) noexcept:
            self.widest = max(self.widest, quote.ask - quote.bid)

    dispatcher.attach(Spread())

Methods get a pointer that is valid during the call, hold the GIL, and must not raise. The masks `head.known` and
`head.changed` say which fields were ever stated and which this update altered (bit TF_QUOTE_BID and so on). A field
that was never stated is NaN, TF_UNKNOWN_TIME, 0 or an empty text.

An extension module that was compiled against another layout of the records cannot be imported: ImportError says to
build it again. `tf.layout()` shows the layout at hand.
"""
# Generated from engine/schema/records.py: change that file, then `make records`.

from tickfold.engine.versioned cimport Handler_d835a4a027847a68 as Handler, deliver
