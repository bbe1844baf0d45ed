"""One pass over a training file: what is wrong with it and what is in it, also in several processes."""
