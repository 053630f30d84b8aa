/** One line of JSON on standard error per event; standard output is nobody's. */
export type Log = (event: string, details?: Readonly<Record<string, unknown>>) => void;

export function createLog(fields: Readonly<Record<string, unknown>> = {}): Log {
  return (event, details = {}) => {
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields, ...details })}\n`);
  };
}
