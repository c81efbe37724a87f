"""Measures the cost of tickfold, layer by layer and against other libraries ("peers").

    pytest benchmarks --benchmark-only     the layers (test_*.py)
    python -m benchmarks.peers             peers and tickfold in one interleaved run, in memory and end to end
    python -m benchmarks.profile           where the time of an end-to-end run goes (needs Linux perf)

Times depend on the machine; ratios from the same run can be compared.
"""
