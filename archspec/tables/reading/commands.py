"""The commands of LaTeX that tables use, and what becomes of each when a table is read."""

RULES = {
    "hline": 0, "toprule": 0, "midrule": 0, "bottomrule": 0, "specialrule": 3, "cline": 1, "cmidrule": 1, "Xhline": 1,
    "hdashline": 0, "cdashline": 1, "thickhline": 0, "addlinespace": 0, "morecmidrules": 0,
}  # fmt: skip
"""Lines between rows, and how many arguments each takes."""

WITH_ARGUMENTS = {
    "rowcolor": 1, "cellcolor": 1, "color": 1, "columncolor": 1, "vspace": 1, "hspace": 1, "rule": 2, "label": 1,
    "cite": 1, "citep": 1, "citet": 1, "footnotemark": 0, "setlength": 2, "renewcommand": 2, "noalign": 1, "raisebox": 1,
    "caption": 1,
}  # fmt: skip
"""Commands that are left out with what they take."""

PIECES = {"shortstack", "makecell", "thead", "specialcell"}
"""Commands around lines of a cell, whose option is left out."""

IGNORED = {
    "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "textbf", "textit", "textrm", "textsc", "textsf",
    "texttt", "text", "emph", "mathbf", "mathrm", "mathit", "mathsf", "bf", "bfseries", "it", "itshape", "rm", "sf",
    "tt", "ttfamily", "sc", "boldsymbol", "bm", "mbox", "hbox", "tiny", "scriptsize", "footnotesize", "small", "normalsize",
    "large", "Large", "centering", "raggedright", "raggedleft", "arraybackslash", "bigstrut", "strut", "Tstrut", "Bstrut",
    "displaystyle", "textstyle", "scriptstyle", "underline", "noindent", "relax", "!", "/", "endhead", "endfirsthead",
    "endfoot", "endlastfoot", "protect", "allowbreak", "limits", "nolimits", "unboldmath", "mathsurround", "hfill", "-",
}  # fmt: skip
"""Commands that change looks alone; what stands in braces behind them stays."""

SIGNS = {
    "times": "×", "cdot": "·", "ast": "*", "rightarrow": "->", "to": "->", "quad": " ", "qquad": " ", ",": " ", ";": " ",
    ":": " ", " ": " ", "\n": " ", "enspace": " ", "thinspace": " ", "%": "%", "_": "_", "#": "#", "&": "&", "$": "$",
    "{": "{", "}": "}", "textendash": "-", "textemdash": "-", "lbrack": "[", "rbrack": "]", "textasciitilde": "~",
    "textasciicircum": "^", "textbackslash": "\\", "textbar": "|", "vert": "|", "lbrace": "{", "rbrace": "}",
    "textless": "<", "textgreater": ">", "ldots": "...", "dots": "...", "cdots": "...", "textunderscore": "_",
    "texttimes": "×", "slash": "/", "par": "\n", "linebreak": "\n", "sim": "~", "approx": "~",
}  # fmt: skip
"""Commands for characters."""
