import { createServer, type Server } from "node:http";

/** An OpenAI-compatible server that says a text back, so that tests of load weigh the gateway alone. */
export async function startEcho(): Promise<{
  url: string;
  calls: () => number;
  /** Lets go of the answers to texts that end in "wait". */
  release: () => void;
  stop: () => Promise<void>;
}> {
  let calls = 0;
  const held: (() => void)[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      calls += 1;
      const body: { messages: { content: string }[] } = JSON.parse(
        Buffer.concat(chunks).toString(),
      );
      const content = `echo ${body.messages.at(-1)?.content ?? ""}`;
      if (content.endsWith("fail")) {
        response.writeHead(500, { "content-type": "application/json" });
        response.end('{"error":{"message":"no"}}');
        return;
      }
      const answer = () => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(
          JSON.stringify({
            id: "echo",
            object: "chat.completion",
            choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
            usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
          }),
        );
      };
      if (content.endsWith("wait")) held.push(answer);
      else answer();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    calls: () => calls,
    release: () => {
      for (const answer of held.splice(0)) answer();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
