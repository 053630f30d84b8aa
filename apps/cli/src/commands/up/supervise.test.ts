import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openChildLog } from "./child-log.ts";
import { startChild } from "./child-process.ts";
import type { Report } from "./report.ts";
import { backoffMs, supervise } from "./supervise.ts";

let folder = "";
let said: string[] = [];
const report: Report = {
  line: (subject, text) => said.push(`${subject}: ${text}`),
  announce: (lines) => said.push(...lines),
  problem: (text) => said.push(text),
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-supervise-"));
  said = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, source: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, source);
  return file;
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await delay(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("supervise", () => {
  it("starts a crashed program again and says so, with the reason the program gave", async () => {
    const starts = path.join(folder, "starts");
    const source = `
      import { appendFileSync, readFileSync } from "node:fs";
      appendFileSync(${JSON.stringify(starts)}, "x");
      if (readFileSync(${JSON.stringify(starts)}, "utf8").length < 2) throw new Error("the plate is not inked");
      setInterval(() => undefined, 1000);`;
    const plan = { args: [await program("crash.mjs", source)], cwd: folder, env: process.env };
    const child = supervise({ name: "worker", plan, log: await openChildLog(path.join(folder, "log")), report });
    await until(async () => (await readFile(starts, "utf8").catch(() => "")).length === 2);
    expect(child.crashes()).toBe(1);
    await child.stop(5_000);
    expect(said).toEqual([
      expect.stringMatching(/^worker: ended by itself \(exit code 1\); again in 0\.5 s/),
      ": Error: the plate is not inked",
    ]);
  });

  it("kills a program, and what it started, when it does not stop in time", async () => {
    const pids = path.join(folder, "pids");
    const source = `
      import { spawn } from "node:child_process";
      import { writeFileSync } from "node:fs";
      process.on("SIGTERM", () => undefined);
      const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
      writeFileSync(${JSON.stringify(pids)}, process.pid + " " + child.pid + " ");
      setInterval(() => undefined, 1000);`;
    const log = await openChildLog(path.join(folder, "log"));
    const child = startChild({ args: [await program("stubborn.mjs", source)], cwd: folder, env: process.env }, log);
    let both: number[] = [];
    await until(async () => {
      const text = await readFile(pids, "utf8").catch(() => "");
      both = text.trim().split(" ").map(Number);
      return text.endsWith(" ");
    });
    await child.stop(100);
    await until(() => both.every((pid) => !isAlive(pid)));
    expect(both).toHaveLength(2);
  });

  it("waits longer after each crash in a row, up to half a minute", () => {
    expect([1, 2, 3, 7, 50].map(backoffMs)).toEqual([500, 1000, 2000, 30_000, 30_000]);
  });

  it("a child of a parent killed without warning ends by itself", async () => {
    const pidFile = path.join(folder, "pid");
    const childSource = `
      import { writeFileSync } from "node:fs";
      writeFileSync(${JSON.stringify(pidFile)}, process.pid + " ");
      setInterval(() => undefined, 1000);`;
    const childFile = await program("child.mjs", childSource);
    const modules = ["child-process.ts", "child-log.ts"].map((name) => new URL(name, import.meta.url).href);
    const parentSource = `
      import { startChild } from ${JSON.stringify(modules[0])};
      import { openChildLog } from ${JSON.stringify(modules[1])};
      const log = await openChildLog(${JSON.stringify(path.join(folder, "log"))});
      startChild({ args: [${JSON.stringify(childFile)}], cwd: ${JSON.stringify(folder)}, env: process.env }, log);`;
    const parentPlan = {
      args: ["--import", "tsx", await program("parent.mts", parentSource)],
      cwd: path.dirname(new URL(import.meta.url).pathname),
      env: process.env,
    };
    const parent = startChild(parentPlan, await openChildLog(path.join(folder, "parent-log")));
    let pid = 0;
    await until(async () => (pid = Number.parseInt(await readFile(pidFile, "utf8").catch(() => "0"), 10)) > 0);
    expect(isAlive(pid)).toBe(true);
    if (parent.pid !== undefined) process.kill(parent.pid, "SIGKILL");
    await until(() => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });
});
