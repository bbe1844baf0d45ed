"""Whether a training file is ready, and which questions of the interview it answers."""
