"""`archspec completion bash|zsh|tcsh`"""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "tcsh"], help='for bash: eval "$(archspec completion bash)"')


def run(args: argparse.Namespace) -> int:
    """Print the script that lets a shell complete commands, options and files."""
    import shtab

    from archspec.cli import COMMANDS, make_parser

    print(shtab.complete(make_parser(tuple(COMMANDS)), shell=args.shell))
    return 0
