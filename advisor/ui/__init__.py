"""The screen: its pages, what they are made of, the files that are handed in, and the server.

`pages/registry.py` names every page and what draws it; `shell.py` draws what surrounds them. Only the command line,
which starts the server, rests on this room.
"""
