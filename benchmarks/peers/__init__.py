"""Peers, by the work that they do: each a function that makes everything ready and gives the call to be measured."""
