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

export default defineConfig({
  plugins: [react(), contentSecurityPolicy()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  worker: { format: "es" },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: { target: "es2022", sourcemap: false },
});
