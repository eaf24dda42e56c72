import { createServer } from "node:http";
import { afterAll, expect, it } from "vitest";
import { fetchFromHost, onSent, type Sent } from "./sentBytes.ts";

const server = createServer((request, response) => {
  request.resume();
  response.end("{}");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
afterAll(() => server.close());

it("tells every listener whom a body went to, and how many bytes it had", async () => {
  const heard: Sent[] = [];
  const stop = onSent((sent) => heard.push(sent));
  const base = `http://127.0.0.1:${port}/studio/hosts/grid`;
  await fetchFromHost(`${base}/v1/models`);
  await fetchFromHost(`${base}/v1/completions`, { method: "POST", body: "ключ" });
  await expect.poll(() => heard).toEqual([{ host: "grid", sizeBytes: 8 }]);
  stop();
});
