/** Moments as text, the ways restic writes them. Pure but for the time zone, which is the process's own. */

// Outside of these years neither RFC 3339 nor Date can say a time; restic brings such times to the edge as well.
const YEAR_0 = -62_167_219_200;
const END_OF_YEAR_9999 = 253_402_300_799;

/** RFC 3339 in UTC, with as many digits after the second as there are: `2024-03-01T08:30:00.25Z`. */
export function utcTimestamp(seconds: number, nanoseconds: number): string {
  const whole = new Date(withinYears(seconds) * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  const fraction = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction}Z`;
}

/** `2024-03-01 09:30:00` in the time zone of this process. */
export function localTime(seconds: number): string {
  const date = new Date(withinYears(seconds) * 1000);
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

function withinYears(seconds: number): number {
  return Math.min(Math.max(seconds, YEAR_0), END_OF_YEAR_9999);
}

function pad(number: number, digits = 2): string {
  return String(number).padStart(digits, '0');
}
