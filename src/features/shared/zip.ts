import { throwIfAborted } from "@/lib/errors.ts";

export interface ZipEntry {
  path: string;
  file: Blob;
}

const TABLE = crcTable();
const MAX_32 = 0xffffffff;
/** 2026-01-01 00:00 as DOS date and time, so that the same files give the same archive. */
const DOS_DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;

/**
 * A store-only ZIP (APPNOTE 6.3.10, zip64 throughout where needed) as a Blob made of references to
 * the files: they are read once for their checksums and again, lazily, when the archive is saved.
 */
export async function zipBlob(
  entries: readonly ZipEntry[],
  options: { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {},
): Promise<Blob> {
  const totalBytes = entries.reduce((sum, entry) => sum + entry.file.size, 0);
  const parts: BlobPart[] = [];
  const central: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  let readBytes = 0;
  for (const { path, file } of entries) {
    const crc = await crc32(file, options.signal, (count) => {
      readBytes += count;
      options.onProgress?.(totalBytes === 0 ? 1 : readBytes / totalBytes);
    });
    const local = header(path, crc, file.size, null);
    parts.push(local, file);
    central.push(header(path, crc, file.size, offset));
    offset += local.length + file.size;
  }
  const centralBytes = central.reduce((sum, record) => sum + record.length, 0);
  parts.push(...central, end(entries.length, centralBytes, offset));
  return new Blob(parts, { type: "application/zip" });
}

/** Local header, or with `offset` the central one. */
function header(
  path: string,
  crc: number,
  sizeBytes: number,
  offset: number | null,
): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(path);
  const big = sizeBytes >= MAX_32 || (offset ?? 0) >= MAX_32;
  const wide = big ? [sizeBytes, sizeBytes, ...(offset === null ? [] : [offset])] : [];
  const extraBytes = big ? 4 + wide.length * 8 : 0;
  const out = new Writer((offset === null ? 30 : 46) + name.length + extraBytes);
  out.u32(offset === null ? 0x04034b50 : 0x02014b50);
  if (offset !== null) out.u16(big ? 45 : 20);
  out.u16(big ? 45 : 20);
  out.u16(0x0800); // names are UTF-8
  out.u16(0); // stored
  out.u16(0);
  out.u16(DOS_DATE);
  out.u32(crc);
  out.u32(big ? MAX_32 : sizeBytes);
  out.u32(big ? MAX_32 : sizeBytes);
  out.u16(name.length);
  out.u16(extraBytes);
  if (offset !== null) {
    out.u16(0); // comment
    out.u16(0); // disk
    out.u16(0); // internal attributes
    out.u32(0); // external attributes
    out.u32(big ? MAX_32 : offset);
  }
  out.bytes(name);
  if (big) {
    out.u16(1);
    out.u16(wide.length * 8);
    for (const value of wide) out.u64(value);
  }
  return out.done();
}

function end(count: number, centralBytes: number, offset: number): Uint8Array<ArrayBuffer> {
  const big = count >= 0xffff || offset >= MAX_32 || centralBytes >= MAX_32;
  const out = new Writer(22 + (big ? 76 : 0));
  if (big) {
    out.u32(0x06064b50);
    out.u64(44);
    out.u16(45);
    out.u16(45);
    out.u32(0);
    out.u32(0);
    out.u64(count);
    out.u64(count);
    out.u64(centralBytes);
    out.u64(offset);
    out.u32(0x07064b50);
    out.u32(0);
    out.u64(offset + centralBytes);
    out.u32(1);
  }
  out.u32(0x06054b50);
  out.u16(0);
  out.u16(0);
  out.u16(big ? 0xffff : count);
  out.u16(big ? 0xffff : count);
  out.u32(big ? MAX_32 : centralBytes);
  out.u32(big ? MAX_32 : offset);
  out.u16(0);
  return out.done();
}

class Writer {
  readonly #view: DataView<ArrayBuffer>;
  #at = 0;

  constructor(sizeBytes: number) {
    this.#view = new DataView(new ArrayBuffer(sizeBytes));
  }

  u16(value: number): void {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  u64(value: number): void {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
  }

  bytes(bytes: Uint8Array): void {
    new Uint8Array(this.#view.buffer).set(bytes, this.#at);
    this.#at += bytes.length;
  }

  done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#view.buffer);
  }
}

async function crc32(
  file: Blob,
  signal: AbortSignal | undefined,
  onBytes: (count: number) => void,
): Promise<number> {
  let crc = MAX_32;
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    throwIfAborted(signal);
    for (const byte of part.value) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 255];
    onBytes(part.value.length);
  }
  return (crc ^ MAX_32) >>> 0;
}

function crcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
}
