const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endSize = 22;
const entrySize = 46;

/**
 * The names in a zip file, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16). No zip64: a package
 * that needed it would be far over its size.
 */
export function zipEntries(buffer) {
  // the end record is last, but for a comment of at most 65535 bytes
  const first = Math.max(0, buffer.length - endSize - 0xffff);
  let end = buffer.length - endSize;
  while (end >= first && buffer.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < first) throw new Error('not a zip file: no end of central directory');
  const names = [];
  const count = buffer.readUInt16LE(end + 10);
  let at = buffer.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (at + entrySize > end || buffer.readUInt32LE(at) !== entrySignature) {
      throw new Error(`damaged zip file: entry ${i} of ${count}`);
    }
    const lengths = [28, 30, 32].map((offset) => buffer.readUInt16LE(at + offset));
    names.push(buffer.toString('utf8', at + entrySize, at + entrySize + lengths[0]));
    at += entrySize + lengths[0] + lengths[1] + lengths[2];
  }
  return names;
}
