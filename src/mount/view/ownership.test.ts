import { expect, test } from 'vitest';
import { Ownership, type OwnershipOptions } from './ownership.ts';

function shown(options: OwnershipOptions): [number, number, number] {
  const ownership = new Ownership(options);
  return [ownership.uid(1000), ownership.gid(100), ownership.mode(0o6755)];
}

test.each<[OwnershipOptions, [number, number, number]]>([
  [{ ownerRoot: false }, [1000, 100, 0o6755]],
  [{ ownerRoot: true }, [0, 0, 0o6755]],
  [{ ownerRoot: false, uid: 7 }, [7, 100, 0o6755]],
  [{ ownerRoot: false, gid: 8 }, [1000, 8, 0o6755]],
  [{ ownerRoot: true, uid: 7 }, [7, 0, 0o6755]],
  [{ ownerRoot: false, umask: 0o077 }, [1000, 100, 0o6700]],
  [{ ownerRoot: false, uid: 0, gid: 0, umask: 0o6027 }, [0, 0, 0o750]],
])('Ownership with %j shows %j', (options, expected) => {
  expect(shown(options)).toEqual(expected);
});
