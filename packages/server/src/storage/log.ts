/** What the store has to say to whoever runs it; pino's loggers are one. */
export interface Log {
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
}
