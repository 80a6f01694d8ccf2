/** A command that cannot be done: one sentence that says what to do. Exit code 1 (failed) or 2 (wrong usage). */
export class Failure extends Error {
  readonly exitCode: 1 | 2
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.name = 'Failure'
    this.exitCode = exitCode
  }
}
