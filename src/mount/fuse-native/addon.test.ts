import { expect, test } from 'vitest';
import { loadingError } from './addon.ts';

test.each([
  [
    'libfuse.so.2: cannot open shared object file: No such file or directory',
    'Cannot find libfuse 2, which fuse-native needs: install it with "apt install libfuse2"',
  ],
  [
    'No native build was found for platform=darwin arch=arm64 runtime=node\n    loaded from: /x\n',
    'Cannot load the binary of the package "fuse-native": it has none for darwin-arm64, only for Linux and macOS on 64-bit Intel processors',
  ],
  [
    '/x/node.napi.node: wrong ELF class\nRequire stack: ...',
    'Cannot load the binary of the package "fuse-native": /x/node.napi.node: wrong ELF class',
  ],
])('turns the complaint %j into one clear line', (complaint, line) => {
  expect(loadingError(complaint, 'darwin-arm64')).toMatchObject({ code: 'unavailable', message: line });
});
