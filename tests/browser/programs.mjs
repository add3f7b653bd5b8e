// What a learner hands in for `softmax(z, temperature=1.0)` of week 6, and for `two_sum` of week 12.

export const RIGHT = `def softmax(z, temperature=1.0):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    from math import exp
    top = max(z)
    e = [exp((x - top) / temperature) for x in z]
    return [x / sum(e) for x in e]`;

/** Overflows: the deck knows this mistake. */
export const UNSHIFTED = `def softmax(z, temperature=1.0):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    from math import exp
    e = [exp(x / temperature) for x in z]
    return [x / sum(e) for x in e]`;

/** Nearly right: what differs stands in the last digits. */
export const INEXACT = `def softmax(z, temperature=1.0):
    if temperature <= 0:
        raise ValueError
    print("z is", z)
    e = [2.7182818284 ** ((x - max(z)) / temperature) for x in z]
    return [x / sum(e) for x in e]`;

export const NO_COLON = RIGHT.replace("1.0):", "1.0)");
export const ENDLESS = "def softmax(z, temperature=1.0):\n    while True:\n        pass";

/** The program in two messages, cut where a function ends. */
export const HALVES = [
  "from math import exp\n\ndef shifted(z):\n    return [x - max(z) for x in z]",
  `def softmax(z, temperature=1.0):
    if temperature <= 0:
        raise ValueError
    e = [exp(x / temperature) for x in shifted(z)]
    return [x / sum(e) for x in e]`,
];

/** The right program with so many comments that a phone sends it as two messages. */
export const LONG = RIGHT.replace("    top", `${"    # the shift keeps every exponent at or below 0\n".repeat(96)}    top`);
if (LONG.length < 5000) throw new Error(`${LONG.length} characters are too few`);
