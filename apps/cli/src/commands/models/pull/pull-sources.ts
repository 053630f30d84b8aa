import { MezzotintError } from "@mezzotint/contracts/errors";
import type { PullSource } from "./pull-source.ts";
import { pullFromHub } from "./pull-from-hub.ts";
import { pullInception } from "./pull-inception.ts";

/** Models that are made from other files than a folder of the Hub, by their name; a name here has no slash. */
const NAMED_SOURCES: Readonly<Record<string, PullSource>> = { "inception-fid": pullInception };

/** Where a model comes from: one of the names here, else a repository of the Hub as owner/name. Throws INVALID_INPUT. */
export function pullSourceOf(id: string): PullSource {
  const named = Object.hasOwn(NAMED_SOURCES, id) ? NAMED_SOURCES[id] : undefined;
  if (named !== undefined) return named;
  if (/^[\w.-]+\/[\w.-]+$/.test(id) && !id.split("/").some((part) => /^\.+$/.test(part))) return pullFromHub;
  const names = ["owner/name of a repository of the Hub", ...Object.keys(NAMED_SOURCES)].join(" or ");
  throw new MezzotintError("INVALID_INPUT", `model: expected ${names}, got ${JSON.stringify(id)}`);
}
