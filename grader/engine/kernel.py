"""An ordinary Jupyter kernel in a fork of the warm server: what `grader.engine.provisioner` starts.

For any nbclient program. Grading itself needs no kernel: it runs cells by `grader.engine.notebook`.
"""

import os


def serve(descriptor, request, standing):
    """Become the kernel that the connection file describes; returns when it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    if request["cwd"]:
        os.chdir(request["cwd"])
    os.environ.update(request.get("environment", {}))
    app = IPKernelApp.instance()
    app.initialize(["-f", request["connection_file"], "--HistoryManager.enabled=False", *request.get("arguments", ())])
    app.start()
