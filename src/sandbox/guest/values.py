"""What crosses from one interpreter to another: plain values as JSON that keeps Python's types apart, containers by
number, so that both sides know which is which, and everything else as something to be called from afar.
"""
import operator
from _eryx import _eryx_tcp_read
from _json import make_encoder
from collections import deque
from decimal import Decimal
from fractions import Fraction
from functools import partial
from json import JSONDecoder

MESSAGE = 16 << 20
BIG = 1 << 10_000
PLAIN = frozenset((type(None), bool, int, float, str))
EASY = frozenset((type(None), bool, float, str))
SPECIAL = ("__len__", "__getitem__", "__iter__", "__next__", "__contains__", "__call__")
OPERATIONS = {
    "len": len, "getitem": operator.getitem, "iter": iter, "next": next, "contains": operator.contains,
    "bool": bool, "setitem": operator.setitem, "getattr": getattr,
    "method": lambda value, name: callable(getattr(type(value), name, None)),
}
READING = ("len", "getitem", "iter", "next", "contains")
is_, refcount = operator.is_, sys.getrefcount
mro_of = type.__dict__["__mro__"].__get__
getstate, setstate, everybodys = random.Random.getstate, random.Random.setstate, random._inst
exact = {str: str.__str__, int: int.__int__, float: float.__float__}


def refuse(value):
    raise TypeError


encoder = make_encoder(None, refuse, encode_basestring_ascii, None, ":", ",", False, False, True)
scan = JSONDecoder().scan_once
alone = [[]]
ALONE = refcount(alone[0])


class Stopped(BaseException):
    """The program has printed too much, or has a value to give that is too large."""


class Gone(BaseException):
    """The other side is no more."""


class Forged(BaseException):
    """The other side sends what this file never sends."""


class Items:
    """What an object of the program holds that can be gone through: asked for once, so that it is the same each time."""

    __slots__ = ("_items", "_abilities")

    def __init__(self, items, abilities):
        self._items, self._abilities = items, abilities

    def _able(self, what):
        if what not in self._abilities:
            raise TypeError(f"the result has no {what}")
        return self._items

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._able("__len__"))

    def __bool__(self):
        return bool(self._items) or "__len__" not in self._abilities

    def __getitem__(self, key):
        return self._able("__getitem__")[key]


class Values:
    """What one of two sides knows of the other: the test's has even numbers to give, the program's odd ones."""

    def __init__(self, is_test, follows_chance=False):
        self.is_test, self.next, self.chance = is_test, 2 if is_test else 1, (None,) if follows_chance else None
        # Containers that both sides know: number to [object, content when it last crossed].
        self.shared, self.numbers, self.updates, self.fresh = {}, {}, [], []
        # What others may call, and what stands here for theirs.
        self.things, self.thing_numbers, self.proxies, self.proxy_numbers = {}, {}, {}, {}
        self.errors, self.error_numbers, self.kinds, self.randoms = {}, {}, {}, {}
        # Names of the class that the prompt asks for: whether they are methods.
        self.methods = {}
        # The class that the prompt asks for, on the program's side.
        self.entry = None
        # What is known about exceptions of the program: (exception, classes, message, trace).
        self.reports = {}

    def encode(self, value):
        """Plain values as they are, everything else as a list with a tag."""
        kind = type(value)
        if kind in PLAIN:
            if kind is int and not -BIG < value < BIG:
                return ["i", hex(value)]
            return value
        if self.is_entry(kind):
            return self.encode_object(value, kind)
        if issubclass(kind, tuple):
            return ["t", self.pack(tuple.__iter__(value))]
        if issubclass(kind, (list, dict, set)):
            return ["#", self.share(value)]
        for plain, convert in exact.items():
            if issubclass(kind, plain):
                return self.encode(convert(value))
        if kind is frozenset:
            return ["z", self.pack(value)]
        if kind is Fraction:
            return ["q", self.encode(value.numerator), self.encode(value.denominator)]
        if kind is Decimal:
            return ["D", str(value)]
        if kind is complex:
            return ["j", value.real, value.imag]
        if kind is bytes:
            return ["y", value.hex()]
        if kind is range:
            return ["r", self.pack((value.start, value.stop, value.step))]
        if kind is slice:
            return ["S", self.pack((value.start, value.stop, value.step))]
        return self.encode_object(value, kind)

    def is_entry(self, kind):
        return self.entry is not None and any(base is self.entry for base in mro_of(kind))

    def encode_object(self, value, kind):
        number = self.proxy_numbers.get(id(value))
        if number is not None:
            return ["own", number]
        if kind is type or isinstance(value, type):
            if CLEAN.get(value.__name__) is value:
                return ["b", value.__name__]
            if self.is_test and issubclass(value, BaseException):
                self.things[self.number_of(value)] = value
                return ["k", self.number_of(value), value.__name__, [self.encode(base) for base in value.__bases__]]
        elif self.is_test and isinstance(value, random.Random):
            known = id(value) in self.thing_numbers
            return ["R", self.number_of(value), None if known else getstate(value)]
        elif self.is_test and isinstance(value, BaseException):
            return self.encode_error(value)
        name = getattr(value, "__name__", None)
        if self.is_test and type(name) is str and CLEAN.get(name) is value:
            return ["b", name]
        if not self.is_test:
            if not (self.is_entry(kind) or isinstance(value, type)):
                if hasattr(kind, "keys") and hasattr(kind, "__getitem__"):
                    keys = list(value.keys())
                    return ["m", self.pack(keys), self.pack([value[key] for key in keys])]
                if hasattr(kind, "__iter__") or hasattr(kind, "__getitem__"):
                    able = [name for name in ("__next__", "__len__", "__getitem__") if hasattr(kind, name)]
                    return ["I", able, self.pack(value)]
        number = self.number_of(value)
        self.things[number] = value
        if not self.is_test:
            return ["x", number]
        special = [name for name in SPECIAL if hasattr(kind, name)]
        return ["x", number, name if type(name) is str else kind.__name__, special]

    def number_of(self, value):
        """A number for something that stays here; it is kept, so that its id is not given to another."""
        known = self.thing_numbers.get(id(value))
        if known is None:
            known = self.thing_numbers[id(value)] = (self.next, value)
            self.next += 2
        return known[0]

    def pack(self, items):
        items = list(items)
        if len(items) < 5:
            for item in items:
                kind = type(item)
                if kind not in EASY and (kind is not int or not -BIG < item < BIG):
                    break
            else:
                return items
            return [self.encode(item) for item in items]
        kinds = set(map(type, items))
        if kinds <= EASY or (kinds == {int} and -BIG < min(items) and max(items) < BIG):
            return items
        return [self.encode(item) for item in items]

    def share(self, value):
        number = self.numbers.get(id(value))
        if number is None:
            number, self.next = self.next, self.next + 2
            self.enter(number, value)
            self.fresh.append(number)
        return number

    def enter(self, number, value):
        self.numbers[id(value)] = number
        self.shared[number] = [value, None]

    def tell(self, number, entry):
        """Adds what a container holds to the next message, if it has changed since it last crossed."""
        now, before = content(entry[0]), entry[1]
        if before is not None and same(now, before):
            return
        entry[1] = now
        if type(now) is tuple:
            self.updates.append([number, "d", self.pack(now[0]), self.pack(now[1])])
        else:
            self.updates.append([number, "l" if type(now) is list else "s", self.pack(now)])

    def decode(self, text):
        if type(text) is not list:
            return text
        tag = text[0]
        if tag == "#":
            return self.shared[text[1]][0]
        if tag == "t":
            return tuple(self.unpack(text[1]))
        if tag == "own":
            return self.things[text[1]]
        if tag == "x":
            return self.proxy(*text[1:])
        if self.is_test:
            if tag == "m":
                return dict(zip(self.unpack(text[1]), self.unpack(text[2]), strict=True))
            if tag == "I":
                items = self.unpack(text[2])
                return iter(items) if "__next__" in text[1] else Items(items, text[1])
        if tag == "b":
            if self.is_test and text[1] not in CLASSES:
                raise Forged
            return CLEAN[text[1]]
        if tag == "i":
            return int(text[1], 16)
        if tag == "z":
            return frozenset(self.unpack(text[1]))
        if tag == "q":
            return Fraction(self.decode(text[1]), self.decode(text[2]))
        if tag == "D":
            return Decimal(text[1])
        if tag == "j":
            return complex(text[1], text[2])
        if tag == "y":
            return bytes.fromhex(text[1])
        if tag == "r":
            return range(*self.unpack(text[1]))
        if tag == "S":
            return slice(*self.unpack(text[1]))
        if not self.is_test:
            if tag == "R":
                return self.random(*text[1:])
            if tag == "k":
                return self.kind(*text[1:])
            if tag == "E":
                return self.decode_error(text)
        raise Forged

    def unpack(self, items):
        return [self.decode(item) for item in items] if list in set(map(type, items)) else items

    def random(self, number, state):
        if number not in self.randoms:
            self.randoms[number] = random.Random(1)
            self.proxies[number] = self.randoms[number]
            self.proxy_numbers[id(self.randoms[number])] = number
            setstate(self.randoms[number], (state[0], tuple(state[1]), state[2]))
        return self.randoms[number]

    def kind(self, number, name, bases):
        """The test's own class of exceptions, as the program meets it."""
        if number not in self.kinds:
            self.kinds[number] = type(name, tuple(self.unpack(bases)), {"__module__": "test"})
            self.proxy_numbers[id(self.kinds[number])] = number
        return self.kinds[number]

    def proxy(self, number, name=None, special=()):
        """What stands here for an object of the other side."""
        if number in self.proxies:
            return self.proxies[number]
        if self.is_test:
            made = Thing(self, number)
        elif special == ["__call__"]:
            def made(*args, **kwargs):
                return self.ask("c", number, args, kwargs)

            made.__name__ = made.__qualname__ = name
        else:
            made = self.object(number, name, special)
        self.proxies[number] = made
        self.proxy_numbers[id(made)] = number
        return made

    def object(self, number, name, special):
        def method(operation):
            return lambda _, *args: self.operate(number, operation, *args)

        body = {one: method(one.strip("_")) for one in special if one != "__call__"}
        if "__call__" in special:
            body["__call__"] = lambda _, *args, **kwargs: self.ask("c", number, args, kwargs)

        def __getattr__(_, name):
            if name.startswith("_"):
                raise AttributeError(name)
            return partial(self.ask_method, number, name)

        return type(name, (), body | {"__getattr__": __getattr__})()

    # ---- exceptions ----

    def encode_error(self, error):
        number = self.error_numbers.get(id(error))
        if number is not None:
            return ["F", number[0]]
        if self.is_test:
            number, self.next = self.next, self.next + 2
            self.errors[number] = error
            kind = type(error)
            if id(error) in self.reports:  # the program's own comes back to it
                kind = next(base for base in kind.__mro__ if CLASSES.get(base.__name__) is base)
            return ["E", number, self.encode(kind), self.encode(error.args)]
        message = ""
        try:
            message = exact[str](str(error))[:SHOWN]
        except BaseException:
            pass
        try:
            args = self.encode(error.args)
        except BaseException:
            self.give_up()
            args = ["t", [message]]
        return ["N", class_names(type(error)), message, args, trace(error, ("<solution>",))]

    def decode_error(self, text):
        if text[0] == "F":
            return self.errors[text[1]]
        if text[0] == "N" and self.is_test:
            return self.foreign(*text[1:])
        if text[0] != "E" or self.is_test:
            raise Forged
        error = made(self.decode(text[2]), self.decode(text[3]), None)
        self.error_numbers[id(error)] = (text[1], error)
        return error

    def foreign(self, classes, message, args, steps):
        """An exception of the program, as the test may catch it."""
        for text in (message, *classes, *(step[0] for step in steps), *(step[2] for step in steps)):
            if type(text) is not str:
                raise Forged
        known = [CLASSES[name] for name in classes if name in CLASSES and issubclass(CLASSES[name], BaseException)]
        args = self.decode(args)
        kind = known[0]
        if kind.__name__ != classes[0]:
            kind = type(classes[0].removeprefix("solution."), (kind,), {"__str__": lambda _: message})
        error = made(kind, args, message)
        steps = [("<solution>", int(line), function) for _, line, function in steps]
        self.reports[id(error)] = (error, classes, message, steps)
        return error


def content(value):
    """What a container holds now: a list, a set, or the keys and values of a dict."""
    if isinstance(value, list):
        return list(list.__iter__(value))
    if isinstance(value, set):
        return set(set.__iter__(value))
    return list(dict.keys(value)), list(dict.values(value))


def same(now, before):
    if type(now) is list:
        return len(now) == len(before) and all(map(is_, now, before))
    if type(now) is set:
        return now == before
    return same(now[0], before[0]) and same(now[1], before[1])


def fill(value, kind, items):
    if kind == "l":
        list.clear(value)
        list.extend(value, items[0])
    elif kind == "s":
        set.clear(value)
        set.update(value, items[0])
    else:
        dict.clear(value)
        for key, item in zip(*items, strict=True):
            dict.__setitem__(value, key, item)


def made(kind, args, message):
    """An exception of this class, whatever its constructor thinks of the arguments."""
    try:
        return kind(*args)
    except Exception:
        shown = {} if message is None else {"__str__": lambda _: message}
        return type(kind.__name__, (Exception if issubclass(kind, Exception) else BaseException,), shown)(*args)
