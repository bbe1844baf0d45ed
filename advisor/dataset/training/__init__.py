"""What training runs on a file cost and how long they take, and the words for it."""
