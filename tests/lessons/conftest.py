"""Lessons are many: what costs a kernel or a training run is marked, so that one can leave it out."""


def pytest_configure(config):
    config.addinivalue_line("markers", "notebook: executes a whole solved lesson in a kernel")
