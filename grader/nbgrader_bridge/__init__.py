"""The only place that knows nbgrader: its applications, its gradebook, and the classes that `nbgrader_config.py` names."""
