import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const requestSeconds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];
const workSeconds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export type Metrics = ReturnType<typeof createMetrics>;

/** What /metrics shows. Labels have few values whatever is sent to the server. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: 'everflame_http_requests_total',
      help: 'Requests answered, by route and status.',
      labelNames: ['route', 'status'] as const,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'everflame_http_request_seconds',
      help: 'Time from a request to its answer, by route.',
      labelNames: ['route'] as const,
      buckets: requestSeconds,
      registers,
    }),
    uploads: new Counter({
      name: 'everflame_uploads_total',
      help: 'Profiles received, by format and result (stored, duplicate or a problem code).',
      labelNames: ['format', 'result'] as const,
      registers,
    }),
    uploadBytes: new Counter({
      name: 'everflame_upload_bytes_total',
      help: 'Bytes of uploads as sent.',
      registers,
    }),
    decodeSeconds: new Histogram({
      name: 'everflame_decode_seconds',
      help: 'Time to decode and prepare one upload.',
      buckets: workSeconds,
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'everflame_commit_seconds',
      help: 'Time to store one batch.',
      buckets: workSeconds,
      registers,
    }),
    batchSize: new Histogram({
      name: 'everflame_batch_profiles',
      help: 'Profiles stored in one batch.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    }),
    agents: new Gauge({
      name: 'everflame_agents',
      help: 'Instances that asked for their configuration in the last 15 minutes.',
      registers,
    }),
    queued: new Gauge({
      name: 'everflame_queue_profiles',
      help: 'Profiles that wait, by what for (decoder or writer).',
      labelNames: ['stage'] as const,
      registers,
    }),
    storeBytes: new Gauge({
      name: 'everflame_store_bytes',
      help: 'Bytes of live data, of the files, and of the budget.',
      labelNames: ['kind'] as const,
      registers,
    }),
    jobFailures: new Counter({
      name: 'everflame_job_failures_total',
      help: 'Background jobs that failed; the log has the cause.',
      labelNames: ['job'] as const,
      registers,
    }),
  };
}
