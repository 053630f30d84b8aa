import { createServer } from "node:net";
import { MezzotintError } from "@mezzotint/contracts/errors";

const TRIES_MAX = 100;

export async function isPortFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(new MezzotintError("INVALID_INPUT", `Cannot listen on ${host}:${port}: ${error.message}`));
    });
    probe.listen({ host, port }, () => probe.close(() => resolve(true)));
  });
}

/** The wanted port or the next free one above it. */
export async function findFreePort(host: string, wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + TRIES_MAX && port < 65_536; port++) {
    if (await isPortFree(host, port)) return port;
  }
  throw new MezzotintError("CONFLICT", `No port from ${wanted} to ${wanted + TRIES_MAX - 1} is free on ${host}.`);
}
