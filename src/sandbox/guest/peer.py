"""How a test and the program under test work together, although each lives in an interpreter of its own.

They hand each other messages, one JSON text each, that hold plain values only. Lists, dicts and sets that have crossed
are kept in step on both sides, so that what one changes the other sees; functions and objects stay where they were
made and are called from afar. The test thus compares values of Python's own classes with Python's own operators, in an
interpreter that never ran a line of the learner's. Both sides use this file; only the test's side is to be trusted.
"""

class Thing:
    """A function of the program, seen from the test: it can be called, and that is all. What else an object might say
    about itself, such as that it is true or how long it is, need not hold together."""

    __slots__ = ("_peer", "_number")

    def __init__(self, peer, number):
        self._peer, self._number = peer, number

    def __call__(self, *args, **kwargs):
        return self._peer.ask("c", self._number, args, kwargs)


class Instance(Thing):
    """An object of the very class that the prompt asks for. What it says about itself is what is tested."""

    __slots__ = ()

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        peer = self._peer
        if name not in peer.methods:
            peer.methods[name] = peer.operate(self._number, "method", name) is True
        if peer.methods[name]:
            return partial(peer.ask_method, self._number, name)
        return peer.operate(self._number, "getattr", name)

    def __len__(self):
        return self._peer.operate(self._number, "len")

    def __bool__(self):
        return self._peer.operate(self._number, "bool")

    def __iter__(self):
        return self._peer.operate(self._number, "iter")

    def __next__(self):
        return self._peer.operate(self._number, "next")

    def __contains__(self, item):
        return self._peer.operate(self._number, "contains", item)

    def __getitem__(self, key):
        return self._peer.operate(self._number, "getitem", key)

    def __setitem__(self, key, item):
        self._peer.operate(self._number, "setitem", key, item)


class Maker(Thing):
    """The class that the prompt asks for: only calling it makes instances of it."""

    __slots__ = ()

    def __call__(self, *args, **kwargs):
        peer = self._peer
        made = peer.ask("c", self._number, args, kwargs)
        if type(made) is Thing:
            del peer.proxy_numbers[id(made)]
            made = peer.proxies[made._number] = Instance(peer, made._number)
            peer.proxy_numbers[id(made)] = made._number
        return made


class Peer(Values):
    """One of the two sides."""

    def send(self, *head):
        """`head` holds what is encoded already."""
        if not (self.shared or self.updates or self.fresh or self.chance):
            text = "".join(encoder((*head, 0), 0))
            if len(text) > MESSAGE:
                raise TooBig
            return _eryx_report_output(2, text)
        tail = {}
        if self.shared:
            if self.is_test and (drops := self.forget()):
                tail["x"] = drops
            # Each may hold others that are new.
            known = list(self.shared)
            for number in known:
                self.tell(number, self.shared[number])
            while self.fresh:
                number = self.fresh.pop()
                self.tell(number, self.shared[number])
        if self.updates:
            tail["u"] = self.updates
            self.updates = []
        if self.chance is not None:
            state = getstate(everybodys)
            if state != self.chance:
                tail["g"] = self.chance = state
        text = "".join(encoder((*head, tail or 0), 0))
        if len(text) > MESSAGE:
            raise TooBig
        _eryx_report_output(2, text)

    def forget(self):
        """The test lets go of containers that nobody but this register holds."""
        drops = []
        for number, entry in list(self.shared.items()):
            if refcount(entry[0]) <= ALONE:
                drops.append(number)
                del self.numbers[id(entry[0])], self.shared[number]
        return drops

    def receive(self):
        good, text = _eryx_tcp_read(0, MESSAGE, 0)
        if good != 0:
            raise Gone
        try:
            message, _ = scan(text.decode(), 0)
            if tail := message.pop():
                self.apply(**tail)
            return message
        except (Exception, RecursionError):
            raise Forged from None

    def apply(self, u=(), g=None, x=()):
        if x and not self.is_test:
            for number in x:
                value = self.shared.pop(number)[0]
                del self.numbers[id(value)]
        for number, kind, *_ in u:
            if number not in self.shared:
                self.enter(number, {"l": list, "d": dict, "s": set}[kind]())
        for number, kind, *items in u:
            entry = self.shared[number]
            fill(entry[0], kind, [self.unpack(part) for part in items])
            entry[1] = content(entry[0])
        if g is not None:
            state = (g[0], tuple(g[1]), g[2])
            if self.chance is not None or not self.is_test:
                setstate(everybodys, state)
                self.chance = state

    def ask(self, kind, number, args, kwargs):
        args = self.pack(args)
        self.send(kind, number, args, {name: self.encode(value) for name, value in kwargs.items()} if kwargs else 0)
        return self.wait()

    def ask_method(self, number, method, *args, **kwargs):
        args = self.pack(args)
        kwargs = {name: self.encode(value) for name, value in kwargs.items()} if kwargs else 0
        self.send("m", number, args, kwargs, method)
        return self.wait()

    def operate(self, number, operation, *args):
        self.send("o", number, self.pack(args), 0, operation)
        return self.wait()

    def wait(self):
        """The answer to what was asked; until it is there, the other side may ask in its turn."""
        while True:
            message = self.receive()
            kind = message[0]
            if kind == "=":
                value = message[1]
                return self.checked(self.decode, value) if type(value) is list else value
            if kind == "!":
                raise self.checked(self.decode_error, message[1])
            if kind == ".":
                raise Stopped(message[1])
            self.serve(message)

    def checked(self, decode, text):
        """The test must not take a fault in what the program sent for a fault of its own."""
        try:
            return decode(text)
        except Exception:
            raise Forged from None

    def serve(self, message):
        function, args, kwargs = self.checked(self.asked, message)
        try:
            value = function(*args, **kwargs) if kwargs else function(*args)
            if type(value) not in EASY:
                value = self.encode(value)
        except (Stopped, Gone, Forged):
            raise
        except TooMuch:
            return self.send(".", "output")
        except BaseException as error:
            self.give_up()
            return self.send("!", self.encode_error(error))
        try:
            self.send("=", value)
        except (TooBig, RecursionError, MemoryError):
            self.send_last("size")

    def give_up(self):
        """What was to be shared for the first time will not cross."""
        while self.fresh:
            value, _ = self.shared.pop(self.fresh.pop())
            del self.numbers[id(value)]

    def send_last(self, reason):
        """Half of what was to be told is lost: nothing can come after this."""
        self.shared, self.updates, self.fresh, self.chance = {}, [], [], None
        self.send(".", reason)

    def asked(self, message):
        kind, number, args, kwargs, *name = message
        target = self.things[number]
        if args:
            args = self.unpack(args)
        if kwargs:
            kwargs = {name: self.decode(value) for name, value in kwargs.items()}
        if kind == "o":
            if self.is_test and name[0] not in READING:
                raise Forged
            return OPERATIONS[name[0]], [target, *args], 0
        if kind == "m":
            if name[0].startswith("_"):
                raise Forged
            return getattr(target, name[0]), args, kwargs
        if kind != "c":
            raise Forged
        return target, args, kwargs


def serve_test(names, entry):
    """The program's side: does what the test asks for, until it asks for no more."""
    peer = Peer(False)
    peer.entry = names[entry] if isinstance(names[entry], type) else None
    peer.things[0] = names[entry]
    peer.thing_numbers[id(names[entry])] = (0, names[entry])
    seed(1)
    try:
        while True:
            message = peer.receive()
            if message[0] == "bye":
                break
            peer.serve(message)
    except Gone:
        pass


def run_test(source, entry, of_class):
    """The test's side. Nothing of the learner's runs in this interpreter."""
    peer = Peer(True, any(word in source for word in ("random.getstate", "random.seed", "random.random()")))
    names = {"__name__": "test", "__builtins__": dict(CLEAN), entry: (Maker if of_class else Thing)(peer, 0)}
    peer.proxies[0], peer.proxy_numbers[id(names[entry])] = names[entry], 0
    seed(1)
    try:
        exec(compile(source, "<test>", "exec", dont_inherit=True), names)
        what = '"held":true'
    except Stopped as stop:
        what = '"stopped":' + quoted(stop.args[0])
    except Gone:
        what = '"gone":true'
    except Forged:
        what = '"forged":true'
    except TooBig:
        what = '"stopped":"size"'
    except BaseException as error:
        what = raised(error, peer.reports.get(id(error)))
    emit('{"end":0,' + what + "}")
    try:
        peer.send("bye")
    except BaseException:
        pass
