"""Files on disk: compression, encoding, container; their rows in batches, read and written."""
