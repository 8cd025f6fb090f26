import { describe, expect, test } from 'vitest';
import { parseLocalLocation, withoutPassword } from './location.ts';

describe('parseLocalLocation', () => {
  test.each([
    ['/srv/repo', '/srv/repo'],
    ['relative/repo', 'relative/repo'],
    ['local:/srv/repo', '/srv/repo'],
    ['local:repo', 'repo'],
    ['C:\\backup', 'C:\\backup'],
    ['/srv/odd:name', '/srv/odd:name'],
  ])('takes %s for the folder %s', (location, folder) => {
    expect(parseLocalLocation(location)).toBe(folder);
  });

  test.each(['sftp:user@host:/repo', 's3:s3.amazonaws.com/b', 'rest:https://host/', 'rclone:remote:path'])(
    'refuses %s as not supported yet',
    (location) => {
      expect(() => parseLocalLocation(location)).toThrow(/not supported yet/);
    },
  );

  test('keeps passwords out of its message', () => {
    expect(() => parseLocalLocation('rest:https://user:secret@host/repo')).toThrow(/user:\*\*\*@host/);
    expect(withoutPassword('rest:https://user:secret@host/repo')).not.toContain('secret');
  });
});
