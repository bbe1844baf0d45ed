"""Files of readers on the server: handed in, kept for a while, worked on, let go."""
