"""The web server around the pages: which addresses it answers, to whom, and with which headers."""
