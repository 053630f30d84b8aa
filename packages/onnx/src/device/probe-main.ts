/** @file The process that probes devices, because a broken driver may end it: told which, it answers one by one. */
import type { Device } from "./device.ts";
import { probeDevice } from "./probe-device.ts";

process.once("disconnect", () => process.exit(0));
// A terminal signals the whole group; whoever asked decides when this process ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("message", (message: unknown) => {
  if (!isQuestion(message)) return;
  void probeDevice(message.device).then((probe) => process.send?.(probe));
});

/** The loader sends messages of its own. */
function isQuestion(message: unknown): message is { readonly device: Device } {
  return typeof message === "object" && message !== null && "device" in message;
}
