"""The compiled engine: bytes in, records out. Sans-I/O; every module here can be cimported from Cython."""
