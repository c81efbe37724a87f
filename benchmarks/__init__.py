"""What tickfold costs, layer by layer and against its peers.

    pytest benchmarks --benchmark-only     the layers (test_*.py)
    python -m benchmarks.peers             peers and tickfold in one interleaved run, in memory and end to end
    python -m benchmarks.profile           where the time of an end-to-end run goes (needs Linux perf)

Times of one machine mean little elsewhere; ratios taken in the same run mean more.
"""
