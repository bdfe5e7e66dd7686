export { forgetKeys, type KeyPlace, openKeys } from './open-keys.ts';
export { type RunningServer, startServer } from './start-server.ts';
export { type AccessKey, type KeyWithSecret, type NewKey, roles } from './storage/keys.ts';
