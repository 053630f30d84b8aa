import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { chooseDevices } from "./choose-devices.ts";
import { formatDevice, parseDevices, type Device } from "./device.ts";
import { createProber, type DeviceProbe } from "./probe-devices.ts";

// Starting a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 120_000 });

test("devices are parsed as they are written, and what is wrong is named", () => {
  expect(parseDevices("cuda:0, cuda:1,cpu")).toEqual([
    { provider: "cuda", index: 0 },
    { provider: "cuda", index: 1 },
    { provider: "cpu" },
  ]);
  expect(parseDevices("2")).toEqual(["auto", "auto"]);
  expect(parseDevices("auto,webgpu")).toEqual(["auto", { provider: "webgpu" }]);
  expect(formatDevice({ provider: "dml", index: 3 })).toBe("dml:3");
  for (const wrong of ["", "0", "65", "gpu", "cuda:", "cuda:x", "cpu:1", "cuda:1:2", "cpu,"]) {
    expect(() => parseDevices(wrong), wrong).toThrow(/^devices?: /);
  }
});

/** Answers as if these devices took so many milliseconds and all others did not work. */
function proberOf(times: Readonly<Record<string, number>>): { probe: (device: Device) => Promise<DeviceProbe> } {
  return {
    probe: async (device) => {
      const runMs = times[formatDevice(device)];
      return runMs === undefined
        ? { device, works: false, reason: "is not there" }
        : { device, works: true, version: "1", runMs };
    },
  };
}

async function choose(text: string, times: Readonly<Record<string, number>>): Promise<string[]> {
  return (await chooseDevices(parseDevices(text), proberOf(times))).devices.map(formatDevice);
}

test("auto takes the best provider that computes, its devices in turn, and the CPU where nothing is faster", async () => {
  expect(await choose("auto", { cpu: 50 })).toEqual(["cpu"]);
  expect(await choose("auto", { cpu: 50, "cuda:0": 1, webgpu: 2 })).toEqual(["cuda:0"]);
  expect(await choose("4", { cpu: 50, "cuda:0": 1, "cuda:1": 1 })).toEqual(["cuda:0", "cuda:1", "cuda:0", "cuda:1"]);
  expect(await choose("auto", { cpu: 50, webgpu: 51 })).toEqual(["cpu"]);
  expect(await choose("auto,cpu", { cpu: 50, coreml: 3 })).toEqual(["coreml", "cpu"]);
  expect(await choose("auto", {})).toEqual(["cpu"]);
  expect(await choose("cpu,cpu", { cpu: 50, "cuda:0": 1 })).toEqual(["cpu", "cpu"]);
});

test("a device that was asked for by name and does not work is an error with the reason", async () => {
  await expect(choose("cuda:1", { cpu: 50, "cuda:0": 1 })).rejects.toMatchObject({
    code: "UNSUPPORTED",
    message: "cuda:1 does not work here: is not there",
  });
});

test("the CPU computes the probe's numbers, and a provider that is not in this build is refused by the runtime", async () => {
  const prober = createProber();
  const cpu = await prober.probe({ provider: "cpu" });
  expect(cpu).toMatchObject({ works: true, version: expect.stringMatching(/^onnxruntime \d/) });
  const absent = process.platform === "darwin" ? "dml" : "coreml";
  const refused = await prober.probe({ provider: absent });
  expect(refused).toMatchObject({ works: false, reason: expect.stringMatching(/./) });
  prober.close();
});

test("a driver that ends the process or hangs costs its own device only", async () => {
  const entry = fileURLToPath(new URL("./testing/frail-probe.ts", import.meta.url));
  const prober = createProber({ entry });
  const [before, dead, after, again] = await Promise.all(
    (["webgpu", "cuda", "coreml", "cuda"] as const).map((provider) => prober.probe({ provider })),
  );
  expect([before?.works, after?.works]).toEqual([true, true]);
  expect(dead).toEqual({ device: { provider: "cuda" }, works: false, reason: expect.stringContaining("SIGKILL") });
  expect(again).toBe(dead);
  prober.close();
  const hasty = createProber({ entry, withinMs: 1 });
  expect(await hasty.probe({ provider: "dml" })).toMatchObject({
    works: false,
    reason: "gave no answer within 0.001 s",
  });
  hasty.close();
});
