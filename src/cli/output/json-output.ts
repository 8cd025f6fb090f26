/** JSON for programs that is also safe to look at: nothing in it acts on a terminal. Pure. */

// JSON.stringify escapes C0 controls only; these act on terminals as well and may be escaped in any JSON string.
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One value on one line, with the line's end. */
export function jsonLine(value: unknown): string {
  return `${jsonText(value)}\n`;
}

export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
