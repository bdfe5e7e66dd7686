/** Put in by the build from package.json; running from source has none. */
declare const EVERFLAME_VERSION: string | undefined;

export const version = typeof EVERFLAME_VERSION === 'string' ? EVERFLAME_VERSION : '0.0.0-source';
