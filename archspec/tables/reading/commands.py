"""The commands of LaTeX that tables use, and what becomes of each when a table is read."""

BREAKS = {"\\", "tabularnewline", "cr", "newline"}
"""Ends of rows, and in a cell of lines."""
RULES = {
    "hline", "toprule", "midrule", "bottomrule", "specialrule", "cline", "cmidrule", "Xhline", "hdashline", "cdashline",
}  # fmt: skip
"""Lines between rows."""
DROPPED = {
    "cline": 1, "cmidrule": 1, "Xhline": 1, "cdashline": 1, "specialrule": 3, "rowcolor": 1, "cellcolor": 1, "color": 1,
    "columncolor": 1, "vspace": 1, "hspace": 1, "rule": 2, "label": 1, "cite": 1, "citep": 1, "citet": 1, "caption": 1,
    "setlength": 2, "renewcommand": 2, "noalign": 1, "raisebox": 1, "shortstack": 0, "makecell": 0, "thead": 0,
    "specialcell": 0,
}  # fmt: skip
"""Commands that are left out with their option and so many arguments; what stands in further braces stays."""
IGNORED = {
    *RULES, "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "textbf", "textit", "textrm", "textsc",
    "textsf", "texttt", "text", "emph", "mathbf", "mathrm", "mathit", "mathsf", "bf", "bfseries", "it", "itshape", "rm",
    "sf", "tt", "ttfamily", "sc", "boldsymbol", "bm", "mbox", "hbox", "tiny", "scriptsize", "footnotesize", "small",
    "normalsize", "large", "Large", "centering", "raggedright", "raggedleft", "arraybackslash", "bigstrut", "strut",
    "Tstrut", "Bstrut", "displaystyle", "textstyle", "scriptstyle", "underline", "noindent", "relax", "!", "/", "-",
    "endhead", "endfirsthead", "endfoot", "endlastfoot", "protect", "addlinespace", "morecmidrules", "hfill",
    "num", "qty", "SI",
}  # fmt: skip
"""Commands that change looks alone; what stands in braces behind them stays."""
SIGNS = {
    "times": "×", "cdot": "·", "ast": "*", "rightarrow": "->", "to": "->", "quad": " ", "qquad": " ", ",": " ",
    ";": " ", ":": " ", " ": " ", "\n": " ", "enspace": " ", "thinspace": " ", "%": "%", "_": "_", "#": "#", "&": "&",
    "$": "$", "{": "{", "}": "}", "textendash": "-", "textemdash": "-", "lbrack": "[", "rbrack": "]", "vert": "|",
    "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "textbar": "|", "textless": "<",
    "textgreater": ">", "ldots": "...", "dots": "...", "cdots": "...", "textunderscore": "_", "texttimes": "×",
    "par": "\n", "linebreak": "\n", "sim": "~", "approx": "~",
}  # fmt: skip
"""Commands for characters."""
