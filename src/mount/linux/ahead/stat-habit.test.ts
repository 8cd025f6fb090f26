import { describe, expect, test } from 'vitest';
import { StatHabit } from './stat-habit.ts';

const next = (habit: StatHabit, folders: number) => Array.from({ length: folders }, () => habit.next());

describe('StatHabit', () => {
  test('lists names only after three marks that nobody asked for', () => {
    expect(next(new StatHabit(), 6)).toEqual(['marked', 'marked', 'marked', 'names', 'names', 'names']);
  });

  test('lists all of the next folders after an entry was asked for, then marks again', () => {
    const habit = new StatHabit();
    expect(habit.next()).toBe('marked');
    habit.asked();
    expect(next(habit, 15)).toEqual(Array(15).fill('full'));
    expect(habit.next()).toBe('marked');
  });

  test('goes back to listing all as soon as a program asks where only names were listed', () => {
    const habit = new StatHabit();
    next(habit, 5);
    habit.asked();
    expect(habit.next()).toBe('full');
  });

  test('is not moved by what is asked for without a mark', () => {
    const habit = new StatHabit();
    habit.asked();
    habit.asked();
    expect(habit.next()).toBe('marked');
  });
});
