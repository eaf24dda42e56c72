import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import type { Plugin } from "vite";
import { CONTENT_SECURITY_POLICY } from "./src/app/contentSecurityPolicy.ts";

/** Only in the build: the development server needs inline scripts and a socket. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "signet-content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_SECURITY_POLICY },
        injectTo: "head-prepend",
      },
    ],
    generateBundle() {
      // For static hosts that read it: workers take their policy from headers, not from the page.
      const source = `/*\n  Content-Security-Policy: ${CONTENT_SECURITY_POLICY}\n`;
      this.emitFile({ type: "asset", fileName: "_headers", source });
    },
  };
}

const SERVICE_WORKER = "sw.js";

/** Builds the service worker and tells it which files to keep for use without a network. */
function offline(): Plugin {
  return {
    name: "signet-offline",
    apply: "build",
    buildStart() {
      const id = fileURLToPath(new URL("./src/app/serviceWorker.ts", import.meta.url));
      this.emitFile({ type: "chunk", id, fileName: SERVICE_WORKER });
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle[SERVICE_WORKER];
        if (worker?.type !== "chunk") this.error("the service worker was not built");
        const hash = createHash("sha256");
        const built = Object.values(bundle).filter(({ fileName }) => isKept(fileName));
        for (const item of built) hash.update(item.type === "chunk" ? item.code : item.source);
        for (const path of publicFiles()) hash.update(readFileSync(join(PUBLIC, path)));
        const files = ["index.html", ...built.map(({ fileName }) => fileName), ...publicFiles()];
        const precache = {
          version: hash.digest("hex").slice(0, 16),
          files: [...new Set(files)].sort(),
        };
        worker.code = `const SIGNET_PRECACHE = ${JSON.stringify(precache)};\n${worker.code}`;
      },
    },
  };
}

const PUBLIC = fileURLToPath(new URL("./public", import.meta.url));

function publicFiles(): string[] {
  const entries = readdirSync(PUBLIC, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(PUBLIC, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** Scripts of other alphabets' typefaces are fetched only by those who need them. */
function isKept(fileName: string): boolean {
  if (fileName === SERVICE_WORKER || fileName === "_headers") return false;
  return !/-(vietnamese|greek|greek-ext|cyrillic|cyrillic-ext)-/.test(fileName);
}

export default defineConfig({
  plugins: [react(), contentSecurityPolicy(), offline()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  worker: { format: "es" },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: { target: "es2022", sourcemap: false },
});
