"""Files on disk: compression, encoding, container; their rows in batches, read and written.

Another kind of file, or another packing, is told apart in `container`, opened in `unpacking`, read in `source`, and
written in `writers`, if it is to be written.
"""
