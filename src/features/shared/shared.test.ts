import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { formatAgo } from "./describe.ts";
import { generatePassphrase, passphraseStrength } from "./passphrase.ts";
import { zipBlob } from "./zip.ts";

it("writes an archive with Node's checksums, stored names, sizes and offsets", async () => {
  const fractions: number[] = [];
  const entries = [
    { path: "m/config.json", bytes: new TextEncoder().encode('{"a":1}') },
    { path: "m/ü/weights.bin", bytes: new Uint8Array(300_000).fill(7) },
    { path: "m/empty", bytes: new Uint8Array() },
  ];
  const files = entries.map(({ path, bytes }) => ({ path, file: new Blob([bytes]) }));
  const zip = await zipBlob(files, { onProgress: (fraction) => fractions.push(fraction) });
  const bytes = Buffer.from(await zip.arrayBuffer());
  // APPNOTE 4.3.16: the end record is the last 22 bytes when there is no comment.
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50);
  expect(bytes.readUInt16LE(end + 10)).toBe(entries.length);
  let at = bytes.readUInt32LE(end + 16);
  for (const entry of entries) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    expect(bytes.readUInt32LE(at + 16)).toBe(crc32(entry.bytes));
    expect(bytes.readUInt32LE(at + 24)).toBe(entry.bytes.length);
    const nameBytes = bytes.readUInt16LE(at + 28);
    expect(bytes.subarray(at + 46, at + 46 + nameBytes).toString()).toBe(entry.path);
    const local = bytes.readUInt32LE(at + 42);
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50);
    const data = local + 30 + nameBytes;
    expect(bytes.subarray(data, data + entry.bytes.length).equals(entry.bytes)).toBe(true);
    at += 46 + nameBytes;
  }
  expect(at).toBe(end);
  expect(fractions.at(-1)).toBe(1);
});

it("stops when it is cancelled", async () => {
  const big = [{ path: "a", file: new Blob([new Uint8Array(10)]) }];
  await expect(zipBlob(big, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
});

it("ranks passphrases as one would", async () => {
  expect(passphraseStrength("abc").word).toBe("Too short");
  expect(passphraseStrength("aaaaaaaaaaaa").word).toBe("Weak");
  expect(passphraseStrength("12345678901").word).toBe("Weak");
  expect(passphraseStrength("password").word).toBe("Weak");
  expect(passphraseStrength("tR7!kq_92Vz").word).not.toBe("Weak");
  const made = await generatePassphrase();
  expect(made.split(" ")).toHaveLength(6);
  expect(passphraseStrength(made).word).not.toBe("Weak");
  expect(await generatePassphrase()).not.toBe(made);
});

it.each([
  [-30_000, "30 seconds ago"],
  [-3_600_000, "1 hour ago"],
  [-2 * 86_400_000, "2 days ago"],
])("says %d ms as %s", (offset, text) => {
  expect(formatAgo(1e12 + offset, 1e12)).toBe(text);
});
