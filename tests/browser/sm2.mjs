// SM-2 a second time, written from its published steps, to hold the bot's promises against.

export const NEW = { repetition: 0, interval: 0, ease: 250 };

/** The state after a review; the ease factor is in hundredths. */
export function review({ repetition, interval, ease }, quality) {
  if (quality < 3) return { repetition: 0, interval: 1, ease };
  const next = repetition === 0 ? 1 : repetition === 1 ? 6 : Math.ceil((interval * ease) / 100);
  const change = { 3: -14, 4: 0, 5: 10 }[quality];
  return { repetition: repetition + 1, interval: next, ease: Math.max(130, ease + change) };
}

/** An interval as it stands on a button; the story stays below a month. */
export function label(days) {
  if (days < 1 || days > 30) throw new Error(`${days} days are beyond this test`);
  return `${days} d`;
}
