import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO } from "./steps.ts";

interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

type Header = Record<string, TensorEntry>;

/** A copy of the demo model that a test may spoil. */
export async function copyOfDemo(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "signet-damaged-")), "spoilt");
  await cp(DEMO, folder, { recursive: true });
  return folder;
}

export async function removeFile(folder: string, name: string): Promise<void> {
  await rm(join(folder, name));
}

export async function editJson(
  folder: string,
  name: string,
  edit: (value: Record<string, unknown>) => void,
): Promise<void> {
  const path = join(folder, name);
  const value = JSON.parse(await readFile(path, "utf8"));
  edit(value);
  await writeFile(path, JSON.stringify(value));
}

export async function editBytes(
  folder: string,
  name: string,
  edit: (bytes: Buffer) => Buffer,
): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, edit(await readFile(path)));
}

/** Changes the header of model.safetensors and leaves the data as it is. */
export async function editHeader(folder: string, edit: (header: Header) => void): Promise<void> {
  await editBytes(folder, "model.safetensors", (bytes) => {
    const length = Number(bytes.readBigUInt64LE(0));
    const header: Header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
    edit(header);
    let text = JSON.stringify(header);
    text += " ".repeat((8 - (text.length % 8)) % 8);
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([head, Buffer.from(text), bytes.subarray(8 + length)]);
  });
}

/** The entry of a tensor whose name ends so. */
export function tensor(header: Header, ending: string): TensorEntry {
  const name = Object.keys(header).find((each) => each.endsWith(ending));
  if (name === undefined) throw new Error(`no tensor ends in ${ending}`);
  return header[name];
}

/** Keeps the first layers of a copied model only: quicker, and still a language model of sorts. */
export async function keepLayers(folder: string, layers: number): Promise<void> {
  await editBytes(folder, "model.safetensors", (bytes) => {
    const length = Number(bytes.readBigUInt64LE(0));
    const header: Header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
    const data = bytes.subarray(8 + length);
    const kept: Header = {};
    const parts: Buffer[] = [];
    let at = 0;
    for (const [name, entry] of Object.entries(header)) {
      const layer = /^model\.layers\.(\d+)\./.exec(name)?.[1];
      if (name === "__metadata__" || (layer !== undefined && Number(layer) >= layers)) continue;
      const part = data.subarray(...entry.data_offsets);
      kept[name] = { ...entry, data_offsets: [at, at + part.length] };
      parts.push(part);
      at += part.length;
    }
    const text = JSON.stringify(kept);
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([head, Buffer.from(text), ...parts]);
  });
  await editJson(folder, "config.json", (config) => {
    config.num_hidden_layers = layers;
  });
}
