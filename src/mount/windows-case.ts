/**
 * Names without regard to case, as Windows compares them: UTF-16 unit by unit, each in upper case. Pure.
 *
 * Windows' own table (NTFS writes it into each volume, `$UpCase`; the kernel has it as RtlUpcaseUnicodeChar) is that of
 * Unicode's simple upper case as of 2008, without some letters. The one here is Unicode's, as JavaScript has it, so it
 * takes together whatever Windows does: of 973 letters that `$UpCase` of Windows 7 puts into upper case, each is put into
 * the same. It goes further for `µ`, `ς`, a few more of Greek, titles like U+01C5, and letters that Unicode knows since.
 * Two that Windows takes for one and we do not would share their content in its cache; the other way round, a name has a
 * number that it does not need. Letters beyond ASCII are none of ASCII, as on Windows: `ı` is not `I`, `ſ` is not `S`.
 */

/** What all cases of a UTF-16 unit have in common. Characters of two units have no cases. */
export function upperUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit;
  table ??= makeTable();
  return table[unit]!;
}

/** Equal for names that Windows takes for one, and as long as the name. */
export function upperText(text: string): string {
  // What is as long in UTF-8 is ASCII, as most names are.
  if (Buffer.byteLength(text) === text.length) return text.toUpperCase();
  let upper = '';
  for (let at = 0; at < text.length; at++) upper += String.fromCharCode(upperUnit(text.charCodeAt(at)));
  return upper;
}

const GREEK_EXTENDED = 0x1f00;
const GREEK_EXTENDED_END = 0x2000;

/** Made when first needed: it takes some milliseconds. */
let table: Uint16Array | undefined;

function makeTable(): Uint16Array {
  const made = Uint16Array.from({ length: 0x1_0000 }, (_, unit) => inUpperCase(unit));
  // Of U+1FB3 and its like JavaScript has an upper case of two letters only. Unicode has one of one, a title: U+1FBC.
  for (let unit = GREEK_EXTENDED; unit < GREEK_EXTENDED_END; unit++) {
    const title = String.fromCharCode(unit);
    if (/\p{Lt}/u.test(title)) made[title.toLowerCase().charCodeAt(0)] = unit;
  }
  return made;
}

/** Where that is more than one unit (`ß`) the unit stays. */
function inUpperCase(unit: number): number {
  const upper = String.fromCharCode(unit).toUpperCase();
  return upper.length > 1 || upper < '\x80' ? unit : upper.charCodeAt(0);
}
