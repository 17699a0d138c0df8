"""What no answer may carry, however deep among its settings: functions to call back, and forms that name a class."""

from grader.carry.link import CannotCarry, RemoteFunction


def refuse_functions(settings):
    """Refuse a student's function among settings: it would be asked, on hidden data too, whenever the layer is called."""
    waiting = [settings]
    while waiting:
        value = waiting.pop()
        if isinstance(value, RemoteFunction):
            raise CannotCarry(
                "a function of your own is among its settings; only what Keras brings along can be carried"
            )
        if isinstance(value, (list, tuple, set, frozenset)):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())


def refuse_foreign_forms(entry):
    """Refuse plain dicts that look like Keras' serialised objects: those could name any class."""
    waiting = [entry]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, list):
            waiting.extend(entry)
        elif isinstance(entry, dict):
            if entry.get("t") == "dict":
                for key, _ in entry["v"]:
                    if not isinstance(key, (str, int)) or key in (
                        "class_name",
                        "registered_name",
                        "shared_object_id",
                    ):
                        raise CannotCarry("its settings came in no proper form")
            waiting.extend(v for v in entry.values() if isinstance(v, (list, dict)))
