/** A probing process that dies of "cuda", is silent about "dml", and says of all others that they work. */
process.on("message", (message: { readonly device?: { readonly provider: string } }) => {
  const provider = message.device?.provider;
  if (provider === undefined || provider === "dml") return;
  if (provider === "cuda") {
    process.stderr.write("the driver is broken\n", () => process.kill(process.pid, "SIGKILL"));
    return;
  }
  process.send?.({ device: message.device, works: true, version: String(process.pid), runMs: 1 });
});
