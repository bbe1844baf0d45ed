"""Charts as specifications: what is drawn, with which words; screen and PDF each draw them."""
