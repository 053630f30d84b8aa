import "server-only";
import { newId } from "@mezzotint/contracts/ids";
import { createPersonalTeam } from "@mezzotint/services/account/create-personal-team";
import { renamePersonalTeam } from "@mezzotint/services/account/rename-personal-team";
import type { ServiceContext } from "@mezzotint/services/context";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError } from "better-auth/api";
import { AccountName } from "#features/account/account-fields.ts";
import { connect } from "./connections.ts";
import { readEnvironment } from "./env.ts";

const SESSION_S = 30 * 24 * 3_600;
const SESSION_RENEWAL_S = 24 * 3_600;
/** Guesses at a password from one address: slow for a guesser, generous for somebody with a stuck key. */
const SIGN_IN_LIMIT = { window: 60, max: 30 };

let auth: ReturnType<typeof createAuth> | undefined;

export function getAuth(): ReturnType<typeof createAuth> {
  auth ??= createAuth();
  return auth;
}

/** Accounts act before anybody is signed in. */
export function accountContext(): ServiceContext {
  const { db, storage } = connect();
  return { db, storage, actor: { kind: "anonymous" }, now: () => new Date() };
}

function createAuth() {
  const { BETTER_AUTH_SECRET, BETTER_AUTH_URL } = readEnvironment();
  return betterAuth({
    appName: "Mezzotint",
    baseURL: BETTER_AUTH_URL,
    secret: BETTER_AUTH_SECRET,
    trustedOrigins: trustedOrigins(),
    telemetry: { enabled: false },
    database: prismaAdapter(connect().db.prisma, { provider: "postgresql", transaction: true }),
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    session: { expiresIn: SESSION_S, updateAge: SESSION_RENEWAL_S },
    rateLimit: { customRules: { "/sign-in/email": SIGN_IN_LIMIT, "/sign-up/email": SIGN_IN_LIMIT } },
    advanced: {
      cookiePrefix: "mezzotint",
      database: { generateId: ({ model }) => (model === "user" ? newId("user") : crypto.randomUUID()) },
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({ data: { ...user, name: acceptedName(user.name) } }),
          after: async ({ id, name }) => {
            await createPersonalTeam({ ctx: accountContext(), input: { userId: id, userName: name } });
          },
        },
        update: {
          before: async (user) => ({
            data: user.name === undefined ? user : { ...user, name: acceptedName(user.name) },
          }),
          after: async ({ id, name }) => {
            await renamePersonalTeam({ ctx: accountContext(), input: { userId: id, userName: name } });
          },
        },
      },
    },
  });
}

/** Without a name there would be an account and never a team for it to act in. */
function acceptedName(name: string): string {
  const parsed = AccountName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new APIError("BAD_REQUEST", { message: parsed.error.issues[0]?.message ?? "This name is not accepted." });
}

/** On one's own machine, localhost and 127.0.0.1 are the same place. */
export function trustedOrigins(): string[] {
  const { protocol, hostname, port, origin } = new URL(readEnvironment().BETTER_AUTH_URL);
  if (hostname !== "localhost" && hostname !== "127.0.0.1") return [origin];
  const suffix = port === "" ? "" : `:${port}`;
  return [`${protocol}//localhost${suffix}`, `${protocol}//127.0.0.1${suffix}`];
}
