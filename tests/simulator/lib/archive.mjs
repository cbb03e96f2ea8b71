// A ZIP as Alipay makes it: names in GBK without saying so. Node decodes GBK; the encoder is its table turned round.
import { deflateRawSync } from 'node:zlib';

let table = null;
export function gbk(text) {
  if (!table) {
    table = new Map();
    const decoder = new TextDecoder('gbk', { fatal: false });
    for (let high = 0x81; high <= 0xfe; ++high)
      for (let low = 0x40; low <= 0xfe; ++low) {
        const character = decoder.decode(Uint8Array.of(high, low));
        if ([...character].length === 1 && character !== '\uFFFD' && !table.has(character)) table.set(character, [high, low]);
      }
  }
  return Buffer.from([...text].flatMap((character) => (character.codePointAt(0) < 0x80 ? [character.charCodeAt(0)] : table.get(character) ?? [0x3f])));
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n; });
const crc32 = (bytes) => { let crc = 0xffffffff; for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8); return (crc ^ 0xffffffff) >>> 0; };

/** @param entries  [[name bytes, content bytes]] */
export function zip(entries) {
  const locals = [], centrals = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const packed = deflateRawSync(content);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0); // version
    head.writeUInt16LE(8, 4); // deflate
    head.writeUInt16LE(0x5c62, 8); // some day of 2026
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}
