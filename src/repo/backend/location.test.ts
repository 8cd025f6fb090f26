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

  test.each([
    'restt:https://u:pw@host',
    'https://u:pw@host/r',
    'REST:https://u:pw@host',
    'restt:https:/u:pw@host',
  ])('refuses %s as no kind of repository, without its password', (location) => {
    expect(() => parseLocalLocation(location)).toThrow(/u:\*\*\*@host.*is no kind of repository/);
  });

  test('takes what looks like a URL for a folder behind local:', () => {
    expect(parseLocalLocation('local:odd://name')).toBe('odd://name');
  });
});

describe('withoutPassword', () => {
  test.each([
    ['rest:https://user:secret@host/repo', 'rest:https://user:***@host/repo'],
    ['rest:https://me@corp.com:s3cret@host/r', 'rest:https://me@corp.com:***@host/r'],
    ['rest:https://u:p/w@host/r', 'rest:https://u:***@host/r'],
    ['rest:https://u:p@ss@host/r', 'rest:https://u:***@host/r'],
    ['rest:https://u:p:w@host:8000/r', 'rest:https://u:***@host:8000/r'],
    ['rest:https://:secret@host/r', 'rest:https://:***@host/r'],
    ['rest:https://u:line\nbreak@host/r', 'rest:https://u:***@host/r'],
    ['rest:https://user@host:8000/r', 'rest:https://user@host:8000/r'],
    ['sftp:user@host:/srv/repo', 'sftp:user@host:/srv/repo'],
    ['s3:s3.amazonaws.com/bucket', 's3:s3.amazonaws.com/bucket'],
  ])('shows %j as %j', (location, shown) => {
    expect(withoutPassword(location)).toBe(shown);
  });

  test('is used in the message', () => {
    expect(() => parseLocalLocation('rest:https://user:secret@host/repo')).toThrow(/user:\*\*\*@host/);
  });
});
