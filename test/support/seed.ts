import fc from 'fast-check'

/**
 * Properties try the same examples at every run, so that a change is judged by what it changed. To look for new ones,
 * `PROPERTY_SEED=random npx vitest run <file>`; a number repeats what a failure printed.
 */
const asked = process.env.PROPERTY_SEED ?? '20261128'
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) })
