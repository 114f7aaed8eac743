"""What a graph tells beyond its counts: what its values see, and what they take to hold."""
