"""Figures of networks, as papers draw them.

`steps` groups a graph's layers into what one box shows, `tree` finds chains, branches and joins in them, `folding` what
repeats. A style (`stack`, ...) lays that out in points, as a `scene` of boxes, lines and words, which `svg` and others write.
"""
