"""The `advisor` command: it reads arguments, calls the library, and prints text or JSON."""
