/** `node --import @everflame/agent/start app.js`: the one file here with an effect, and the one that reads the environment. */
import { optionsFrom } from './environment.ts';
import { start } from './index.ts';

// biome-ignore lint/style/noProcessEnv: what starts without a line of code is told by the environment
start(optionsFrom(process.env));
