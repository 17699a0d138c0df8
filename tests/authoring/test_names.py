"""What a cell binds and needs, by its text alone."""

import pytest

from grader.course import names
from grader.course.names import bound_names, needed_names


@pytest.mark.parametrize(
    "source, bound, needed",
    [
        ("x = y", ["x"], {"y"}),
        ("x = x + 1", ["x"], {"x"}),
        ("x += 1", ["x"], {"x"}),
        ("def f(a):\n    b = a + c\n    return b", ["f"], {"c"}),
        ("c = 1\ndef f(a): return a + c", ["c", "f"], set()),
        ("def f(): return c\nc = 1", ["f", "c"], set()),
        ("f = lambda x: x + k", ["f"], {"k"}),
        ("rows = [n * k for n in many]", ["rows"], {"k", "many"}),
        ("rows = {n for n in many}", ["rows"], {"many"}),
        ("rows = {k: n for k, n in many if k in wanted}", ["rows"], {"many", "wanted"}),
        ("rows = [[n + m for n in row] for row in many]", ["rows"], {"m", "many"}),
        ("rows = [lambda: (n, m) for n in many]", ["rows"], {"m", "many"}),
        ("rows = [(last := n) for n in many]", ["rows", "last"], {"many"}),
        ("n = n + sum([n for n in many])", ["n"], {"n", "many"}),
        ("def f(): return [n for n in many]", ["f"], {"many"}),
        ("class A:\n    rows = [n for n in many]", ["A"], {"many"}),
        ("for i in range(3):\n    print(i)", ["i"], set()),
        ("import numpy as np\nfrom a.b import c as d", ["np", "d"], set()),
        ("import a.b", ["a"], set()),
        ("with open(p) as f:\n    text = f.read()", ["f", "text"], {"p"}),
        ("class A(B):\n    k = K", ["A"], {"B", "K"}),
        ("(n := 3)", ["n"], set()),
        ("def f():\n    global g\n    g = 1", ["f", "g"], set()),
        ("model.x = 3\nd['a'] = 1", [], {"model", "d"}),
        ("a, (b, *c) = v", ["a", "b", "c"], {"v"}),
        ("%load_ext tensorboard\nx = 1", ["x"], set()),
        ("@wrap\ndef f(a=start): return a", ["f"], {"wrap", "start"}),
        ("def f(n): return f(n - 1)", ["f"], set()),
        ("try:\n    x = 1\nexcept ValueError as e:\n    print(e)", ["x", "e"], set()),
    ],
)
def test_bound_and_needed(source, bound, needed):
    assert list(bound_names(source)) == bound
    assert needed_names(source) == needed


def test_several_threads_may_parse_at_once():
    """In Python 3.11 `ast.parse` fails now and then where a thread is interrupted in it by one that parses too; here they often are."""
    import gc
    import sys
    import threading

    text = "\n".join(
        f"def f{n}(a, b=({n}, [a, b])):\n    return {{'x': a + b * {n} - (a, b)[0]}}"
        for n in range(60)
    )
    errors = []

    def work():
        for _ in range(50):
            try:
                names.parse(text)
            except SystemError as error:
                errors.append(error)

    def interrupted(*_):
        sum(range(20))

    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.callbacks.append(interrupted)
    gc.set_threshold(50, 1000, 1000)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
        gc.callbacks.remove(interrupted)
        gc.set_threshold(*threshold)
    assert not errors
