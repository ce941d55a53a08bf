// Steps that can be taken back and done again. Pure: every change gives a new history.

const MOST = 100;
const TOGETHER = 900; // milliseconds within which changes of the same kind are one step

/** Begin with a state that nobody can take back. */
export const begun = (state, label) => ({ steps: [{ state, label, kind: "", at: 0 }], now: 0 });

/** Add a state; what was taken back before is forgotten. */
export function added({ steps, now }, state, { label, kind, at }) {
  const last = steps[now];
  const isSameKind = now > 0 && kind && last.kind === kind && at - last.at < TOGETHER;
  const kept = steps.slice(0, isSameKind ? now : now + 1);
  const all = [...kept, { state, label, kind, at }];
  const spare = Math.max(0, all.length - MOST);
  return { steps: [all[0], ...all.slice(spare + 1)], now: all.length - 1 - spare };
}

/** Go to a step; beyond either end is that end. */
export const moved = ({ steps, now }, to) => ({ steps, now: Math.min(Math.max(to, 0), steps.length - 1), before: now });

/** The state that counts now. */
export const current = ({ steps, now }) => steps[now].state;
