"""What a person reads: diagnostics with carets, and the summary of a network."""
