"""Proves one card: reads a job as one line of JSON, answers in lines of JSON.

A development tool of `liftoff check --python`; the bot never runs it. One process a card.
Answers: {"rule": ..., "message": ...}, {"survivor": ...}, and at the end {"done": {"killed": n, "total": n}}.
"""
import ast
import builtins
import collections
import copy
import io
import json
import math
import os
import random
import signal
import statistics
import sys
import time

MODULES = ("math", "random", "collections")
FORBIDDEN = {"input", "open", "eval", "exec", "compile", "__import__", "breakpoint", "exit", "quit", "globals", "help"}
MEMORY = 1 << 30
OUTPUT = 1 << 16
SHOWN = 200


class TimeUp(BaseException):
    """The test used up its time."""


class Output(io.TextIOBase):
    """Swallows what the code prints, up to a limit."""

    def __init__(self):
        self.size = 0

    def writable(self):
        return True

    def write(self, text):
        self.size += len(text)
        if self.size > OUTPUT:
            raise OSError("the code prints too much")
        return len(text)


def prepare():
    """Keeps the answers' channel to ourselves and limits memory."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # not every system can; the time limit still holds
    signal.signal(signal.SIGALRM, ring)
    return answers


def ring(_signal, _frame):
    raise TimeUp


def within(seconds, function):
    """Calls a function under a time limit: (value, None) or (None, what it raised)."""
    sys.stdout = sys.stderr = Output()
    error = value = None
    try:
        try:
            # Rings again and again, in case the code catches everything.
            signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
            value = function()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException as caught:  # whatever the code raises is a result
        error = caught
    return value, error


def shown(value):
    text = repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def told(error, limit):
    if isinstance(error, TimeUp):
        return f"ran longer than {limit:g} s"
    text = f"{type(error).__name__}: {error}"
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


# ---- the judge's rules for equality -------------------------------------------------------------------------


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(got, want, tol):
    """Floats within the absolute tolerance, tuples equal lists, bools and None only themselves."""
    if isinstance(want, bool) or want is None or isinstance(want, str):
        return type(got) is type(want) and got == want
    if number(want):
        if not number(got):
            return False
        if isinstance(got, int) and isinstance(want, int):
            return got == want
        return math.isfinite(got) and abs(got - want) <= tol
    if isinstance(want, (list, tuple)):
        return isinstance(got, (list, tuple)) and len(got) == len(want) and all(
            equal(a, b, tol) for a, b in zip(got, want)
        )
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and all(
            equal(got[key], want[key], tol) for key in want
        )
    return False


def run_test(names, code, test, seed, limit):
    """None if the test passes, otherwise what happened."""
    random.seed(seed)
    if test.get("code") is not None:
        source = "\n".join(test["code"])
        _, error = within(limit, lambda: exec(compile(source, "<test>", "exec"), dict(names)))
        if error is None:
            return None
        if isinstance(error, AssertionError) and not str(error):
            return f"`{failing_line(error, test['code'])}` does not hold"
        return told(error, limit)
    arguments = copy.deepcopy([test["args"], test.get("kwargs") or {}])
    before = repr(arguments)
    value, error = within(limit, lambda: names[code["entry"]](*arguments[0], **arguments[1]))
    wanted = test.get("raises")
    if wanted is not None:
        if error is None:
            return f"gave {shown(value)}, must raise {wanted}"
        if isinstance(error, TimeUp) or wanted not in [kind.__name__ for kind in type(error).__mro__]:
            return f"{told(error, limit)}, must raise {wanted}"
    elif error is not None:
        return told(error, limit)
    else:
        tol = test.get("tol") or code.get("tol") or 1e-9
        expect = test.get("expect")
        same, error = within(limit, lambda: equal(value, expect, tol))
        if not same:
            return told(error, limit) if error else f"gave {shown(value)}, expected {shown(expect)}"
    if repr(arguments) != before:
        return "changed its arguments"
    return None


def failing_line(error, lines):
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<test>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return lines[line - 1].strip() if 0 < line <= len(lines) else "an assertion"


def load(source, entry, limit):
    """(names, None) or (None, why it does not load)."""
    names = {"__name__": "solution", "__builtins__": builtins}
    _, error = within(limit, lambda: exec(compile(source, "<solution>", "exec"), names))
    if error is not None:
        return None, told(error, limit)
    if not callable(names.get(entry)):
        return None, f"it does not define `{entry}`"
    return names, None


def first_failure(source, code, limit, seed=1):
    """The first test that fails, as text; None if all pass. A source that does not load fails."""
    names, why = load(source, code["entry"], limit)
    if names is None:
        return why
    for test in code["tests"]:
        what = run_test(names, code, test, seed, limit)
        if what is not None:
            return f"test `{test['name']}`: {what}"
    return None


# ---- what code may use --------------------------------------------------------------------------------------


def uses(source, allowed):
    """(rule, message) for every import and name that is not allowed."""
    for node in ast.walk(ast.parse(source)):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = ["." * node.level + (node.module or "")]
        for module in modules:
            if module.split(".")[0] not in allowed:
                yield "code-import", f"line {node.lineno} imports `{module}`, allowed: {', '.join(allowed) or 'nothing'}"
        if isinstance(node, ast.Name) and node.id in FORBIDDEN:
            yield "code-forbidden", f"line {node.lineno} uses `{node.id}`"


# ---- verify -------------------------------------------------------------------------------------------------


def names_for_verify(value):
    names = {module.__name__: module for module in (math, random, collections, statistics)}
    if value is not None:
        names["value"] = value
    return names


def holds(expression, value, limit):
    """(True, None) or (False, why)."""
    random.seed(1)
    compiled = expression if not isinstance(expression, str) else compile(expression.strip(), "<verify>", "eval")
    result, error = within(limit, lambda: eval(compiled, names_for_verify(value)))
    if error is not None:
        return False, told(error, limit)
    return (True, None) if result is True else (False, f"gives {shown(result)}")


class Shift(ast.NodeTransformer):
    """Changes the n-th constant of an expression."""

    def __init__(self, index):
        self.index = index

    def visit_Constant(self, node):
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float, str)):
            return node
        self.index -= 1
        if self.index != -1:
            return node
        by = "x" if isinstance(node.value, str) else 1
        return ast.copy_location(ast.Constant(node.value + by), node)


def constants(expression):
    tree = ast.parse(expression.strip(), mode="eval")
    return sum(
        isinstance(node, ast.Constant) and not isinstance(node.value, bool) and isinstance(node.value, (int, float, str))
        for node in ast.walk(tree)
    )


def notices_a_shift(expression, value, limit):
    """Whether some constant, made greater by one, makes the expression false. The last one first: it is mostly the result."""
    for index in reversed(range(constants(expression))):
        tree = Shift(index).visit(ast.parse(expression.strip(), mode="eval"))
        compiled = compile(ast.fix_missing_locations(tree), "<verify>", "eval")
        if not holds(compiled, value, limit)[0]:
            return True
    return False


def prove_numbers(job, say):
    value, limit = job.get("value"), job["seconds"]
    expressions, good = job["verify"], True
    for expression in expressions:
        try:
            ast.parse(expression.strip(), mode="eval")
            bad = list(uses(expression.strip(), MODULES))
        except SyntaxError as error:
            say("verify-false", f"`{expression}`: {told(error, limit)}")
            good = False
            continue
        for rule, message in bad:
            say(rule, f"`{expression}`: {message}")
        true, why = (False, "not run") if bad else holds(expression, value, limit)
        if not true:
            say("verify-false", f"`{expression}`: {why}")
            good = False
    if not good:
        return
    for expression in expressions:
        of_value = value is not None and any(
            isinstance(node, ast.Name) and node.id == "value" for node in ast.walk(ast.parse(expression.strip()))
        )
        if not of_value and not notices_a_shift(expression, value, limit):
            say("verify-weak", f"`{expression}` stays true when a number in it is shifted")
    for shifted in job.get("shifted", []):
        if all(holds(expression, shifted, limit)[0] for expression in expressions):
            say("verify-weak", f"every verify also holds for the wrong value {shifted!r}")


# ---- code ---------------------------------------------------------------------------------------------------


def prove_code(job, say):
    code, limit = job["code"], job["seconds"]
    solution = "\n".join(code["solution"])
    if not allowed(code, solution, say):
        return None
    passes = True
    names, why = load(solution, code["entry"], limit)
    if names is None:
        say("reference", f"does not load: {why}")
        return None
    slowest = 0.0
    # The second time in the other order and with another seed: tests must not lean on each other or on luck.
    for seed, tests in ((1, code["tests"]), (2, code["tests"][::-1])):
        for test in tests:
            start = time.perf_counter()
            what = run_test(names, code, test, seed, limit)
            slowest = max(slowest, time.perf_counter() - start)
            if what is not None:
                say("reference", f"test `{test['name']}`, time {seed}: {what}")
                passes = False
    starter = "\n".join(code["starter"])
    names, why = load(starter, code["entry"], limit)
    if names is None:
        say("starter", f"does not load: {why}")
    elif first_failure(starter, code, limit) is None:
        say("starter", "passes every test")
    prove_wrong(code, solution, limit, say)
    return slowest if passes else None


def allowed(code, solution, say):
    """Says what the code uses but may not; code that uses such things is not run."""
    sources = [("the solution", solution, code.get("imports", [])), ("the starter", "\n".join(code["starter"]), code.get("imports", []))]
    sources += [(f"wrong `{wrong['label']}`", wrong["source"], code.get("imports", [])) for wrong in code["wrong"]]
    sources += [(f"test `{test['name']}`", "\n".join(test["code"]), MODULES) for test in code["tests"] if test.get("code")]
    good = True
    for what, source, modules in sources:
        try:
            for rule, message in uses(source, modules):
                say(rule, f"{what}: {message}")
                good = False
        except SyntaxError as error:
            if not what.startswith("wrong") and what != "the starter":
                say("reference", f"{what}: {error}")
                good = False
    return good


def prove_wrong(code, solution, limit, say):
    seen = {ast.dump(ast.parse(solution)): "the reference"}
    for wrong in code["wrong"]:
        label, source = wrong["label"], wrong["source"]
        names, why = load(source, code["entry"], limit)
        if names is None:
            say("wrong-loads", f"wrong `{label}` does not load: {why}")
            continue
        twin = seen.setdefault(ast.dump(ast.parse(source)), f"wrong `{label}`")
        if twin != f"wrong `{label}`":
            say("wrong-same", f"wrong `{label}` is the same program as {twin}")
        elif first_failure(source, code, limit) is None:
            say("wrong-passes", f"wrong `{label}` passes every test")


# ---- mutants ------------------------------------------------------------------------------------------------

COMPARE = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}
BINARY = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult,
}
LOGIC = {ast.And: ast.Or, ast.Or: ast.And}


def mutants(source):
    """(line, was, now, source) for each simple mutant: one comparison, constant or operator changed."""
    plain = ast.unparse(ast.parse(source))
    for index in range(len(list(places(ast.parse(source))))):
        tree = ast.parse(source)
        node, change = list(places(tree))[index]
        was = ast.unparse(node)
        change()
        now, text = ast.unparse(node), ast.unparse(ast.fix_missing_locations(tree))
        if text != plain:
            yield node.lineno, was, now, text


def places(tree):
    """(node, how to change it), in a fixed order; types in signatures are left alone."""
    silent = set()
    for node in ast.walk(tree):
        for hint in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if hint is not None:
                silent.update(map(id, ast.walk(hint)))
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                yield node, lambda node=node, index=index, new=COMPARE[type(operator)]: node.ops.__setitem__(index, new())
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in BINARY:
            left = getattr(node, "left", None)
            if not (isinstance(node.op, ast.Mod) and isinstance(getattr(left, "value", None), str)):  # not a format
                yield node, lambda node=node: setattr(node, "op", BINARY[type(node.op)]())
        elif isinstance(node, ast.BoolOp):
            yield node, lambda node=node: setattr(node, "op", LOGIC[type(node.op)]())
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
            if isinstance(node.op, ast.USub):
                yield node, lambda node=node: setattr(node, "op", ast.UAdd())
            else:
                yield node, lambda node=node: setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield node, lambda node=node: setattr(node, "value", not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            yield node, lambda node=node: setattr(node, "value", node.value + 1)


def kill_mutants(job, slowest, answer):
    code = job["code"]
    limit = min(job["seconds"], max(0.3, 20 * slowest))
    killed = total = 0
    for line, was, now, source in mutants("\n".join(code["solution"])):
        total += 1
        if first_failure(source, code, limit) is None:
            answer({"survivor": f"line {line}: `{was}` → `{now}`"})
        else:
            killed += 1
    return {"killed": killed, "total": total}


def main():
    job = json.loads(sys.stdin.readline())
    answers = prepare()

    def answer(line):
        print(json.dumps(line), file=answers, flush=True)

    def say(rule, message):
        answer({"rule": rule, "message": message})

    done = {"killed": 0, "total": 0}
    try:
        if job["verify"]:
            prove_numbers(job, say)
        if job.get("code"):
            slowest = prove_code(job, say)
            if job["mutants"] and slowest is not None:
                done = kill_mutants(job, slowest, answer)
    except Exception as error:  # a fault of this script, or code that broke it: never a silent pass
        say("python", f"the proof broke off: {type(error).__name__}: {error}")
    answer({"done": done})


main()
