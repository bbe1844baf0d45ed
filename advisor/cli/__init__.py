"""The `advisor` command: it reads arguments, calls the library, and prints text or JSON.

`main` has the commands on an advice, and every other family of commands a module of its own; what several of them take
is declared in `shared_options`, and how they refuse in `refusals` and `usage`.
"""
