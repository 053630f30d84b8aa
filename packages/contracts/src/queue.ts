/** What administrators see of the machines and the queue. Dates are ISO 8601 in UTC. */
export interface AdminOverview {
  readonly workers: readonly WorkerView[];
  readonly lanes: readonly LaneView[];
  readonly quarantine: readonly TroubleView[];
  /** Of the last day, the latest first. */
  readonly failures: readonly TroubleView[];
  readonly teams: readonly TeamUsageView[];
}

export interface WorkerView {
  readonly id: string;
  readonly hostName: string;
  readonly pid: number;
  readonly slots: number;
  /** What the slots are, such as "cpu" or "cuda:1". */
  readonly devices: readonly string[];
  /** Of the latest attempt that computed: the provider's library and the number formats. Null before there is one. */
  readonly providerVersion: string | null;
  readonly precision: string | null;
  /** Null when it serves both. */
  readonly lane: string | null;
  readonly running: number;
  readonly models: readonly string[];
  readonly startedAt: string;
  readonly seenAt: string;
}

export interface LaneView {
  readonly lane: string;
  readonly queued: number;
  readonly running: number;
  /** How long the oldest has waited; null when none waits. */
  readonly oldestSeconds: number | null;
  /** What waits will likely take of one device. */
  readonly queuedSeconds: number;
}

/** A job that failed, or that waits in quarantine. */
export interface TroubleView {
  readonly jobId: string;
  readonly kind: string;
  readonly userName: string;
  readonly teamName: string;
  readonly attempts: number;
  readonly code: string;
  readonly message: string;
  readonly at: string;
}

export interface TeamUsageView {
  readonly teamId: string;
  readonly teamName: string;
  /** Device seconds lately, as fair share counts them, and those running jobs are predicted to add. */
  readonly usedSeconds: number;
  readonly runningSeconds: number;
  readonly queued: number;
}
