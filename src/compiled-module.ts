/** Where threads and helping processes find their code: they run compiled modules, also while tests run the sources. */

/** `name` is that of a compiled module beside the one whose `import.meta.url` is given: `decode-worker.js`. */
export function compiledModule(name: string, beside: string): URL {
  const url = new URL(name, beside);
  return beside.endsWith('.ts') ? new URL(url.href.replace('/src/', '/dist/')) : url;
}
