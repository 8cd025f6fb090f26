import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  listsMount,
  type MacosCalls,
  missingError,
  prepareOnMacos,
  type Ran,
  unmountArguments,
  unmountError,
} from './macos-place.ts';

/** A macOS with OSXFUSE on which one folder can be mounted on and unmounted. */
class FakeMacos implements MacosCalls {
  isMounted = false;
  isBusy = false;
  readonly ran: string[] = [];
  readonly #hasOsxfuse: boolean;

  constructor(hasOsxfuse = true) {
    this.#hasOsxfuse = hasOsxfuse;
  }

  async run(program: string, args: readonly string[]): Promise<Ran> {
    if (program === '/sbin/mount') return { code: 0, output: this.#list(), complaint: '' };
    this.ran.push([program, ...args].join(' '));
    if (this.isBusy && !args.includes('-f')) {
      const complaint = `umount(${args.at(-1)}): Resource busy -- try 'diskutil unmount'\n`;
      return { code: 1, output: '', complaint };
    }
    this.isMounted = false;
    return { code: 0, output: '', complaint: '' };
  }

  #list(): string {
    const ours = this.isMounted ? 'snapmount:1 on / (osxfuse, nodev, nosuid, read-only)\n' : '';
    return `/dev/disk1s1 on /System (apfs, sealed)\n${ours}map auto_home on /home (autofs)\n`;
  }

  exists(path: string): boolean {
    return path.includes('osxfuse') ? this.#hasOsxfuse : path.includes('macfuse');
  }
}

async function mountOn(macos: FakeMacos) {
  const place = await prepareOnMacos('/', macos, 5);
  return place.make(() => {
    macos.isMounted = true;
  });
}

describe('prepareOnMacos', () => {
  test('says what is missing, and that macFUSE does not help', async () => {
    await expect(prepareOnMacos('/', new FakeMacos(false))).rejects.toMatchObject({
      code: 'unavailable',
      message: missingError(true).message,
    });
    expect(missingError(true).message).toMatch(/OSXFUSE 3 only.*: macFUSE, which is installed, is not found/);
    expect(missingError(false).message).not.toContain('macFUSE');
  });

  test('names a mountpoint that is missing', async () => {
    await expect(prepareOnMacos('/no/such', new FakeMacos())).rejects.toThrow(
      'Cannot use the mountpoint "/no/such": ENOENT',
    );
  });
});

describe('a mount on macOS', () => {
  test('that the system does not list yet has not ended', async () => {
    const macos = new FakeMacos();
    const place = await prepareOnMacos('/', macos, 5);
    const mount = await place.make(() => {});
    let hasEnded = false;
    void mount.ended.then(() => {
      hasEnded = true;
    });
    await sleep(50);
    expect(hasEnded).toBe(false);
    await mount.close();
    await mount.ended;
  });

  test('is unmounted by umount(8), without a shell', async () => {
    const macos = new FakeMacos();
    const mount = await mountOn(macos);
    await mount.unmount({ detach: false });
    await mount.ended;
    expect(macos.ran).toEqual(['/sbin/umount /']);
    await mount.unmount({ detach: false });
    expect(macos.ran).toHaveLength(1);
    await mount.close();
  });

  test('that is in use is busy, and goes by force', async () => {
    const macos = new FakeMacos();
    macos.isBusy = true;
    const mount = await mountOn(macos);
    await expect(mount.unmount({ detach: false })).rejects.toMatchObject({ code: 'busy' });
    expect(macos.isMounted).toBe(true);
    await mount.unmount({ detach: true });
    await mount.ended;
    expect(macos.ran.at(-1)).toBe('/sbin/umount -f /');
    await mount.close();
  });

  test('ends when somebody else unmounts it, and when it is cut', async () => {
    const macos = new FakeMacos();
    const mount = await mountOn(macos);
    let hasEnded = false;
    void mount.ended.then(() => {
      hasEnded = true;
    });
    await sleep(50);
    expect(hasEnded).toBe(false);
    macos.isMounted = false;
    await mount.ended;
    const other = await mountOn(macos);
    await other.cut();
    await other.ended;
    expect(macos.isMounted).toBe(false);
  });
});

test.each([
  ['/Volumes/Backup', true],
  ['/Volumes/Back', false],
  ['/Volumes', false],
])('finds %s in the list of mounts: %s', (path, expected) => {
  expect(listsMount('x on /Volumes/Backup (osxfuse)\ny on /Volumes/Backup 2 (hfs)\n', path)).toBe(expected);
});

test('forces only what is detached', () => {
  expect(unmountArguments('/Volumes/x', { detach: false })).toEqual(['/Volumes/x']);
  expect(unmountArguments('/Volumes/x', { detach: true })).toEqual(['-f', '/Volumes/x']);
});

test.each([
  ['umount(/x): Resource busy\n', 'busy'],
  ['umount: /x: not currently mounted\n', 'failed'],
])('takes the complaint %j for %s', (complaint, code) => {
  expect(unmountError('/x', complaint)).toMatchObject({ code });
});
