/** The member of a JSON line that says what a backup has of a node of Windows. Pure. */

import type { StoredFacts } from '../../mount/node.ts';
import { filetimeText, hexWord } from '../../mount/stored-attributes.ts';

/** With a comma after it; empty if there is nothing to say. Numbers of 32 bits in hex, bytes in base64. */
export function windowsJson(facts: StoredFacts): string {
  const { fileAttributes, creationTime, securityDescriptor, reparsePoint, reparseTag } = facts;
  const members = {
    file_attributes: fileAttributes === undefined ? undefined : hexWord(fileAttributes),
    creation_time: creationTime === undefined ? undefined : filetimeText(creationTime),
    security_descriptor: base64(securityDescriptor),
    reparse_tag: reparseTag === undefined ? undefined : hexWord(reparseTag.tag),
    reparse_tag_source: reparseTag?.source,
    reparse_point: base64(reparsePoint),
  };
  const json = JSON.stringify(members);
  return json === '{}' ? '' : `"windows":${json},`;
}

function base64(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('base64');
}
