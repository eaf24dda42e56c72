import { JobError } from "./errors.ts";

/**
 * Ordinary English prose that the studio ships: `held-out` for harm, never trained on; `benign` for
 * mixing. Both come from the studio's own origin.
 */
export async function shippedText(
  name: "held-out" | "benign",
  signal?: AbortSignal,
): Promise<string> {
  const url = new URL(`${import.meta.env.BASE_URL}demo/${name}.txt`, location.origin);
  const response = await fetch(url, signal ? { signal } : {}).catch((cause: unknown) => {
    throw new JobError(
      "TEXT_UNAVAILABLE",
      `The text ${name}.txt of the studio could not be read.`,
      "Reload the page once with a connection to where the studio is served.",
      { cause },
    );
  });
  if (!response.ok) {
    throw new JobError(
      "TEXT_UNAVAILABLE",
      `The text ${name}.txt of the studio is missing.`,
      "Serve the whole build, the folder demo included.",
    );
  }
  return response.text();
}
