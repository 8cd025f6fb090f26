/**
 * Decodes restic's tree documents (its design document, "Trees and Data") into a TreeTable.
 * Pure; runs in a worker thread. Knows no tree's id; what a node's members mean is in node-reader.ts.
 */

import type { TreeTable } from '../../tree-table.ts';
import { TreeTableBuilder } from '../../tree-table-builder.ts';
import { FormatError } from '../format-error.ts';
import { JsonCursor } from '../json/json-cursor.ts';
import { JsonKeys } from '../json/json-keys.ts';
import { NodeReader } from './node-reader.ts';

const TREE_KEYS = new JsonKeys(['nodes']);
/** A usual node of restic's takes 350 to 500 bytes; a wrong estimate only costs a copy. */
const USUAL_NODE_BYTES = 350;

/** The folder that a tree blob's plaintext describes. Throws FormatError, naming the entry where there is one. */
export function decodeTree(json: Uint8Array): TreeTable {
  const cursor = new JsonCursor(json);
  const builder = new TreeTableBuilder(Math.ceil(json.length / USUAL_NODE_BYTES), json.length >> 2);
  let lists = 0;
  cursor.beginObject();
  while (cursor.nextKey(TREE_KEYS) >= 0) {
    lists++;
    if (!cursor.readNull()) readNodes(cursor, json, builder);
  }
  cursor.finish();
  if (lists !== 1) throw new FormatError(`A tree with ${lists} lists of nodes instead of one`, cursor.offset);
  return builder.finish();
}

function readNodes(cursor: JsonCursor, json: Uint8Array, builder: TreeTableBuilder): void {
  const reader = new NodeReader(cursor, json);
  cursor.beginArray();
  for (let node = 0; cursor.nextElement(); node++) {
    try {
      if (reader.read()) builder.add(reader.entry);
      else builder.omit();
    } catch (error) {
      throw error instanceof FormatError ? inNode(error, node, reader.entry.name) : error;
    }
  }
}

function inNode(error: FormatError, node: number, name: Uint8Array): FormatError {
  const shown = JSON.stringify(new TextDecoder().decode(name.subarray(0, 255)));
  return new FormatError(`${error.message} in node ${node}, ${shown}`, error.offset, { cause: error });
}
