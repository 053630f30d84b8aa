import { newId } from "@mezzotint/contracts/ids";
import { createDatabase } from "@mezzotint/db/client";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import { createPersonalTeam } from "./create-personal-team.ts";
import { findPerson } from "./find-person.ts";
import { getViewer } from "./get-viewer.ts";
import { renamePersonalTeam } from "./rename-personal-team.ts";

const ctx: Pick<ServiceContext, "db" | "actor" | "now"> = {
  db: createDatabase(await useTestDatabase()),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
const full = { ...ctx, storage: { put: refuse, get: refuse, has: refuse, remove: refuse } };
afterAll(() => ctx.db.close());

function refuse(): Promise<never> {
  return Promise.reject(new Error("accounts store no files"));
}

async function signUp(name: string): Promise<string> {
  const id = newId("user");
  await ctx.db.prisma.user.create({ data: { id, name, email: `${id}@example.org` } });
  return id;
}

test("of many sign-ups at once exactly one becomes administrator, and everybody gets one team", async () => {
  const users = await Promise.all(Array.from({ length: 8 }, (_, i) => signUp(`Person ${i}`)));
  const twice = [...users, ...users];
  const teams = await Promise.all(
    twice.map((userId, i) => createPersonalTeam({ ctx: full, input: { userId, userName: `Person ${i % 8}` } })),
  );
  expect(new Set(teams.map(({ teamId }) => teamId)).size).toBe(8);
  const viewers = await Promise.all(users.map((userId) => getViewer({ ctx: full, input: { userId } })));
  expect(viewers.filter((viewer) => viewer?.role === "admin")).toHaveLength(1);
  expect(viewers.map((viewer) => viewer?.teamName)).toEqual(users.map((_, i) => `Person ${i}`));
  expect(viewers.map((viewer) => viewer?.teamId)).toEqual(teams.slice(0, 8).map(({ teamId }) => teamId));
});

test("a new name is the name of one's own team too, and of nobody else's", async () => {
  const [ada, bob] = [await signUp("Ada"), await signUp("Bob")];
  await createPersonalTeam({ ctx: full, input: { userId: ada, userName: "Ada" } });
  await createPersonalTeam({ ctx: full, input: { userId: bob, userName: "Bob" } });
  await renamePersonalTeam({ ctx: full, input: { userId: ada, userName: "Ada L." } });
  expect(await getViewer({ ctx: full, input: { userId: ada } })).toMatchObject({ teamName: "Ada L." });
  expect(await getViewer({ ctx: full, input: { userId: bob } })).toMatchObject({ teamName: "Bob" });
});

test("whoever holds the database acts as the person of an email, else as the first administrator", async () => {
  const userId = await signUp("Grace");
  const { teamId } = await createPersonalTeam({ ctx: full, input: { userId, userName: "Grace" } });
  const grace = await findPerson({ ctx, input: { email: `${userId}@EXAMPLE.org` } });
  expect(grace).toEqual({ kind: "user", userId, teamId });
  const administrator = await findPerson({ ctx, input: { email: null } });
  const viewer = await getViewer({ ctx: full, input: { userId: administrator.userId } });
  expect(viewer).toMatchObject({ role: "admin", teamId: administrator.teamId });
  const nobody = findPerson({ ctx, input: { email: "nobody@example.org" } });
  await expect(nobody).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("an account without a team, or none at all, is no viewer", async () => {
  expect(await getViewer({ ctx: full, input: { userId: await signUp("Early") } })).toBeNull();
  expect(await getViewer({ ctx: full, input: { userId: "usr_nobody" } })).toBeNull();
});
