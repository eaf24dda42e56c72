import { StorageError } from "./errors.ts";

const TEMPORARY_PREFIX = ".tmp-";

/** The parts of a relative path; throws BAD_PATH for anything that could leave the directory. */
export function splitPath(path: string): string[] {
  const parts = path.split("/");
  const bad = parts.some(
    (part) => part === "" || part === "." || part === ".." || /[\\\0]/.test(part),
  );
  if (bad) throw new StorageError("BAD_PATH", `Not a usable file path: ${path.slice(0, 120)}`);
  return parts;
}

export function temporaryName(name: string): string {
  return `${TEMPORARY_PREFIX}${crypto.randomUUID()}-${name}`;
}

export function isTemporary(name: string): boolean {
  return name.startsWith(TEMPORARY_PREFIX);
}
