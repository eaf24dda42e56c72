// @ts-check
// The build stage of `npm test`: always builds, so that a stale dist cannot pass.
import { ensureBuild } from "./build.mjs";

await ensureBuild({ force: true });
