export { statusOf } from './answer-problem.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { type RunningServer, type ServerConfig, startServer } from './start-server.ts';
