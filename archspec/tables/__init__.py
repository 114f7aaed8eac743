"""Tables of papers: read into specs, and written from graphs."""
