/**
 * Keeps the studio working without a network: everything that a build consists of is stored on the
 * first visit and served from there. It touches nothing else, so results and models of a headless
 * run pass by it, and it never asks another origin for anything.
 */
declare const self: ServiceWorkerGlobalScope;

/** Written in by the build. `version` changes with any of the files. */
export interface Precache {
  version: string;
  files: readonly string[];
}

declare const SIGNET_PRECACHE: Precache;

const { version, files } = SIGNET_PRECACHE;
const CACHE = `signet-${version}`;
const scope = new URL("./", self.location.href);
const page = new URL("index.html", scope).href;
const known = new Set(files.map((path) => new URL(path, scope).href));

self.addEventListener("install", (event) => {
  // Only the first one takes over at once: open tabs keep the version that they started with.
  if (self.registration.active === null) event.waitUntil(self.skipWaiting());
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) =>
        cache.addAll([...known].map((url) => new Request(url, { cache: "no-cache" }))),
      ),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("signet-") && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range")) return;
  const url = new URL(request.url);
  url.hash = "";
  if (request.mode === "navigate" && url.pathname === scope.pathname) {
    // A newer page wins while there is a network.
    event.respondWith(fetch(request).catch(() => stored(page)));
  } else if (known.has(url.href)) event.respondWith(stored(url.href));
});

async function stored(url: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(url, { ignoreVary: true })) ?? fetch(url);
}
