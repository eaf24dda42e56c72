// @ts-check
import { fileURLToPath } from "node:url";

/** Root of the checkout, without a trailing separator. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
