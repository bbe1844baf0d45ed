"""The screen: its pages, what they are made of, the files that are handed in, and the server.

`shell.py` names every page and what draws it. Only the command line, which starts the server, rests on this room.
"""
