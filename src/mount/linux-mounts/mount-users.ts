/**
 * Which processes use a mount, by what the kernel tells of each in /proc (proc(5)). Only links and lists of the kernel
 * are read: no call here asks the mount itself, whose server may be this process.
 */

import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { MountUser } from '../driver.ts';

/** Processes looked at at once: each takes a thread of libuv's pool, of which few must do for all. */
const PARALLEL = 4;

const LINKS = ['cwd', 'root', 'exe'];

/**
 * By process number, without this process. `place` holds no symbolic link and is still in the tree; `device` is the
 * mount's in mountinfo. What this user may not know is left out. Never rejects.
 */
export async function findMountUsers(place: string, device: string): Promise<MountUser[]> {
  const names = await readdir('/proc').catch(() => []);
  const waiting = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const users: MountUser[] = [];
  const look = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (await usesMount(join('/proc', name), place, device)) users.push(await describe(name));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, look));
  return users.sort((a, b) => a.pid - b.pid);
}

async function usesMount(process: string, place: string, device: string): Promise<boolean> {
  for (const link of LINKS) if (await leadsBelow(join(process, link), place)) return true;
  const descriptors = await readdir(join(process, 'fd')).catch(() => []);
  for (const name of descriptors) if (await leadsBelow(join(process, 'fd', name), place)) return true;
  const maps = await readFile(join(process, 'maps'), 'latin1').catch(() => '');
  return mapsDevice(maps, device);
}

async function leadsBelow(link: string, place: string): Promise<boolean> {
  return readlink(link).then(
    (target) => isAtOrBelow(target, place),
    () => false,
  );
}

export function isAtOrBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** Whether a list of mappings (/proc/PID/maps) has one of a file on that device, which is hexadecimal there. */
export function mapsDevice(maps: string, device: string): boolean {
  const number = device
    .split(':')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join(':');
  // `7f3a-7f3b r--p 00001000 00:36 4242    /path`: the path may hold anything.
  return maps.split('\n').some((line) => line.split(' ', 4)[3] === number);
}

async function describe(pid: string): Promise<MountUser> {
  const name = await readFile(join('/proc', pid, 'comm'), 'utf8').catch(() => '?\n');
  return { pid: Number(pid), name: name.replace(/\n$/, '') };
}
