import { describe, expect, test } from 'vitest';
import { mountPipe, parseUnmountAnswer, parseUnmountRequest } from './mount-pipe.ts';

describe('mountPipe', () => {
  test('is the same however user and place are spelled', () => {
    expect(mountPipe('X:', 'HOST\\Me')).toBe(mountPipe('x:', 'host\\me'));
    expect(mountPipe('X:', 'me')).toMatch(/^\\\\\.\\pipe\\snapmount-[0-9a-f]{32}$/);
  });

  test.each([
    ['Y:', 'me'],
    ['X:', 'you'],
    ['X', ':me'],
  ])('is another one for %j of %j', (mountpoint, user) => {
    expect(mountPipe(mountpoint, user)).not.toBe(mountPipe('X:', 'me'));
  });
});

describe('parseUnmountRequest', () => {
  test('takes what is asked', () => {
    expect(parseUnmountRequest('{"unmount":"lazy","more":1}')).toEqual({ unmount: 'lazy' });
  });

  test.each([[''], ['null'], ['{"unmount":true}'], ['GET / HTTP/1.1']])('passes over %j', (line) => {
    expect(parseUnmountRequest(line)).toBeUndefined();
  });
});

describe('parseUnmountAnswer', () => {
  test.each([[{ pid: 7 }], [{ refused: 'busy', message: 'in use' }]])('takes %j', (answer) => {
    expect(parseUnmountAnswer(JSON.stringify(answer))).toEqual(answer);
  });

  test.each([['{}'], ['{"pid":"7"}'], ['{"refused":"no","message":"x"}'], ['7']])(
    'passes over %j',
    (line) => {
      expect(parseUnmountAnswer(line)).toBeUndefined();
    },
  );
});
