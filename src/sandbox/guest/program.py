"""Runs a learner's program inside the sandbox and reports what happened, one JSON text an event.

It is loaded once, when the interpreter is prepared, with a copy of the builtins of its own, and is part of the
memory image that every run starts from. It knows no expected result and compares nothing: that is done outside.
Whatever it uses while the learner's code is about is taken now, so that patching a module changes nothing here.
"""
import builtins
import os
import random
import sys
from _eryx import _eryx_report_output
from _json import encode_basestring_ascii
from json import loads

OUTPUT = 64 * 1024
REPORT = 256 * 1024
DEPTH = 120
NODES = 50_000
SHOWN = 300
BITS = 10_000


def steady_chance():
    """Lets generators without a seed draw one from a fixed sequence, so that a program does the same on every machine."""
    source, plain = random.Random(1), random.Random.seed

    def seed(self, a=None, version=2):
        plain(self, source.getrandbits(64) if a is None else a, version)

    random.Random.seed = seed
    random.seed = random._inst.seed
    os.urandom = random._urandom = source.randbytes


steady_chance()
CLEAN = dict(builtins.__dict__)
CLASSES = {name: kind for name, kind in CLEAN.items() if type(kind) is type}
seed = random.seed
settrace, setprofile = sys.settrace, sys.setprofile
traceback_of = BaseException.__traceback__.__get__
frame_of = type(sys._getframe()).f_code.__get__
code_name = type(sys._getframe().f_code)


class TooBig(Exception):
    """A value is too large to report."""


class TooMuch(BaseException):
    """The program prints more than it may."""


class Output:
    """What the learner's program prints: kept, up to a limit over the whole run."""

    encoding, errors, newlines, closed = "utf-8", "strict", None, False

    def __init__(self):
        self.parts, self.size = [], 0

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.size += len(str.encode(text, "utf-8", "replace"))
        if self.size > OUTPUT:
            raise TooMuch
        self.parts.append(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False

    def seekable(self):
        return False

    def take(self):
        text = "".join([part for part in self.parts if type(part) is str])
        self.parts.clear()
        return text


def quoted(text):
    if type(text) is not str:
        text = "?"
    return encode_basestring_ascii(text.encode("utf-8", "replace").decode("utf-8"))


def emit(text):
    _eryx_report_output(1, text)


def encoded(value, depth=0, room=None):
    """A value as JSON text that keeps Python's types apart, its depth counted in levels of JSON; runs no code of the learner, but for `repr` of his own classes."""
    room = [NODES] if room is None else room
    room[0] -= 1
    if room[0] < 0 or depth > DEPTH:
        raise TooBig
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if issubclass(kind, str):
        value = str.__str__(value)
        room[0] -= len(value) // 16
        return quoted(value)
    if issubclass(kind, int):
        bits = int.bit_length(value)
        if bits > BITS:
            return '{"o":' + quoted(f"a whole number of {bits} bits") + "}"
        return '{"i":"' + int.__repr__(value) + '"}'
    if issubclass(kind, float):
        return '{"f":"' + float.__repr__(value) + '"}'
    if issubclass(kind, (list, tuple)):
        walk = list.__iter__ if issubclass(kind, list) else tuple.__iter__
        tag = '{"l":[' if issubclass(kind, list) else '{"t":['
        return tag + ",".join([encoded(item, depth + 2, room) for item in walk(value)]) + "]}"
    if issubclass(kind, dict):
        pairs = [
            "[" + encoded(key, depth + 3, room) + "," + encoded(item, depth + 3, room) + "]"
            for key, item in dict.items(value)
        ]
        return '{"d":[' + ",".join(pairs) + "]}"
    if kind is set or kind is frozenset:
        return '{"s":[' + ",".join([encoded(item, depth + 2, room) for item in kind.__iter__(value)]) + "]}"
    return '{"o":' + quoted(shown(value)) + "}"


def shown(value):
    try:
        text = repr(value)
        if type(text) is str:
            return text[:SHOWN]
    except TooMuch:
        raise
    except BaseException:
        pass
    return "a value of class " + type.__getattribute__(type(value), "__name__")


def reported(value):
    try:
        text = encoded(value)
    except RecursionError:
        raise TooBig from None
    if len(text) > REPORT:
        raise TooBig
    return text


def class_names(kind):
    """The class and its bases; a class that only borrows a built-in's name is told apart."""
    names = []
    for base in type.__dict__["__mro__"].__get__(kind):
        name = type.__dict__["__name__"].__get__(base)
        names.append(name if CLASSES.get(name, base) is base else "solution." + name)
    return names


def trace(error, files):
    """(file, line, function) of every frame that is the learner's or the test's."""
    lines, step = [], traceback_of(error)
    while step is not None:
        code = frame_of(step.tb_frame)
        if code.co_filename in files:
            lines.append((code.co_filename, step.tb_lineno, code.co_name))
        step = step.tb_next
    return lines if len(lines) <= 12 else lines[:4] + lines[-8:]


def raised(error, report=None):
    """What was raised, as the inside of a JSON object; `report` is what the other side has said about it."""
    if type(error) is TooMuch:
        return '"output":true'
    message = ""
    try:
        message = str(error)
    except BaseException:
        pass
    if type(message) is not str:
        message = ""
    names, steps = class_names(type(error)), trace(error, ("<solution>", "<test>"))
    if report is not None:
        _, names, message, beyond = report
        steps = steps + beyond
    lines = [f"[{quoted(name)},{line or 0},{quoted(function)}]" for name, line, function in steps]
    names = [quoted(name) for name in names]
    return (
        '"raised":[' + ",".join(names) + '],"message":' + quoted(message[:SHOWN]) + ',"trace":[' + ",".join(lines) + "]"
    )


def guarded(function):
    """Calls the learner's code: (True, value) or (False, what it raised)."""
    try:
        return True, function()
    except BaseException as error:  # whatever the code raises is a result
        return False, error
    finally:
        settrace(None)
        setprofile(None)


def syntax(error):
    text = getattr(error, "msg", None) or str(error)
    line, column = getattr(error, "lineno", None) or 0, getattr(error, "offset", None) or 0
    return '{"syntax":' + quoted(str(text)) + f',"line":{int(line)},"column":{int(column)}}}'


def load(source, entry, output):
    """The program's names, or None after the reason has been reported."""
    names = {"__name__": "solution", "__builtins__": builtins}
    try:
        program = compile(source, "<solution>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return emit(syntax(error))
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        return emit('{"syntax":' + quoted(str(error) or "too deeply nested") + ',"line":0,"column":0}')
    seed(1)
    good, error = guarded(lambda: exec(program, names))
    printed = quoted(output.take())
    if not good:
        return emit('{"load":{' + raised(error) + '},"printed":' + printed + "}")
    if not callable(dict.get(names, entry)):
        return emit('{"missing":true,"printed":' + printed + "}")
    emit('{"loaded":true,"printed":' + printed + "}")
    return names


def call_tests(names, job, output):
    entry = names[job["entry"]]
    for number, (args, kwargs) in enumerate(job["calls"]):
        emit(f'{{"start":{number}}}')
        seed(1)
        good, value = guarded(lambda: entry(*args, **kwargs))
        if good:
            good, text = guarded(lambda: reported(value))
            what = '"value":' + text if good else '"stopped":"size"' if type(text) is TooBig else raised(text)
        else:
            what = raised(value)
        good, after = guarded(lambda: "[" + reported(args) + "," + reported(kwargs) + "]")
        emit(f'{{"end":{number},' + what + ',"after":' + (after if good else "null") + ',"printed":' + quoted(output.take()) + "}")


def run(text):
    """One job in, events out. A fresh copy of the interpreter's memory serves each job."""
    settrace(None)
    job = loads(text)
    output = Output()
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = output
    sys.stdin = sys.__stdin__ = None
    if "assert" in job:
        return run_test(job["assert"], job["entry"], job["of_class"])
    names = load(job["source"], job["entry"], output)
    if names is not None and job["tested"]:
        serve_test(names, job["entry"])
        emit('{"printed":' + quoted(output.take()) + "}")
    elif names is not None:
        call_tests(names, job, output)
    emit('{"done":true}')
