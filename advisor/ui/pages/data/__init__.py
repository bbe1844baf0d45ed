"""The page "Your data"."""
