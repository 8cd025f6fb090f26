import { expect, test } from 'vitest';
import { Handles } from './handles.ts';

test('Handles gives no number twice and knows only what is open', () => {
  const handles = new Handles<string>();
  const first = handles.add('a');
  expect(handles.get(first)).toBe('a');
  expect(handles.remove(first)).toBe('a');
  expect(handles.remove(first)).toBeUndefined();
  expect(handles.add('b')).not.toBe(first);
  expect(() => handles.get(first)).toThrow(expect.objectContaining({ code: 'ESTALE' }));
  expect(handles.size).toBe(1);
});
