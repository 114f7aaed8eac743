"""Names of layers as attributes of a PyTorch module: what cannot be one is refused."""

import re
from collections.abc import Iterator

from archspec.diagnostics import Problem, problem
from archspec.graph import Graph

TAKEN = frozenset(
    re.findall(
        r"\w+",
        """
        T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
        dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule
        half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters
        parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
        register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
        register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
        register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to
        to_empty train training type xpu zero_grad
        """,
    )
)
"""What every `torch.nn.Module` has under its own name, besides names that begin with an underscore."""
OURS = "head_weights"
"""What every module made of a network has besides."""


def check_names(graph: Graph) -> None:
    """Raises Problem E607 when a layer's path cannot be an attribute of a PyTorch module."""
    paths = {node.path for node in graph.nodes}
    for node in graph.nodes:
        for part in node.path.split("."):
            if part in TAKEN or part.startswith("_"):
                raise clash(node.path, part, "is a name that every PyTorch module uses itself")
            if part == OURS:
                raise clash(node.path, part, "is where a network's module keeps the weights of its heads")
        for scope in scopes(node.path):
            if scope in paths:
                raise clash(node.path, scope, "is both a layer and a group of layers")


def scopes(path: str) -> Iterator[str]:
    """The groups that a path lies in, innermost first: `a.b` and `a` for `a.b.c`."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def clash(path: str, name: str, why: str) -> Problem:
    return problem("E607", f"`{name}` {why}", f"the layer {path}", f"write another label for `{name}`")
