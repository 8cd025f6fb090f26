/** Runs the check on small trees of sources: one breach each, and one that keeps the law. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'check-import-law.mjs');

describe('check-import-law', () => {
  test('accepts what the law allows', () => {
    const outcome = check({
      'src/cli/main.ts':
        "import { a } from '../repo/restic/open.ts';\nconst b = await import('../mount/view/v.ts');\n",
      'src/mount/view/v.ts':
        "import type { R } from '../../repo/repository.ts';\nimport { x } from 'node:buffer';\n",
      'src/repo/repository.ts': "import type { B } from './backend/backend.ts';\n",
      'src/repo/backend/rest/client.ts':
        "import { BackendError } from '../errors.ts';\nimport 'node:fs';\nimport 'node:path';\n",
      'src/repo/content.test.ts': "import { runSession } from '../mount/session.ts';\n",
      'src/repo/testing/all.ts': "import { runSession } from '../../mount/session.ts';\n",
    });
    expect(outcome).toEqual({ status: 0, stderr: '' });
  });

  test.each([
    ['src/repo/content.ts', "import { s } from '../mount/session.ts';", 'src/repo/*.ts may not'],
    ['src/repo/restic/tree.ts', "import { s } from '../../cli/main.ts';", 'src/repo/restic/ may not'],
    ['src/repo/blob-cache.ts', "import { s } from './restic/open.ts';", 'knows no format'],
    ['src/repo/backend/local.ts', "import { s } from '../errors.ts';", 'src/repo/backend/ may not'],
    ['src/repo/backend/rest.ts', "import { s } from './local.ts';", 'one backend never imports another'],
    ['src/mount/view/v.ts', "import {\n  s,\n} from '../../repo/restic/open.ts';", 'src/mount/view/ may not'],
    ['src/mount/linux/driver.ts', "export * from '../fuse-native/driver.ts';", 'no other driver'],
    ['src/mount/linux/driver.ts', "import '../../repo/repository.ts';", 'no repository'],
    ['src/mount/view/v.ts', "import { x } from 'node:fs';", 'a pure core'],
    ['src/repo/restic/tree-decoder.ts', "const x = import('node:fs/promises');", 'a pure core'],
    ['src/mount/view/v.ts', "import { join } from 'node:path';", 'no paths of this machine'],
    ['src/cli/output/list.ts', "import path from 'path/posix';", 'no paths of this machine'],
    ['src/repo/restic/open.ts', "const { sep } = await import('node:path');", 'no paths of this machine'],
    ['src/other/new.ts', "import './x.ts';", 'no row of the import law'],
    ['src/cli/main.ts', "import '../../scripts/x.ts';", 'nothing outside src'],
  ])('refuses in %s: %s', (path, line, rule) => {
    const { status, stderr } = check({ [path]: `${line}\n` });
    expect(status).toBe(1);
    expect(stderr).toContain(`${path}:${line.split('\n').length}: `);
    expect(stderr).toContain(rule);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('refuses a cycle and names its files', () => {
    const { status, stderr } = check({
      'src/cli/a.ts': "import './b.ts';\n",
      'src/cli/b.ts': "\nimport './c.ts';\n",
      'src/cli/c.ts': "import type { A } from './a.ts';\n",
    });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'src/cli/c.ts:1: closes a cycle: src/cli/a.ts -> src/cli/b.ts -> src/cli/c.ts -> src/cli/a.ts\n',
    );
  });

  test('refuses a file of more than 300 lines', () => {
    expect(check({ 'src/cli/long.ts': '\n'.repeat(300) }).status).toBe(0);
    expect(check({ 'src/cli/long.ts': '\n'.repeat(301) }).stderr).toContain('src/cli/long.ts:301: 301 lines');
  });
});

function check(files: Record<string, string>): { status: number | null; stderr: string } {
  const root = mkdtempSync(join(tmpdir(), 'import-law-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
    return { status, stderr };
  } finally {
    rmSync(root, { recursive: true });
  }
}
