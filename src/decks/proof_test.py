"""Tests of proof.py: python3 -I src/decks/proof_test.py (from .ci/run; `cargo test` needs no Python)."""
import copy
import json
import pathlib
import subprocess
import sys
import unittest

SCRIPT = pathlib.Path(__file__).with_name("proof.py").read_text(encoding="utf-8")

CODE = {
    "entry": "add",
    "imports": [],
    "starter": ["def add(a, b):", "    raise NotImplementedError"],
    "solution": ["def add(a, b):", "    if not a:", "        raise KeyError('empty')", "    return [x + b for x in a]"],
    "tests": [
        {"name": "two", "args": [[1, 2], 3], "expect": [4, 5], "visible": True},
        {"name": "float", "args": [[0.1], 0.2], "expect": [0.3]},
        {"name": "empty", "args": [[], 1], "raises": "LookupError"},
        {"name": "by name", "args": [[1]], "kwargs": {"b": 1}, "expect": [2]},
        {"name": "asserts", "code": ["z = [1]", "assert add(z, 1) == [2]"]},
    ],
    "wrong": [
        {"label": "subtracts", "source": "def add(a, b):\n    return [x - b for x in a]"},
        {"label": "no check", "source": "def add(a, b):\n    return [x + b for x in a]"},
    ],
}


def ask(verify=(), value=None, shifted=(), code=None, mutants=False, seconds=0.5):
    job = {"verify": list(verify), "value": value, "shifted": list(shifted), "code": code, "mutants": mutants, "seconds": seconds}
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", SCRIPT], input=json.dumps(job) + "\n", capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert "done" in lines[-1], run.stderr
    return lines


def rules(**job):
    return [line["rule"] for line in ask(**job) if "rule" in line]


def solution(*lines, **more):
    return {**copy.deepcopy(CODE), "solution": list(lines), **more}


def judged(expression, test):
    """What the reference rule says when `f` gives this expression."""
    code = solution("def f(*a, **k):", f"    return {expression}", entry="f", wrong=[], tests=[{"name": "t", **test}])
    code["starter"] = ["def f(*a, **k):", "    raise NotImplementedError"]
    return [rule for rule in rules(code=code) if rule == "reference"]


class Verify(unittest.TestCase):
    def test_good(self):
        self.assertEqual(rules(verify=["784*128 + 128 == 100480", "math.sqrt(4) == 2"]), [])
        self.assertEqual(rules(verify=["abs(math.log(10) - value) < 0.001"], value=2.303, shifted=[2.323, 2.283]), [])
        self.assertEqual(rules(verify=["collections.Counter('aab')['a'] == 2", "statistics.mean([1, 3]) == 2"]), [])

    def test_false(self):
        for bad in ("1 + 1 == 3", "1 +", "no_such_name == 1", "1 / 0 == 1", "5", "x = 1", "value == 1"):
            self.assertEqual(rules(verify=[bad]), ["verify-false"], bad)

    def test_weak(self):
        for weak in ("True", "math.pi == math.pi", "1 < 100", "len('ab') > 0"):
            self.assertEqual(rules(verify=[weak]), ["verify-weak"], weak)
        self.assertEqual(rules(verify=["value > 0"], value=3, shifted=[4, 2]), ["verify-weak", "verify-weak"])
        self.assertEqual(rules(verify=["value >= 3"], value=3, shifted=[4, 2]), ["verify-weak"])
        self.assertEqual(rules(verify=["1 + 1 == 2"], value=3, shifted=[4, 2]), ["verify-weak", "verify-weak"])

    def test_forbidden_and_endless(self):
        self.assertIn("code-forbidden", rules(verify=["open('/etc/passwd') is None"]))
        self.assertEqual(rules(verify=["all(True for _ in iter(int, 1)) == 1"]), ["verify-false"])


class Judge(unittest.TestCase):
    def test_equal(self):
        for expression, expect in (
            ("(1, 2)", [1, 2]), ("[1.0, 2]", [1, 2.0]), ("0.1 + 0.2", 0.3), ("{'a': (1,)}", {"a": [1]}), ("None", None), ("True", True),
            ("'x'", "x"), ("1", 1.0), ("10**20", 10**20),
        ):
            self.assertEqual(judged(expression, {"args": [], "expect": expect}), [], expression)

    def test_different(self):
        for expression, expect in (
            ("1", True), ("True", 1), ("0", None), ("None", 0), ("0.3001", 0.3), ("float('nan')", 0), ("float('inf')", 1e308), ("{1, 2}", [1, 2]),
            ("[1]", [1, 2]), ("'1'", 1), ("{'a': 1, 'b': 2}", {"a": 1}), ("iter([1])", [1]), ("[[1], 2]", [1, 2]), ("1j", 1), ("10**20 + 1", 10**20),
        ):
            self.assertEqual(judged(expression, {"args": [], "expect": expect}), ["reference"] * 2, expression)

    def test_tolerance_and_none(self):
        self.assertEqual(judged("1.05", {"args": [], "expect": 1, "tol": 0.1}), [])
        self.assertEqual(judged("1.05", {"args": [], "expect": 1, "tol": 0.01}), ["reference"] * 2)
        self.assertEqual(judged("None", {"args": []}), [])
        self.assertEqual(judged("0", {"args": []}), ["reference"] * 2)

    def test_raises(self):
        self.assertEqual(judged("1 // 0", {"args": [], "raises": "ArithmeticError"}), [])
        self.assertEqual(judged("1 // 0", {"args": [], "raises": "ValueError"}), ["reference"] * 2)
        self.assertEqual(judged("1", {"args": [], "raises": "ValueError"}), ["reference"] * 2)
        self.assertEqual(judged("exit_now()", {"args": [], "expect": 1}), ["reference"] * 2)

    def test_arguments_come_back_unchanged(self):
        self.assertEqual(judged("a[0].sort() or a[0]", {"args": [[2, 1]], "expect": [1, 2]}), ["reference"] * 2)
        self.assertEqual(judged("sorted(a[0])", {"args": [[2, 1]], "expect": [1, 2]}), [])


class Code(unittest.TestCase):
    def test_good(self):
        self.assertEqual(rules(code=CODE), [])

    def test_reference(self):
        for lines in (
            ("def add(a, b):", "    return a"),
            ("def other(a, b):", "    return a"),
            ("def add(a, b)", "    return a"),
            ("add = 3",),
            ("def add(a, b):", "    while True:", "        try:", "            pass", "        except BaseException:", "            pass"),
        ):
            self.assertIn("reference", rules(code=solution(*lines), seconds=0.2), lines)

    def test_state_and_luck(self):
        state = solution("n = []", "def f():", "    n.append(1)", "    return len(n)", entry="f", wrong=[], starter=["def f():", "    pass"])
        state["tests"] = [{"name": str(n), "args": [], "expect": n} for n in (1, 2)]
        self.assertIn("reference", rules(code=state))
        luck = {**state, "imports": ["random"], "solution": ["import random", "def f():", "    return random.random()"]}
        luck["tests"] = [{"name": "draw", "args": [], "expect": 0.13436424411240122}]
        self.assertEqual(rules(code=luck), ["reference"], "the second seed draws another number")

    def test_starter(self):
        for lines in (CODE["solution"], ["def add(a, b)"], ["x = 1"]):
            self.assertEqual(rules(code={**CODE, "starter": lines}), ["starter"], lines)

    def test_wrong(self):
        for rule, source in (
            ("wrong-loads", "def add(a, b)"),
            ("wrong-loads", "x = 1"),
            ("wrong-same", "\n".join(CODE["solution"]) + "  # a comment"),
            ("wrong-same", CODE["wrong"][0]["source"]),
            ("wrong-passes", "def add(a, b):\n    if len(a) == 0:\n        raise KeyError\n    return [b + x for x in a]"),
        ):
            code = copy.deepcopy(CODE)
            code["wrong"].append({"label": "third", "source": source})
            self.assertEqual(rules(code=code), [rule], source)

    def test_what_code_may_use(self):
        lines = CODE["solution"]
        self.assertEqual(rules(code=solution("import math", *lines)), ["code-import"])
        self.assertEqual(rules(code=solution("import math", *lines, imports=["math"])), [])
        self.assertEqual(rules(code=solution("from collections.abc import Sequence", *lines, imports=["collections"])), [])
        self.assertEqual(rules(code=solution("import os.path", *lines, imports=["math"])), ["code-import"])
        for name in ("input", "open", "eval", "exec", "__import__"):
            self.assertEqual(rules(code=solution(*lines, f"read = {name}")), ["code-forbidden"], name)
        test = {"name": "imports", "code": ["import sys", "assert sys"]}
        self.assertEqual(rules(code={**CODE, "tests": CODE["tests"] + [test]}), ["code-import"])

    def test_noise_does_not_reach_the_answers(self):
        self.assertEqual(rules(code=solution("print('{\"rule\": \"starter\"}')", *CODE["solution"])), [])
        self.assertIn("reference", rules(code=solution("print('x' * 100000)", *CODE["solution"])))


class Mutants(unittest.TestCase):
    def count(self, *lines, tests, **more):
        code = solution(*lines, entry="f", tests=tests, wrong=[], starter=["def f(*a):", "    raise NotImplementedError"], **more)
        answers = ask(code=code, mutants=True)
        return answers[-1]["done"], [line["survivor"] for line in answers if "survivor" in line]

    def test_killed(self):
        done, survivors = self.count("def f(a):", "    return a + 1", tests=[{"name": "t", "args": [1], "expect": 2}])
        self.assertEqual((done, survivors), ({"killed": 2, "total": 2}, []))

    def test_survivor(self):
        done, survivors = self.count("def f(a):", "    return a < 5", tests=[{"name": "t", "args": [1], "expect": True}])
        self.assertEqual(done, {"killed": 0, "total": 2})
        self.assertEqual(survivors, ["line 2: `a < 5` → `a <= 5`", "line 2: `5` → `6`"])

    def test_kinds(self):
        lines = ("def f(a: list[int] = 3) -> int:", "    a -= 1", "    return not (a == 2 and True or a % -2)")
        done, _ = self.count(*lines, tests=[{"name": "t", "args": [3], "expect": False}])
        # The default, `-=` and its 1, `not`, `or`, `and`, `==` and its 2, True, `%`, the minus and its 2; no type.
        self.assertEqual(done["total"], 12)

    def test_endless_mutants_are_killed(self):
        lines = ("def f(n):", "    while n > 0:", "        n -= 1", "    return n")
        done, survivors = self.count(*lines, tests=[{"name": "t", "args": [3], "expect": 0}])
        self.assertEqual((done, survivors), ({"killed": 4, "total": 4}, []))

    def test_text_formats_are_no_arithmetic(self):
        done, _ = self.count("def f(a):", "    return '%d' % a", tests=[{"name": "t", "args": [3], "expect": "3"}])
        self.assertEqual(done["total"], 0)

    def test_a_failing_reference_has_no_mutants(self):
        done, _ = self.count("def f(a):", "    return a + 1", tests=[{"name": "t", "args": [1], "expect": 3}])
        self.assertEqual(done["total"], 0)


if __name__ == "__main__":
    unittest.main()
