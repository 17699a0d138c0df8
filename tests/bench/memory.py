"""The most memory that a solved lesson takes, JupyterLab's server included: `python -m tests.bench.memory [NN …]`.

By the kernel's own account of its peak (VmHWM), read in a last cell; that of a child process, such as TensorBoard's, is added.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from grader.course.instructor_notebook import instructor_notebook
from tests.lessons import harness

SAYS = """
import resource
print(open("/proc/self/status").read(), "Children:", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, "kB")
"""


def mebibytes(status):
    return sum(int(n) for n in re.findall(r"(?:VmHWM|Children):\s*(\d+) kB", status)) / 1024


def server(folder):
    """What JupyterLab's server takes once it has shown its page and a notebook."""
    base = "http://127.0.0.1:8977/"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--port=8977", "--allow-root"]
    options = ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    with subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL) as process:
        try:
            for page in ("lab", "api/contents/course", "api/kernelspecs"):
                for _ in range(60):
                    try:
                        urllib.request.urlopen(base + page, timeout=30).read()
                        break
                    except OSError:
                        time.sleep(1)
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                return mebibytes(file.read())
        finally:
            process.terminate()


def lesson(folder):
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    notebook = instructor_notebook(harness.cells(folder), folder.name)
    notebook.cells.append(new_code_cell(SAYS))
    path = os.pathsep.join(filter(None, [str(harness.ROOT), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryDirectory() as place:
        client = NotebookClient(
            notebook, timeout=400, allow_errors=True, resources={"metadata": {"path": place}}
        )
        client.execute(env={**os.environ, "PYTHONPATH": path})
    return mebibytes(json.dumps(notebook.cells[-1].outputs).replace("\\t", " "))


if __name__ == "__main__":
    of_server = server(harness.ROOT)
    print(f"JupyterLab's server  {of_server:6,.0f} MiB", flush=True)
    for folder in harness.lessons():
        if not sys.argv[1:] or folder.name[:2] in sys.argv[1:]:
            print(
                f"{folder.name[:2]} and the server    {of_server + lesson(folder):6,.0f} MiB",
                flush=True,
            )
