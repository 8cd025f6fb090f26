import { describe, expect, test } from 'vitest';
import { ReadingHabit } from './reading-habit.ts';

function reader(files = 8): ReadingHabit {
  const habit = new ReadingHabit();
  for (let file = 0; file < files; file++) habit.read(true);
  return habit;
}

describe('ReadingHabit', () => {
  test('expects files to be read after many were read in order, and not before', () => {
    expect(reader(7).expectsReading()).toBe(false);
    expect(reader(8).expectsReading()).toBe(true);
  });

  test('expects none after one was read out of order', () => {
    const habit = reader();
    habit.read(false);
    expect(habit.expectsReading()).toBe(false);
  });

  test('expects none after some folders of which no file was seen being read', () => {
    const habit = reader();
    expect([1, 2, 3, 4].map(() => habit.expectsReading())).toEqual([true, true, true, false]);
    expect(habit.expectsReading()).toBe(false);
  });

  test('goes on expecting while a file is seen now and then', () => {
    const habit = reader();
    for (let folder = 0; folder < 20; folder++) {
      expect(habit.expectsReading()).toBe(true);
      if (folder % 3 === 2) habit.read(true);
    }
  });
});
