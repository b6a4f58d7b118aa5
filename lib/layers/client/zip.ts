/** Checksum of a file in an archive (CRC-32, as ISO 3309 has it). */
function checksum(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** The first day that an archive can name: the same bytes whenever it is made. */
const DAY = 0x21;

/** An archive of one small file, not compressed, so that no library's version changes its bytes. */
export function zipOf(name: string, content: string): Buffer {
  const file = Buffer.from(name);
  const bytes = Buffer.from(content);
  // What the entry and the directory say alike: version, flags, method, time, day, checksum, sizes, length of the name.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(DAY, 8);
  common.writeUInt32LE(checksum(bytes), 10);
  common.writeUInt32LE(bytes.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(file.length, 22);
  const entry = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, file, bytes]);
  const rest = Buffer.alloc(14);
  // A regular file that everybody may read, on Unix.
  rest.writeUInt32LE(0o100644 * 0x1_0000, 6);
  const directory = Buffer.concat([Buffer.from("PK\u0001\u0002"), Buffer.from([20, 3]), common, rest, file]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(entry.length, 12);
  return Buffer.concat([entry, directory, Buffer.from("PK\u0005\u0006"), end]);
}
