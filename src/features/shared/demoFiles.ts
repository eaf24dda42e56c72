import type { FileEntry } from "@/rpc/protocols.ts";
import { StudioError } from "./errors.ts";

const DEMO_NAME = "signet-demo-1.4m";
const DEMO_FILES = [
  "config.json",
  "generation_config.json",
  "model.safetensors",
  "tokenizer.json",
  "tokenizer_config.json",
  "README.md",
];

/** The bundled demo model as entries on the page's own origin. Sizes come from the server. */
export async function demoFiles(): Promise<{
  name: string;
  isFolder: true;
  files: FileEntry[];
}> {
  const base = new URL(`${import.meta.env.BASE_URL}demo/`, document.baseURI);
  const files = await Promise.all(DEMO_FILES.map((path) => entry(new URL(path, base), path)));
  return { name: DEMO_NAME, isFolder: true, files };
}

async function entry(url: URL, path: string): Promise<FileEntry> {
  const response = await fetch(url, { method: "HEAD" }).catch((cause: unknown) => {
    throw unavailable(path, cause);
  });
  const length = response.headers.get("content-length");
  if (!response.ok) throw unavailable(path);
  // A server that compresses on the fly gives no length; the file is small enough to be read then.
  const sizeBytes = length === null ? await sizeByReading(url) : Number(length);
  return { path, url: url.href, sizeBytes };
}

async function sizeByReading(url: URL): Promise<number> {
  return (await (await fetch(url)).blob()).size;
}

function unavailable(path: string, cause?: unknown): StudioError {
  return new StudioError(
    "DEMO_UNAVAILABLE",
    `The demo model's ${path} could not be loaded.`,
    "Check that the studio's server is still running, or drop a model folder of your own.",
    cause === undefined ? {} : { cause },
  );
}
