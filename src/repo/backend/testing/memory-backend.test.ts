import { describeBackend } from './conformance.ts';
import { MemoryBackend } from './memory-backend.ts';

describeBackend('MemoryBackend', async () => {
  const backend = new MemoryBackend();
  backend.files.set('config', new Uint8Array(155));
  return backend;
});
