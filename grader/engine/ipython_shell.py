"""IPython's shell without a kernel: runs a cell as a notebook would and tells how it went.

Used on both sides. What a cell prints is counted and dropped: a verdict holds no outputs.
"""

import sys

ROOM = (
    8 * 2**20
)  # characters of output of one cell that are let through to nowhere before they are refused outright


class _Sink:
    """Where prints go."""

    encoding, errors, closed = "utf-8", "replace", False

    def __init__(self):
        self.written = 0

    def write(self, text):
        self.written += len(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def fileno(self):
        raise OSError("this stream has no file")


def new_shell():
    """A fresh shell, once per process: `__main__` is its namespace, as in a kernel."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class QuietHook(DisplayHook):
        def __call__(self, result=None):
            if result is not None and not self.quiet():
                self.update_user_ns(result)

    class QuietPublisher(DisplayPublisher):
        def publish(self, *args, **kwargs):
            pass

        def clear_output(self, *args, **kwargs):
            pass

    class Shell(InteractiveShell):
        last_traceback = ()

        def _showtraceback(self, etype, evalue, stb):
            self.last_traceback = [str(line) for line in stb]

        def enable_gui(self, gui=None):
            pass

        def init_virtualenv(self):
            pass

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.displayhook_class = QuietHook
    config.InteractiveShell.display_pub_class = QuietPublisher
    config.InteractiveShell.autoawait = True
    sys.stdout, sys.stderr = _Sink(), _Sink()
    sys.stdin = None
    shell = Shell.instance(config=config)
    shell.display_formatter.active_types = ["text/plain"]
    return shell


def run_cell(shell, source):
    """Run one cell. Returns IPython's own result and what a notebook would show of an error: name, value, traceback lines."""
    shell.last_traceback = ()
    result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    said = None
    if error is not None:
        said = {
            "ename": _text(type(error).__name__),
            "evalue": _text(error),
            "traceback": [t[:1000] for t in shell.last_traceback[-50:]],
        }
    return result, said


def _text(thing):
    try:
        return str(thing)[:2000]
    except Exception:
        return "?"
