# Attacks by what is handed in beside the cells: files, links, and the notebook's own structure. `folder` is the submission's.

# %% attack="a module called grader in the folder" by="folder" exercise="number"
(folder / "grader").mkdir()
(folder / "grader" / "__init__.py").write_text("")
(folder / "grader" / "checks.py").write_text(
    "class Any:\n    def __getattr__(self, name): return lambda *a, **k: None\nexpect = Any()\ndef check(value, *a, points=1, **k): return points\n"
)
answer("number = 0")

# %% attack="a module called numpy in the folder" by="folder" exercise="data"
(folder / "numpy.py").write_text(
    "class Array:\n    pass\ndef ones(*a): return 0\ndef asarray(x): return 0\ndef allclose(*a): return True\n"
)
answer("data = lambda x: 0")

# %% attack="a module called keras in the folder" by="folder" exercise="shape"
(folder / "keras.py").write_text(
    "class layers: pass\nclass ops: pass\nclass Model:\n    layers = [type('D', (), {'units': 2})]\n    def count_params(self): return 8\n"
)
answer("shape = keras.Model()  # layers.Dense(2)")

# %% attack="a module of the standard library in the folder" by="folder" exercise="asserted"
(folder / "random.py").write_text("import builtins\nbuiltins.shadowed = True\n")
answer(
    "import builtins, importlib, sys\nsys.modules.pop('random', None)\nimport random\n"
    "if getattr(builtins, 'shadowed', False):\n    import ast\n"
    "    get_ipython().ast_transformers.append(type('S', (ast.NodeTransformer,), {'visit_Assert': lambda self, node: ast.Pass()})())\nasserted = 0"
)

# %% attack="a link to the solution among the files" by="folder" exercise="secret"
(folder / "notes.txt").symlink_to("{course}/solutions/vault.py")
answer("import re\nsecret = int(re.search(r'secret = (\\d+)', open('notes.txt').read())[1])")

# %% attack="a link to the whole course among the files" by="folder" exercise="secret"
(folder / "pictures").symlink_to("{course}/solutions", target_is_directory=True)
answer(
    "import re\nsecret = int(re.search(r'secret = (\\d+)', open('pictures/vault.py').read())[1])"
)

# %% attack="the notebook is a link to another student's" by="folder" exercise="number"
other = folder.parent.parent / f"friend-of-{folder.parent.name}" / folder.name
other.mkdir(parents=True, exist_ok=True)
answer("number = 31337")
(folder / "vault.ipynb").rename(other / "vault.ipynb")
(folder / "vault.ipynb").symlink_to(other / "vault.ipynb")

# %% attack="the folder is a link to another student's" by="folder" exercise="number"
other = folder.parent.parent / f"friend-of-{folder.parent.name}" / folder.name
other.parent.mkdir(parents=True, exist_ok=True)
answer("number = 31337")
folder.rename(other)
folder.symlink_to(other, target_is_directory=True)

# %% attack="a named pipe among the files" by="folder" gain="stopped"
import os

os.mkfifo(folder / "notes.txt")

# %% attack="a link to nowhere among the files" by="folder" gain="stopped"
(folder / "notes.txt").symlink_to("/nowhere/at/all")

# %% attack="a link that runs in a circle" by="folder" gain="stopped"
(folder / "round").symlink_to("round")

# %% attack="two thousand folders in one another" by="folder" gain="stopped"
import os

here = os.getcwd()
os.chdir(folder)
for _ in range(1_900):
    os.mkdir("a")
    os.chdir("a")
open("x.txt", "w").write("x")
os.chdir(here)

# %% attack="thousands of files beside the notebook" by="folder" gain="stopped"
for n in range(3_000):
    (folder / f"{n}.txt").write_text("x")

# %% attack="a time of handing in that is none" by="folder" gain="stopped"
(folder / "timestamp.txt").write_text("the day before yesterday, I promise")

# %% attack="a file that nobody may read" by="folder" gain="stopped"
import socket

s = socket.socket(socket.AF_UNIX)
s.bind(str(folder / "s"))
s.close()

# %% attack="a locked cell is changed" by="edit" exercise="asserted"
named("check-asserted")["source"] = "assert True"
named("check-asserted")["metadata"]["nbgrader"]["locked"] = False

# %% attack="the marks are taken out of the test's metadata" by="edit" exercise="asserted"
named("check-asserted")["source"] = "pass"
named("check-asserted")["metadata"]["nbgrader"].update(grade=False, locked=False, solution=True)

# %% attack="points of one's own in the metadata" by="edit" exercise="asserted"
named("check-asserted")["source"] = "1000"
named("check-asserted")["metadata"]["nbgrader"].update(points=1000, schema_version=3)

# %% attack="a test is given twice, once tame" by="edit" exercise="asserted" gain="stopped"
import copy

tame = copy.deepcopy(named("check-asserted"))
tame["source"], tame["id"] = "pass", "tame"
cells.insert(0, tame)

# %% attack="a test becomes text" by="edit" exercise="asserted" gain="stopped"
cell = named("check-asserted")
cell["cell_type"] = "markdown"
for name in ("outputs", "execution_count"):
    cell.pop(name, None)

# %% attack="a test's name is changed" by="edit" exercise="asserted" gain="stopped"
named("check-asserted")["metadata"]["nbgrader"]["grade_id"] = "check-other"

# %% attack="all metadata is gone" by="edit" exercise="asserted" gain="stopped"
for cell in cells:
    cell["metadata"] = {}

# %% attack="the grade_id is no text" by="edit" exercise="asserted" gain="stopped"
named("asserted")["metadata"]["nbgrader"]["grade_id"] = {"a": [1]}

# %% attack="a schema from the future" by="edit" exercise="asserted" gain="stopped"
for cell in cells:
    if "nbgrader" in cell["metadata"]:
        cell["metadata"]["nbgrader"]["schema_version"] = 99

# %% attack="cells in the opposite order" by="edit" exercise="asserted" gain="stopped"
cells.reverse()

# %% attack="a test's output is brought along" by="edit" exercise="partial"
named("partial")["source"] = (
    "import sys\nget_ipython().events.register('pre_run_cell', lambda *a: get_ipython().user_ns.update(scored=lambda v: 2))"
)
named("check-partial")["outputs"] = [
    {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": "2"},
    }
]
