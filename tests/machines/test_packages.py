"""What pyproject.toml declares and constraints.txt pins: all that is imported, and nothing that an admitted Python refuses."""

import ast
import os
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What a student's notebook imports, and what only whoever grades does.
STUDENT = ("layergraph", "grader/checks", "grader/classroom")


def pins():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def names(declared):
    return {canonicalize_name(Requirement(text).name) for text in declared}


def imported(folder):
    """The distributions that the modules below a folder import, each with one file that does."""
    brings, found = metadata.packages_distributions(), {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            else:
                absolute = isinstance(node, ast.ImportFrom) and not node.level
                modules = [node.module] if absolute else []
            for top in {module.split(".")[0] for module in modules}:
                if top not in sys.stdlib_module_names and top not in ("grader", "layergraph"):
                    # a namespace such as google.* has many owners: the first is as good as any
                    found.setdefault(canonicalize_name(brings.get(top, [top])[0]), path)
    return found


@pytest.mark.parametrize("folder", ["grader", *STUDENT])
def test_what_is_imported_is_declared(folder):
    declared = names(PROJECT["dependencies"])
    if folder not in STUDENT:
        declared |= names(EXTRAS["grading"]) | names(EXTRAS["cluster"])
    missing = {name: path.name for name, path in imported(folder).items() if name not in declared}
    assert not missing, f"declare in pyproject.toml: {missing}"


def test_what_only_tests_import_is_declared_for_tests():
    used = {*imported("grader"), *imported("layergraph")}
    for_tests = names(EXTRAS["test"]) - names(EXTRAS["grading"]) - names(EXTRAS["cluster"])
    assert not used & for_tests


def test_every_package_that_is_needed_is_pinned():
    """Those declared, those that they need, and so on, on this machine."""
    pinned = {canonicalize_name(pin.name) for pin in pins()}
    open_, seen = [f"{PROJECT['name']}[lab,grading,cluster,test]"], set()
    while open_:
        wanted = Requirement(open_.pop())
        key = canonicalize_name(wanted.name), tuple(sorted(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        for text in metadata.requires(wanted.name) or ():
            marker = Requirement(text).marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in ("", *wanted.extras)):
                open_.append(text)
    needed = {name for name, _ in seen} - {canonicalize_name(PROJECT["name"]), "setuptools"}
    assert needed <= pinned, f"pin in constraints.txt: {sorted(needed - pinned)}"


def oldest():
    """The oldest Python that pyproject.toml claims, with its patch number: that of its first release."""
    return re.match(r">=(\d+\.\d+)", PROJECT["requires-python"]).group(1) + ".0"


def installed(name):
    try:
        return bool(metadata.distribution(name))
    except metadata.PackageNotFoundError:
        return False


@pytest.mark.parametrize("pin", pins(), ids=lambda pin: pin.name)
def test_every_pin_admits_the_oldest_python(pin):
    """By what the installed package says of itself: Debian 12 has Python 3.11.2, not the last 3.11."""
    try:
        says = metadata.distribution(pin.name)
    except metadata.PackageNotFoundError:
        if pin.marker is None and not all(map(installed, names(EXTRAS["check"]))):
            pytest.skip(
                "`make check` has not been run here: it may be one of those that it installs"
            )
        assert pin.marker is not None, f"{pin} is installed nowhere here: say where in a marker"
        assert not pin.marker.evaluate()
        return
    if not pin.specifier.contains(says.version):
        pytest.skip(f"{says.version} is installed")
    # importlib_metadata, which Dask brings, takes importlib's place and raises where a key is missing
    wanted = says.metadata.get("Requires-Python") or ""
    assert SpecifierSet(wanted).contains(oldest()), f"{pin} needs Python {wanted}"


def test_tests_that_share_what_is_dear_go_to_one_worker(request):
    """xdist tells groups by the ids of tests; a pytest that keeps ids elsewhere takes them to any worker, and says nothing."""
    if "PYTEST_XDIST_WORKER" not in os.environ or not getattr(
        request.config.option, "loadgroup", False
    ):
        pytest.skip("this run does not share tests out by groups")
    assert request.node.nodeid.endswith("@tests/machines/test_packages.py")
