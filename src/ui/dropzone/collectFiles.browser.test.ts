import { afterEach, expect, it } from "vitest";
import { collectDrop, collectInput } from "./collectFiles.ts";
import type { DropItem } from "./collectFiles.ts";

const NAME = "signet-drop-test";

afterEach(async () => {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(NAME, { recursive: true }).catch(() => undefined);
});

/** A real directory in the private file system, as a drop would hand it over. */
async function realFolder(paths: readonly string[]): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(NAME, { create: true });
  for (const path of paths) {
    const parts = path.split("/");
    let directory = folder;
    for (const part of parts.slice(0, -1)) {
      directory = await directory.getDirectoryHandle(part, { create: true });
    }
    const handle = await directory.getFileHandle(parts[parts.length - 1], { create: true });
    const stream = await handle.createWritable();
    await stream.write(path);
    await stream.close();
  }
  return folder;
}

function handleItem(handle: FileSystemHandle): DropItem {
  return { kind: "file", getAsFileSystemHandle: async () => handle, getAsFile: () => null };
}

it("walks a folder to the end, takes its name and leaves version control out", async () => {
  const paths = [
    "config.json",
    "onnx/deep/model.onnx",
    ".gitattributes",
    ".git/config",
    ".DS_Store",
  ];
  const dropped = await collectDrop([handleItem(await realFolder(paths))]);
  expect(dropped.name).toBe(NAME);
  expect(dropped.isFolder).toBe(true);
  expect(dropped.files.map((entry) => entry.path)).toEqual([
    ".gitattributes",
    "config.json",
    "onnx/deep/model.onnx",
  ]);
  expect(await dropped.files[2].file.text()).toBe("onnx/deep/model.onnx");
});

it("falls back to entries, whose folders come in batches", async () => {
  const file = (name: string) => ({
    isFile: true,
    isDirectory: false,
    name,
    file: (resolve: (file: File) => void) => resolve(new File([name], name)),
  });
  const batches = [[file("a.safetensors")], [file("b.safetensors")], []];
  const folder = {
    isFile: false,
    isDirectory: true,
    name: "shards",
    createReader: () => ({
      readEntries: (resolve: (entries: unknown[]) => void) => resolve(batches.shift() ?? []),
    }),
  };
  const item: DropItem = { kind: "file", webkitGetAsEntry: () => folder, getAsFile: () => null };
  const dropped = await collectDrop([item]);
  expect(dropped).toMatchObject({ name: "shards", isFolder: true });
  expect(dropped.files.map((entry) => entry.path)).toEqual(["a.safetensors", "b.safetensors"]);
});

it("takes the file when the browser gives no handle for it", async () => {
  const item: DropItem = {
    kind: "file",
    getAsFileSystemHandle: () => Promise.reject(new DOMException("no", "InvalidStateError")),
    getAsFile: () => new File(["x"], "pasted.json"),
  };
  expect((await collectDrop([item])).files.map((entry) => entry.path)).toEqual(["pasted.json"]);
});

it("takes plain and pasted files, and says when there was none", async () => {
  const item = (name: string): DropItem => ({
    kind: "file",
    getAsFile: () => new File([name], name),
  });
  const two = await collectDrop([
    item("b.json"),
    item("a.json"),
    { kind: "string", getAsFile: () => null },
  ]);
  expect(two).toMatchObject({ name: "2 files", isFolder: false });
  expect(two.files.map((entry) => entry.path)).toEqual(["a.json", "b.json"]);
  await expect(collectDrop([])).rejects.toMatchObject({ code: "NOTHING_DROPPED" });
  expect(() => collectInput([])).toThrow(expect.objectContaining({ code: "NOTHING_DROPPED" }));
});

it("refuses more files than any model has", () => {
  const files = Array.from({ length: 10_001 }, (_, index) => new File([], `f${index}`));
  expect(() => collectInput(files)).toThrow(expect.objectContaining({ code: "TOO_MANY_FILES" }));
});
