/** Names without regard to case. Pure. */

/**
 * Equal for names that Windows takes for one: UTF-16 unit by unit, each in upper case. Where that takes more than one
 * unit (`ß`), Windows keeps the unit.
 */
export function caseKey(name: string): string {
  const upper = name.toUpperCase();
  // Most often nothing grew; where something did, units must be looked at one by one.
  if (upper.length === name.length) return upper;
  let key = '';
  for (let at = 0; at < name.length; at++) {
    const unit = name.charAt(at);
    const one = unit.toUpperCase();
    key += one.length === 1 ? one : unit;
  }
  return key;
}
