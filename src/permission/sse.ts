/** One event of a server-sent stream, as it was on the wire, its name and its data lines joined. */
export interface SseEvent {
  readonly raw: string;
  /** "message" unless it says otherwise. */
  readonly name: string;
  readonly data: string;
}

const MAX_EVENT_CHARS = 4 * 1024 * 1024;

/** Cuts a stream of bytes into events. @throws RangeError for an event beyond 4 MiB */
export async function* sseEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const chunk of bytes) {
    held += decoder.decode(chunk, { stream: true });
    for (;;) {
      const end = /\r\n\r\n|\n\n|\r\r/.exec(held);
      if (end === null) break;
      const raw = held.slice(0, end.index);
      held = held.slice(end.index + end[0].length);
      if (raw !== "") yield eventOf(raw);
    }
    if (held.length > MAX_EVENT_CHARS) throw new RangeError("an event is longer than 4 MiB");
  }
  if (held.trim() !== "") yield eventOf(held);
}

function eventOf(raw: string): SseEvent {
  const lines = raw.split(/\r\n|\n|\r/);
  const valuesOf = (field: string) =>
    lines
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).replace(/^ /, ""));
  return { raw, name: valuesOf("event").at(-1) ?? "message", data: valuesOf("data").join("\n") };
}
