// No markup may reach a reader's eye: formulas are drawn, Markdown and HTML are not shown as such.

import assert from "node:assert/strict";

/** What a learner writes here, which is shown back as it was written. */
export const WRITTEN = "As far as I remember, it has to do with x < y & <b>bold</b> and **stars**.";

const RAW = [/\$/, /\\[a-zA-Z]+/, /\*\*/, /`/, /<\/?[a-zA-Z][^>]*>/, /\{\{|\}\}/, /&[a-z]+;/, /\[object /];

/** Refuses a message whose words, outside code and formulas, hold markup. */
export function assertReadable({ prose, broken, text }) {
  const own = prose.replace(WRITTEN, "").replace(/“[^”]*”/g, "");
  for (const raw of RAW) assert.doesNotMatch(own, raw, `raw markup in “${text.slice(0, 300)}”`);
  assert.equal(broken, 0, `a formula that could not be drawn in “${text.slice(0, 300)}”`);
}
