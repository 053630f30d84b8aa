import { createServer, request as send, type Server } from "node:http";

/** Hands each request to the next of its targets, with no thought for who asks: a plain proxy without stickiness. */
export interface Proxy {
  readonly url: string;
  /** Where requests go from now on. */
  readonly targets: string[];
  /** How many requests went to each target. */
  readonly served: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function openProxy(): Promise<Proxy> {
  const targets: string[] = [];
  const served = new Map<string, number>();
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const target = targets[turn++ % targets.length];
    if (target === undefined) {
      outgoing.writeHead(503).end();
      return;
    }
    served.set(target, (served.get(target) ?? 0) + 1);
    const { method, headers, url = "/" } = incoming;
    const onward = send(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    // Whichever side goes away takes the other with it.
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  const url = await listen(server);
  return {
    url,
    targets,
    served,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The proxy has no port."));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}
