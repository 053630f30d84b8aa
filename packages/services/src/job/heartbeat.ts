import { asDatabaseError } from "@mezzotint/db/errors";
import { extendLease, type LeaseState } from "@mezzotint/queue/extend-lease";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { ClaimInput } from "./claim-input.ts";

export const HeartbeatInput = ClaimInput.extend({ leaseMs: z.int().min(1) });
export type HeartbeatInput = z.input<typeof HeartbeatInput>;

/** Renews the lease of one attempt and hears whether to carry on. */
export async function heartbeat(args: { ctx: ServiceContext; input: HeartbeatInput }): Promise<LeaseState> {
  requireWorker(args.ctx);
  const input = parseInput(HeartbeatInput, args.input);
  try {
    return await extendLease(args.ctx.db.prisma, input);
  } catch (error) {
    throw asDatabaseError(error);
  }
}
