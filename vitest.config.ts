import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_ARGS, findInstalledChromium } from "./scripts/chromium.mjs";

const alias = { "@": fileURLToPath(new URL("./src", import.meta.url)) };
const executablePath = process.env.SIGNET_CHROMIUM ?? findInstalledChromium();

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          environment: "node",
          include: ["{src,workers,scripts}/**/*.test.ts"],
          exclude: ["**/*.gpu.test.ts", "**/*.browser.test.{ts,tsx}"],
          testTimeout: 60_000,
          // Reading the same modules anew for each file cost more than a third of all its time. Files
          // that share a process must leave nothing behind: globals are put back after each test.
          isolate: false,
          unstubGlobals: true,
        },
      },
      {
        resolve: { alias },
        // Named beforehand: found late, they would make Vite reload the page under a test.
        optimizeDeps: {
          include: [
            "@base-ui/react/alert-dialog",
            "@base-ui/react/dialog",
            "@base-ui/react/number-field",
            "@base-ui/react/tooltip",
            "@tanstack/react-query",
            "axe-core",
            "idb",
            "lucide-react",
            "react",
            "react-dom/client",
            "react/jsx-dev-runtime",
            "uplot",
            "valibot",
            "viem",
            "viem/chains",
            "wagmi",
            "wagmi/actions",
            "wagmi/connectors/injected",
            "zustand",
          ],
        },
        test: {
          name: "gpu",
          include: ["{src,workers}/**/*.gpu.test.ts", "{src,workers}/**/*.browser.test.{ts,tsx}"],
          testTimeout: 180_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                args: CHROMIUM_ARGS,
                ...(executablePath ? { executablePath } : { channel: "chromium" }),
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
