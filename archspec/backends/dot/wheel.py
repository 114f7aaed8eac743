"""A stand-in for the `dot` command, run as a program: draws with the library in the pygraphviz wheel."""

import sys

import pygraphviz


def main() -> None:
    """Read a diagram from standard input and write its picture in the format that `-TFORMAT` names."""
    figure = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
    sys.stdout.buffer.write(figure.draw(format=sys.argv[1].removeprefix("-T"), prog="dot"))


if __name__ == "__main__":
    main()
