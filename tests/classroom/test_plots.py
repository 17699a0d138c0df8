"""Plots of the lessons fit light and dark notebooks, and plots elsewhere stay as they are."""

import subprocess
import sys

ASK = """
import sys
{kernel}
import grader.classroom, matplotlib
print(matplotlib.rcParams["figure.facecolor"], matplotlib.rcParams["text.color"])
"""


def said(kernel):
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(kernel=kernel)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_in_a_notebook_plots_have_no_ground_of_their_own():
    from layergraph.curves import INK

    assert said("import ipykernel") == ["none", INK]
    assert said("") == ["white", "black"]
