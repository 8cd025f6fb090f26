// What the benchmark says while it works, on standard error: lines that stay, and one that shows where it is.

const terminal = process.stderr.isTTY === true;

export function say(line) {
  process.stderr.write(`${terminal ? '\r\x1b[K' : ''}${line}\n`);
}

/** Replaces the line that was shown before; an empty one ends it. */
export function showProgress(line) {
  if (terminal) process.stderr.write(`\r\x1b[K${line}`);
  else if (line !== '') say(line);
}
