import { setTimeout as delay } from "node:timers/promises";

/** What the studio tells whoever watches; the parts that specs look at. */
export interface WatchedGeneration {
  readonly id: string;
  readonly recipe: { readonly prompt: string };
  readonly status: string;
  readonly attempts: number;
  readonly images: readonly unknown[];
}

export type WatchMessage =
  | { readonly type: "snapshot"; readonly generations: readonly WatchedGeneration[] }
  | { readonly type: "generation"; readonly generation: WatchedGeneration }
  | { readonly type: "progress"; readonly generationId: string; readonly step: number; readonly steps: number };

/** Hears a person's generations as a page does, without a page. */
export interface EventClient {
  /** All it heard, and on which connection, from 1. */
  readonly heard: readonly { readonly connection: number; readonly message: WatchMessage }[];
  close(): Promise<void>;
}

const RETRY_MS = 200;

/** Reads the stream of events, and asks for a new one whenever it ends, as an EventSource would. */
export function openEventClient({ url, cookie }: { url: string; cookie: string }): EventClient {
  const heard: { connection: number; message: WatchMessage }[] = [];
  const closing = new AbortController();
  let connection = 0;

  async function listen(): Promise<void> {
    const headers = { cookie, accept: "text/event-stream" };
    const response = await fetch(`${url}/api/trpc/generation.watch`, { headers, signal: closing.signal });
    if (response.status !== 200 || response.body === null) throw new Error(`the stream answered ${response.status}`);
    connection += 1;
    let text = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split("\n\n");
      text = blocks.pop() ?? "";
      for (const message of blocks.flatMap(parseBlock)) heard.push({ connection, message });
    }
  }

  async function listenForEver(): Promise<void> {
    while (!closing.signal.aborted) {
      // A server that is not there yet is what this waits for.
      await listen().catch(() => undefined);
      await delay(RETRY_MS);
    }
  }

  const listening = listenForEver();
  return {
    heard,
    async close() {
      closing.abort();
      await listening;
    },
  };
}

/** Messages carry data and no event of their own; "connected" and "ping" are between the two ends of the line. */
function parseBlock(block: string): WatchMessage[] {
  const lines = block.split("\n");
  if (lines.some((line) => line.startsWith("event:"))) return [];
  const data = lines.flatMap((line) => (line.startsWith("data:") ? [line.slice("data:".length)] : [])).join("\n");
  if (data.trim() === "") return [];
  const { json }: { json: WatchMessage } = JSON.parse(data);
  return [json];
}
