"""One module a page. `registry.py` names each, with its address and what draws it: add a page there.

Its entry there names the part of the menu it is in, too, and what its `buttons` lead to, so that a press draws the next
page in its own run; `learn` links to pages to read.
"""
