"""The language: text to syntax to graph, with everything that can be wrong on the way said in its own words."""
