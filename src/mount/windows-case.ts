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
  const index = unit >>> 8;
  pages[index] ??= makePage(index);
  return pages[index][unit & 0xff]!;
}

/** Equal for names that Windows takes for one, and as long as the name. */
export function upperText(text: string): string {
  // What is as long in UTF-8 is ASCII, as most names are.
  if (Buffer.byteLength(text) === text.length) return text.toUpperCase();
  let upper = '';
  for (let at = 0; at < text.length; at++) upper += String.fromCharCode(upperUnit(text.charCodeAt(at)));
  return upper;
}

const GREEK_EXTENDED = 0x1f;
const PAGE = 0x100;

/** By the upper halves of units. Each is made when first needed: all of them at once take 20 ms. */
const pages: (Uint16Array | undefined)[] = new Array(PAGE);

function makePage(index: number): Uint16Array {
  const first = index * PAGE;
  const made = Uint16Array.from({ length: PAGE }, (_, at) => inUpperCase(first + at));
  if (index === GREEK_EXTENDED) addTitles(made, first);
  return made;
}

/** Of U+1FB3 and its like JavaScript has an upper case of two letters only. Unicode has one of one, a title: U+1FBC. */
function addTitles(page: Uint16Array, first: number): void {
  for (let unit = first; unit < first + PAGE; unit++) {
    const title = String.fromCharCode(unit);
    if (/\p{Lt}/u.test(title)) page[title.toLowerCase().charCodeAt(0) - first] = unit;
  }
}

/** Where that is more than one unit (`ß`) the unit stays. */
function inUpperCase(unit: number): number {
  const upper = String.fromCharCode(unit).toUpperCase();
  return upper.length > 1 || upper < '\x80' ? unit : upper.charCodeAt(0);
}
