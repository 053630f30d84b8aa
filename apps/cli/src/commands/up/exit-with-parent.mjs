// Loaded first (--import) into every process that `mezzotint up` starts. The parent holds the other end of the IPC
// channel; the system closes it even when the parent was killed without warning, and then this process ends too.
// Node hands --import on to grandchildren: they have channels of their own, for their parents to use.
const GRACE_MS = 3_000;

if (process.channel !== undefined && process.env.MEZZOTINT_PARENT_PID === String(process.ppid)) {
  process.channel.unref();
  process.on("disconnect", () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    process.kill(process.pid, "SIGTERM");
  });
}
