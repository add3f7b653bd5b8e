//! Programs that mean harm, or that a beginner writes by mistake. Each must fail fairly and in time, and the sandbox
//! must go on.

use std::time::Duration;

use liftoff::study::mend::Refusal;
use liftoff::study::verdict::{Got, Outcome, Verdict};

use crate::prompt::{adding, asserting, judge, sandbox, try_judge};

/// Wall time that a run may take at the most: four times the limit, for a machine that is busy with other things.
const LATEST: Duration = Duration::from_secs(9);

/// How an attack has to end.
enum Ends {
    /// Out of time.
    Late,
    /// With an exception of one of these classes.
    Raises(&'static [&'static str]),
    /// It broke the interpreter, or ran into one of its limits, or out of time: whichever comes first.
    Anyhow,
    /// It prints too much.
    Output,
    /// With a value that holds none of these.
    Without(&'static [&'static str]),
    /// With this value.
    Value(&'static str),
    /// As cheating.
    Cheating,
    /// It fails, for what reason ever.
    Fails,
}

#[track_caller]
fn check(source: &str, ends: &Ends) {
    let verdict = judge(source);
    assert!(!verdict.is_pass(), "it passed");
    assert!(verdict.time < LATEST, "it took {:?}", verdict.time);
    let got = got(&verdict);
    let fair = match ends {
        Ends::Late => got == Some(&Got::TimeOut),
        Ends::Raises(classes) => {
            matches!(got, Some(Got::Raised { class, .. }) if classes.contains(&class.as_str()))
        }
        Ends::Anyhow => {
            matches!(got, Some(Got::TimeOut | Got::Broken | Got::Raised { .. } | Got::Value(_)))
                || matches!(verdict.outcome, Outcome::Syntax { .. })
        }
        Ends::Value(value) => got == Some(&Got::Value((*value).to_owned())),
        Ends::Output => got == Some(&Got::TooMuchOutput),
        Ends::Without(words) => {
            matches!(got, Some(Got::Value(text)) if !words.iter().any(|word| text.contains(word)))
        }
        Ends::Cheating => got == Some(&Got::Cheating),
        Ends::Fails => true,
    };
    assert!(fair, "{verdict:?}");
    assert!(judge(&adding().solution.join("\n")).is_pass(), "the sandbox does not go on");
}

fn got(verdict: &Verdict) -> Option<&Got> {
    match &verdict.outcome {
        Outcome::Failed(failure) => Some(&failure.got),
        Outcome::Broke { got, .. } => Some(got),
        _ => None,
    }
}

/// A function body around an attack.
fn calling(body: &str) -> String {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    format!("def add(a, b):\n{body}")
}

macro_rules! attacks {
    ($($name:ident: $source:expr, $ends:expr;)*) => { $(
        #[test]
        fn $name() {
            check(AsRef::<str>::as_ref(&$source), &$ends);
        }
    )* };
}

/// No such thing in the sandbox.
const NO: Ends = Ends::Raises(&[
    "OSError",
    "PermissionError",
    "FileNotFoundError",
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "RuntimeError",
    "NotImplementedError",
    "gaierror",
    "error",
]);

attacks! {
    endless_loop: calling("while True: pass"), Ends::Late;
    endless_loop_at_the_top: "while True: pass", Ends::Late;
    loop_that_catches_everything: calling("while True:\n    try:\n        while True: pass\n    except BaseException: pass"), Ends::Late;
    huge_allocation: calling("return len('x' * (1 << 40))"), Ends::Raises(&["MemoryError", "OverflowError"]);
    large_allocation: calling("return len(bytearray(1 << 30))"), Ends::Anyhow;
    growing_list: calling("x = []\nwhile True: x.append('x' * 100000)"), Ends::Anyhow;
    doubling_list: calling("x = [0]\nwhile True: x = x + x"), Ends::Anyhow;
    huge_power: calling("return 10 ** 10 ** 8"), Ends::Anyhow;
    deep_recursion: calling("return add(a, b)"), Ends::Raises(&["RecursionError"]);
    deeper_recursion: "import sys\nsys.setrecursionlimit(10 ** 9)\ndef add(a, b):\n    return add(a, b)", Ends::Anyhow;
    nested_parentheses: format!("def add(a, b):\n    return {}a{}", "(".repeat(30_000), ")".repeat(30_000)), Ends::Anyhow;
    unclosed_parentheses: format!("def add(a, b):\n    return {}a", "(".repeat(50_000)), Ends::Anyhow;
    nested_lists: format!("x = {}{}", "[".repeat(30_000), "]".repeat(30_000)), Ends::Anyhow;
    nested_minus: format!("x = {}1", "-".repeat(60_000)), Ends::Anyhow;
    nested_at_run_time: calling("return eval('(' * 50000 + ')' * 50000)"), Ends::Anyhow;
    regular_expression_bomb: calling("import re\nreturn re.match(r'(a+)+$', 'a' * 60 + 'b')"), Ends::Late;
    endless_print: calling("while True: print('x' * 1000)"), Ends::Output;
    endless_print_that_catches: calling("while True:\n    try: print('x' * 1000)\n    except BaseException: pass"), Ends::Late;
    endless_output_below_print: calling("import os\nwhile True: os.write(1, b'x' * 1000)"), Ends::Anyhow;
    sleep: calling("import time\ntime.sleep(1000)"), Ends::Late;
    sleep_that_catches: calling("import time\nwhile True:\n    try: time.sleep(0.5)\n    except BaseException: pass"), Ends::Late;
    sys_exit: calling("import sys\nsys.exit(0)"), Ends::Raises(&["SystemExit"]);
    sys_exit_at_the_top: "import sys\nsys.exit(0)", Ends::Raises(&["SystemExit"]);
    os_exit: calling("import os\nos._exit(0)"), Ends::Anyhow;
    os_abort: calling("import os\nos.abort()"), Ends::Anyhow;
    fork: calling("import os\nreturn os.fork()"), NO;
    subprocess: calling("import subprocess\nreturn subprocess.run(['id'], capture_output=True).stdout"), NO;
    os_system: calling("import os\nreturn os.system('id')"), NO;
    ctypes: calling("import ctypes\nreturn ctypes.string_at(0)"), NO;
    sockets: calling("import socket\ns = socket.socket()\ns.connect(('127.0.0.1', 22))\nreturn 'connected'"), NO;
    sockets_of_the_host: calling("import _eryx\nreturn repr(_eryx._eryx_tcp_connect('127.0.0.1', 22, 1000))"), Ends::Fails;
    passwords: calling("return open('/etc/passwd').read()"), NO;
    processes: calling("return open('/proc/self/environ').read()"), NO;
    folders: calling("import os\nreturn os.listdir('/')"), Ends::Anyhow;
    the_database: calling("return open('data/liftoff.db', 'rb').read()"), NO;
    parent_folders: calling("return open('/python-stdlib/../../etc/passwd').read()"), NO;
    environment: calling("import os\nreturn sorted(os.environ)"), Ends::Without(&["'PATH'", "'HOME'", "CARGO", "TOKEN"]);
    writing_files: calling("open('/tmp/x', 'w').write('x')"), NO;
    writing_the_library: calling("open('/python-stdlib/json/__init__.py', 'w').write('x')"), NO;
    making_folders: calling("import os\nos.mkdir('/x')"), NO;
    killing_the_parent: calling("import os\nos.kill(os.getppid(), 9)"), NO;
    leaving_threads: calling("import threading\nt = threading.Thread(target=lambda: 0)\nt.start()\nreturn 'started'"), NO;
    compute_then_sleep: calling("import time\nx = 0\nwhile time.process_time() < 0.6 and x < 10 ** 7: x += 1\ntime.sleep(7)"), Ends::Late;
    // Cheating: none of these computes a sum.
    expected_values_through_frames: calling("import sys\nf = sys._getframe()\nwhile f:\n    for where in (f.f_locals, f.f_globals):\n        for k, v in list(where.items()):\n            if 'expect' in str(k) or (isinstance(v, dict) and 'expect' in v): return v\n    f = f.f_back\nreturn 'nothing'"), Ends::Value("'nothing'");
    expected_values_through_gc: calling("import gc\nfor o in gc.get_objects():\n    if isinstance(o, dict) and o.get('expect', 'expect') != 'expect': return o\nreturn 'nothing'"), Ends::Value("'nothing'");
    forged_report: calling("import _eryx\n_eryx._eryx_report_output(1, '{\"end\":0,\"value\":{\"i\":\"3\"},\"after\":[{\"l\":[{\"i\":\"1\"},{\"i\":\"2\"}]},{\"d\":[]}],\"printed\":\"\"}')\nreturn 3"), Ends::Cheating;
    forged_nonsense: calling("import _eryx\n_eryx._eryx_report_output(1, 'nonsense')\nreturn 3"), Ends::Cheating;
    forged_flood: calling("import _eryx\nwhile True: _eryx._eryx_report_output(1, 'x' * 100000)"), Ends::Cheating;
    forged_flood_that_catches: calling("import _eryx\nwhile True:\n    try: _eryx._eryx_report_output(1, 'x' * 100000)\n    except BaseException: pass"), Ends::Cheating;
    forged_giant: calling("import _eryx\n_eryx._eryx_report_output(1, 'x' * (50 << 20))\nreturn 3"), Ends::Fails;
}

/// Programs that do not compute a sum, and whose results are to pass assert tests all the same.
#[track_caller]
fn fails_the_assertions(source: &str, fair: impl Fn(&Got) -> bool) {
    let card = asserting();
    let verdict = try_judge(sandbox(), &card, source).unwrap();
    assert!(!verdict.is_pass(), "it passed");
    assert!(got(&verdict).is_some_and(fair), "{verdict:?}");
    assert!(try_judge(sandbox(), &card, &card.solution.join("\n")).unwrap().is_pass());
}

macro_rules! bent {
    ($($name:ident: $source:expr => $got:pat $(if $guard:expr)?,)*) => { $(
        #[test]
        fn $name() {
            fails_the_assertions($source, |got| matches!(got, $got $(if $guard)?));
        }
    )* };
}

bent! {
    equal_to_everything: "class Any:\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\n    __rsub__ = __sub__\ndef add(a, b):\n    if a is None: raise ValueError\n    return Any()" => Got::DoesNotHold,
    equal_number: "class Any(int):\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\n    def __hash__(self): return 0\ndef add(a, b):\n    if a is None: raise ValueError\n    return Any()" => Got::DoesNotHold,
    patched_builtins: "import builtins\nfor name in ('abs', 'isinstance', 'print', 'len', 'all', 'type', 'repr', 'issubclass'):\n    setattr(builtins, name, lambda *a, **k: True)\ndef abs(x): return 0\ndef add(a, b):\n    if a is None: raise ValueError\n    return 0" => Got::DoesNotHold | Got::Broken,
    patched_judge: "import json, sys, random\njson.dumps = json.loads = lambda *a: 3\nfor m in list(sys.modules.values()):\n    for n in ('encoded', 'reported', 'emit', 'guarded'):\n        if hasattr(m, n): setattr(m, n, lambda *a: '3')\ndef add(a, b):\n    if a is None: raise ValueError\n    return 0" => Got::DoesNotHold,
    forged_end: "import os, _eryx\nhere = []\ndef add(a, b):\n    if a is None: raise ValueError\n    if a == 20:\n        _eryx._eryx_report_output(1, '{\"end\":0,\"held\":true,\"printed\":\"\"}')\n        _eryx._eryx_report_output(1, '{\"done\":true}')\n        os._exit(0)\n    return a + b" => Got::Cheating,
    skipped_assertions: "import sys\nclass Any:\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\ndef add(a, b):\n    if a is None: raise ValueError\n    return Any() if sys._getframe(1).f_code.co_filename != '<solution>' else a + b" => Got::DoesNotHold,
    every_call_but_the_first: "calls = []\nclass Any:\n    def __eq__(self, other): return True\n    def __sub__(self, other): return self\n    __rsub__ = __abs__ = __sub__\n    def __lt__(self, other): return True\n    def __bool__(self): return False\ndef add(a, b):\n    calls.append(a)\n    if a is None: raise ValueError\n    return Any() if len(calls) > 1 else a + b" => Got::Raised { .. },
    a_list_that_equals_all: "class Any(list):\n    def __eq__(self, other): return True\n    __ne__ = lambda self, other: False\ndef add(a, b):\n    if a is None: raise ValueError\n    return Any() if isinstance(a, list) else a + b" => Got::DoesNotHold,
    a_falsy_object: "calls = []\nclass Any:\n    def __bool__(self): return False\ndef add(a, b):\n    calls.append(a)\n    if a is None: raise ValueError\n    return Any() if calls == [0] else a + b" => Got::DoesNotHold,
    a_sequence_that_contradicts_itself: "class Any:\n    def __len__(self): return 2\n    def __iter__(self): return iter([1.0 - 1e-12])\n    def __getitem__(self, i): return i / 2\ndef add(a, b):\n    if a is None: raise ValueError\n    return Any() if a == [0.25] else a + b" => Got::DoesNotHold,
    truth_that_changes: "class Any:\n    n = 0\n    def __eq__(self, other): return True\n    def __bool__(self):\n        Any.n += 1\n        return bool(Any.n % 2)\ndef add(a, b):\n    if a is None: raise ValueError\n    return Any() if a != 0 else True" => Got::DoesNotHold,
    answers_read_from_the_test: "import sys, dis\ndef add(a, b):\n    if a is None: raise ValueError\n    f, numbers = sys._getframe(1), []\n    while f:\n        numbers += [i.argval for i in dis.get_instructions(f.f_code) if i.opname.startswith('LOAD') and isinstance(i.argval, int) and i.argval > 20]\n        f = f.f_back\n    return 21 if 21 in numbers else 42 if 42 in numbers else None" => Got::DoesNotHold | Got::Raised { .. },
    patched_frames: "import sys\nclass Any:\n    def __eq__(self, o): return True\n    def __sub__(self, o): return self\ndef add(a, b):\n    if a is None: raise ValueError\n    f = sys._getframe(1)\n    while f:\n        for names in (f.f_globals, f.f_builtins):\n            for name in ('abs', 'raised', 'encoded', 'emit', 'same', 'content', 'checked'):\n                names[name] = lambda *a: 0\n        f = f.f_back\n    return Any()" => _,
    a_test_found_in_memory: "import gc, sys\ndef add(a, b):\n    if a is None: raise ValueError\n    seen, todo = set(), [sys._getframe(), gc.get_objects(), sys.modules]\n    while todo:\n        one = todo.pop()\n        if id(one) in seen: continue\n        seen.add(id(one))\n        if isinstance(one, str) and 'assert x' in one and 'todo' not in one: raise LookupError(one)\n        if len(seen) > 30000: break\n        todo += gc.get_referents(one)\n    raise KeyError('nothing')" => Got::Raised { class, .. } if class == "KeyError",
    forged_at_load: "import sys, os, _eryx\nfor event in ('{\"loaded\":true,\"printed\":\"\"}', '{\"start\":0}', '{\"end\":0,\"held\":true,\"printed\":\"\"}', '{\"done\":true}'):\n    if 'tested' in str(sys._getframe(1).f_back.f_back.f_locals.get('job')): pass\n    _eryx._eryx_report_output(1, event)\nos._exit(0)\ndef add(a, b): pass" => Got::Cheating | Got::Broken,
    forged_only_before_assertions: "import sys, os, _eryx\nf, tested = sys._getframe(), False\nwhile f:\n    job = f.f_locals.get('job')\n    tested |= isinstance(job, dict) and bool(job.get('tested'))\n    f = f.f_back\nif tested:\n    for event in ('{\"loaded\":true,\"printed\":\"\"}', '{\"printed\":\"\"}', '{\"done\":true}'):\n        _eryx._eryx_report_output(1, event)\n    _eryx._eryx_report_output(2, '[\"bye\",0]')\n    os._exit(0)\ndef add(a, b): pass" => Got::Cheating | Got::Broken,
    forged_answers: "import _eryx\ndef add(a, b):\n    if a is None: raise ValueError\n    _eryx._eryx_report_output(2, '[\"c\",2,[\"=\"],0,0]')\n    return a + b" => Got::Cheating,
    nonsense_for_the_test: "import _eryx\ndef add(a, b):\n    _eryx._eryx_report_output(2, '[\"=\",[\"#\",77],0]')\n    return a + b" => Got::Cheating,
    a_flood_for_the_test: "import _eryx\ndef add(a, b):\n    while True: _eryx._eryx_report_output(2, '[\"=\",0,0]')" => Got::Cheating | Got::DoesNotHold,
}

/// Fifty thousand pairs are more text than a program may have; less of it is among the attacks above.
#[test]
fn a_program_that_is_too_long_is_not_run() {
    let source = format!("def add(a, b):\n    return {}a{}", "(".repeat(50_000), ")".repeat(50_000));
    let bytes = source.len();
    assert_eq!(judge(&source).outcome, Outcome::Refused(Refusal::TooLong { bytes }));
}

#[test]
fn what_was_before_a_time_out_counts() {
    let verdict = judge(
        "def add(a, b):\n    print('adding')\n    if isinstance(a, list):\n        while True: pass\n    return a + b",
    );
    assert_eq!((got(&verdict), verdict.passed), (Some(&Got::TimeOut), 2));
    assert!(verdict.time > Duration::from_millis(1900), "{:?}", verdict.time);
}

#[test]
fn no_file_of_the_host_is_seen() {
    let verdict = judge(&calling(
        "import os\nreturn [os.path.exists(p) for p in ('/etc/passwd', '/proc/self/status', '/tmp', '/root')]",
    ));
    assert_eq!(got(&verdict), Some(&Got::Value("[False, False, False, False]".into())));
}
