// @ts-check
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

/**
 * Writes the body of a PUT to `directory/…segments`; the file appears only once it is whole.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {string} directory
 * @param {readonly string[]} segments checked by the caller: no "..", no separators
 */
export async function receiveFile(request, response, directory, segments) {
  const target = join(directory, ...segments);
  const part = `${target}.part-${randomBytes(6).toString("hex")}`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await pipeline(request, createWriteStream(part, { flags: "wx" }));
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  response.writeHead(204).end();
}
