import { describe, expect, it } from "vitest";
import { examine } from "./check.ts";
import { CHECKS } from "./checks.ts";

describe("examine", () => {
  it("tells a failure from a note", async () => {
    const run = () => Promise.reject(new Error("3000 is taken"));
    expect(await examine({ name: "port", run })).toEqual({ name: "port", state: "bad", text: "3000 is taken" });
    expect(await examine({ name: "port", run, optional: true })).toMatchObject({ state: "note" });
  });

  it("finds this machine's Node, packages, runtime and PostgreSQL in order", async () => {
    const names = ["node", "packages", "database client", "onnx runtime", "runs on cpu", "postgresql"];
    const checks = CHECKS.filter(({ name }) => names.includes(name));
    expect(checks).toHaveLength(names.length);
    for (const check of checks) expect(await examine(check)).toMatchObject({ name: check.name, state: "ok" });
  });
});
