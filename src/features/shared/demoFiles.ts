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

/** The bundled demo model, loaded whole (under 4 MB), so that it needs no network afterwards. */
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
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return { path, file: await response.blob() };
  } catch (cause) {
    throw new StudioError(
      "DEMO_UNAVAILABLE",
      `The demo model's ${path} could not be loaded.`,
      "Check that the studio's server is still running, or drop a model folder of your own.",
      { cause },
    );
  }
}
