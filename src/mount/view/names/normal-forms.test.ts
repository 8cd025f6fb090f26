import { describe, expect, test } from 'vitest';
import { findOtherForm } from './normal-forms.ts';

const COMPOSED = Buffer.from('Grüße'.normalize('NFC'));
const DECOMPOSED = Buffer.from('Grüße'.normalize('NFD'));
const none = () => -1;

describe('findOtherForm', () => {
  test.each([
    ['composed', DECOMPOSED, COMPOSED],
    ['decomposed', COMPOSED, DECOMPOSED],
  ])('finds the %s form', (_, asked, stored) => {
    expect(findOtherForm(asked, (name) => (Buffer.compare(name, stored) === 0 ? 7 : -1))).toBe(7);
  });

  test.each([
    ['of ASCII', Buffer.from('plain')],
    ['that are no UTF-8', Buffer.from('caf\xe9', 'latin1')],
    ['with one form only', Buffer.from('€')],
  ])('asks nothing for names %s', (_, name) => {
    expect(findOtherForm(name, () => 1)).toBe(-1);
  });

  test('is -1 where no form is there', () => {
    expect(findOtherForm(DECOMPOSED, none)).toBe(-1);
  });
});
