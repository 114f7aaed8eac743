"""A stand-in for the `dot` command, run as a program: draws with the library in the pygraphviz wheel.

It is given `-Knop2` or another engine, `-TFORMAT`, and attributes of the whole graph such as `-Gdpi=300`.
"""

import sys


def main() -> None:
    """Read a diagram from standard input and write its picture to standard output."""
    import pygraphviz

    figure = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
    asked = {argument[1]: argument[2:] for argument in sys.argv[1:]}
    for argument in sys.argv[1:]:
        if argument.startswith("-G"):
            name, _, value = argument[2:].partition("=")
            figure.graph_attr[name] = value
    sys.stdout.buffer.write(figure.draw(format=asked["T"], prog=asked["K"]))


if __name__ == "__main__":
    main()
