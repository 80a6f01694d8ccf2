import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scenarioJsonSchema } from './json-schema.ts'
import { LIBRARY } from './library.ts'

/** `npm run schema`: what editors know of scenario files, after a change of `schema.ts`. */
writeFileSync(join(LIBRARY.folder, 'scenario.schema.json'), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
