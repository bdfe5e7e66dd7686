export { statusOf } from './answer-problem.ts';
export { defaultLimits, type Limits } from './limits.ts';
export type { ServerConfig } from './server-config.ts';
export { type RunningServer, startServer } from './start-server.ts';
