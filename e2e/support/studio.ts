import { test as base, type BrowserContext } from "@playwright/test";
import { ensureBuild } from "../../scripts/lib/build.mjs";
import { startServer } from "../../scripts/lib/server.mjs";

interface Studio {
  origin: string;
  /** Ends the server: from then on there is no network at all. */
  stop: () => Promise<void>;
}

/** What a page did that it must not do (foreign requests, uncaught errors, breaches of the policy). */
interface Watched {
  foreignRequests: string[];
  pageErrors: string[];
}

/** Notes requests to other origins, and stops them. */
async function watch(context: BrowserContext, origin: string): Promise<Watched> {
  const watched: Watched = { foreignRequests: [], pageErrors: [] };
  await context.route(
    (url) => url.origin !== origin && url.protocol.startsWith("http"),
    (route) => {
      watched.foreignRequests.push(route.request().url());
      return route.abort();
    },
  );
  return watched;
}

export const test = base.extend<{ studio: Studio; watched: Watched }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
  studio: async ({}, use) => {
    const server = await startServer({ root: await ensureBuild({ quiet: true }) });
    let stopped = false;
    const stop = async (): Promise<void> => {
      if (!stopped) await server.close();
      stopped = true;
    };
    await use({ origin: server.origin, stop });
    await stop();
  },
  watched: async ({ context, studio }, use) => {
    const watched = await watch(context, studio.origin);
    await use(watched);
    test.expect(watched.foreignRequests, "requests to other origins").toEqual([]);
    test.expect(watched.pageErrors, "uncaught errors in the page").toEqual([]);
  },
  // Whoever asks for a page has it watched.
  page: async ({ page, watched }, use) => {
    page.on("pageerror", (error) => watched.pageErrors.push(error.message));
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) watched.pageErrors.push(message.text());
    });
    await use(page);
  },
});

export { expect } from "@playwright/test";
