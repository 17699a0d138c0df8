"""The data file beside this module: read, written (sorted, few digits, no paths, no times), and put into words."""

import json
import textwrap
from pathlib import Path

FILE = Path(__file__).with_name("calibration.json")
ALLOWED = 1e-4  # the chance of refusing an honest answer that a training check may have

ARGUMENT = (
    "learns: tries, starts and draws are independent given model and data, for each has weights and a batch of its own. Their limits (Clopper-Pearson "
    "where a draw failed; else a normal tail with mean and spread unknown, but never below 1 in 100) hold together with 95 %; the bound is "
    "p(1)p(2)p(3)p(4) + p(falls)^4 + p(gradient)^5. Accuracies: a normal tail on the logit scale, to the power of the starts (one start is never "
    "trusted beyond 1 in 100). "
    "Power: counted, lower end of the exact 95 % interval."
)


def read(path=FILE):
    return json.loads(Path(path).read_text(encoding="utf-8")) if Path(path).exists() else {}


def write(data, path=FILE):
    """Sorted, one short object a line, so that a change shows as the lines it touches; with a summary of the bounds."""
    worst = {}
    for check, _, chance in bounds(data):
        worst[check] = max(worst.get(check, 0.0), chance)
    data["summary"] = {"allowed": ALLOWED, "argument": ARGUMENT, "refused_at_most": worst}
    Path(path).write_text(_text(data) + "\n", encoding="utf-8")


def _text(value, depth=0):
    flat = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if not isinstance(value, dict) or len(flat) + depth <= 128:
        return flat
    inner = ",\n".join(
        f"{'  ' * (depth + 1)}{json.dumps(key, ensure_ascii=False)}: {_text(value[key], depth + 1)}"
        for key in sorted(value)
    )
    return "{\n" + inner + "\n" + "  " * depth + "}"


def bounds(data):
    """(check, case, chance of refusing an honest answer) of everything in the file."""
    for name, case in data.get("learns", {}).items():
        yield "learns", name, case["refused_at_most"]
    for title, exercise in data.get("rehearsals", {}).items():
        for name, answer in exercise.get("answers", {}).items():
            yield title, name, answer["refused_at_most"]
    for name, answer in data.get("accuracy", {}).items():
        yield "accuracy", name, answer["below_at_most"]


def summary(data):
    """The figures that count, as lines of text."""
    lines = [
        *textwrap.wrap(ARGUMENT, 110),
        "",
        "Chance of refusing an honest answer, at most (95 %):",
    ]
    for check, case, chance in bounds(data):
        lines.append(
            f"  {chance:<9.1e}{check}: {case}{'' if chance <= ALLOWED else '   TOO LARGE'}"
        )
    whole = data.get("whole", {})
    if whole:
        lines.append(
            f"Whole checks on other data: {sum(w['met'] for w in whole.values())} of {sum(w['of'] for w in whole.values())} met."
        )
    lines.append("Power, at least (95 %), of the words that see a broken kind:")
    for kind, found in sorted(data.get("power", {}).items()):
        words = [
            f"{word} {found['power_at_least'].get(word, 0):.2f} ({k}/{found['of']})"
            for word, k in sorted(found["refused"].items())
        ]
        lines.append(f"  {kind}: {', '.join(words)}")
    for title, exercise in data.get("rehearsals", {}).items():
        for name, found in sorted(exercise.get("broken", {}).items()):
            lines.append(f"  {title}, {name}: {found['missed']}/{found['of']} starts miss a goal")
    if "invariance" in data:
        same = data["invariance"]
        lines.append(
            f"The same verdict: {same['same']} of {same['kinds']} kinds, in {same['processes']} processes with {same['threads']} threads, oneDNN off and on."
        )
    return lines
