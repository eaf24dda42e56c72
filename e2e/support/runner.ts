import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/paths.mjs";

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the headless runner as a script would. */
export function signet(
  folder: string,
  args: readonly string[],
  options: { passphrase?: string; onStart?: (interrupt: () => void) => void } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, "scripts/signet.mjs"), ...args], {
      env: { ...process.env, INIT_CWD: folder, SIGNET_PASSPHRASE: options.passphrase ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
    options.onStart?.(() => child.kill("SIGINT"));
  });
}
