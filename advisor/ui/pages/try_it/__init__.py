"""The page on which a pilot is planned, run and read."""
