# Attacks by functions that are called from the check: they see arguments, run late, and may answer as they like.

# %% attack="right for the visible arguments alone" exercise="hidden_call" without="judge"
import re, sys


def hidden_call(x):
    for number in range(1, 9):
        frame = sys._getframe(number)
        if "expected_here" in frame.f_globals:
            return frame.f_globals["expected_here"]


# %% attack="the expected value is read from the check's text" exercise="hidden_call" without="judge"
import re


def hidden_call(x):
    for source in get_ipython().history_manager.input_hist_raw:
        found = re.search(r"expected_here = (\d+)", source)
        if found:
            return int(found[1])


# %% attack="the requirements are found in the caller's frames" exercise="double" without="judge"
import sys


def double(x):
    frame = sys._getframe(1)
    while frame:
        group = frame.f_locals.get("self")
        for requirement in getattr(group, "requirements", ()):
            return _expected(requirement)
        frame = frame.f_back


def _expected(requirement):
    for cell in requirement.judge.__closure__ or ():
        if type(cell.cell_contents) in (int, float) and cell.cell_contents not in (0,):
            return cell.cell_contents


# %% attack="the requirements are found by the garbage collector" exercise="double" without="judge"
import gc


def double(x):
    from grader.checks.requirement import Group

    group = next(g for g in gc.get_objects() if isinstance(g, Group))
    for cell in group.requirements[0].judge.__closure__ or ():
        if type(cell.cell_contents) in (int, float) and cell.cell_contents not in (0,):
            return cell.cell_contents


# %% attack="a function that changes the report while it runs" exercise="double" without="judge"
from grader.checks import report, requirement


def double(x):
    requirement.Asked.line = lambda self, points, earned, hint="": report.Line(
        "met", self.title, "", "", "", points, points
    )
    return 0


# %% attack="a callable object that counts its calls" exercise="double" without="judge"
class Counting:
    calls = 0

    def __call__(self, x):
        import sys

        Counting.calls += 1
        frame = sys._getframe(1)
        while frame and "asked" not in frame.f_locals and "visit" not in frame.f_locals:
            frame = frame.f_back
        from grader.checks import requirement

        requirement.Requirement._find = lambda self, value, visit: requirement.met()
        return -Counting.calls


double = Counting()

# %% attack="a function that starts a thread which never ends" exercise="hidden_call" gain="stopped"
import threading


def hidden_call(x):
    def work():
        while True:
            sum(range(10**6))

    for _ in range(8):
        threading.Thread(target=work, daemon=False).start()
    while True:
        pass
