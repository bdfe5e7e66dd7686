/** `node --import @everflame/agent/start app.js`: the one file here with an effect, and the one that reads the environment. */
import { optionsFrom } from './environment.ts';
import { launch } from './launch.ts';

// biome-ignore lint/style/noProcessEnv: what starts without a line of code is told by the environment
const environment = process.env;

launch(optionsFrom(environment), environment);
