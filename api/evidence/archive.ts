import { createReadStream } from 'node:fs'
import type { Engine } from '../../rules/engine.ts'
import { signedText } from '../../rules/jobs/signed-for.ts'
import type { Photo, PhotoType, Principal, Ticket } from '../../rules/model.ts'
import type { Evidence } from '../../rules/proof/evidence.ts'
import { messagesWithin, READINGS_MAX, type Window, windowsOf } from '../../rules/proof/evidence-readings.ts'
import { signatureSvg } from '../../rules/proof/signature-svg.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { migrations } from '../../rules/storage/migrations/index.ts'
import { photoFile, photoState } from '../../rules/storage/photo-files.ts'
import { ticketView } from '../routes/views.ts'
import { VERSION } from '../version.ts'
import { readmeOf } from './readme.ts'
import { SUMS_NAME, type ZipEntry } from './zip.ts'

/** What the archive is made of. */
export interface Asked {
  engine: Engine
  reader: Db
  dataDir: string
  ticket: Ticket
  evidence: Evidence
  by: Principal
  at: number
}

/** The files of an archive, each made when its turn comes: what it holds in memory does not grow with it. */
export async function evidenceEntries(asked: Asked): Promise<ZipEntry[]> {
  const { engine, ticket, evidence, at } = asked
  const photos = await filedPhotos(asked)
  const signatures = evidence.signatures.map((signature, index) => ({
    ...signature,
    file: `signatures/${numbered(index)}-${wordOf(signature.signer)}.svg`,
  }))
  const readings = readingsOf(asked)
  const documents: Record<string, unknown> = {
    ticket: ticketDocument(engine, ticket),
    history: evidence.history,
    alarms: evidence.alarms,
    notices: evidence.notices,
    calls: evidence.calls,
    ladder: evidence.ladder,
    commands: evidence.commands,
    intakes: evidence.intakes,
    tasks: evidence.tasks,
    'follow-ups': evidence.followUps,
    references: evidence.references,
    photos,
    signatures,
  }
  const entries: ZipEntry[] = [
    { name: 'README.txt', content: () => [readmeOf(ticket, evidence.audit.head, at)] },
    ...Object.entries(documents).map(([name, value]) => document(name, value)),
    { name: 'audit.json', content: () => [`${JSON.stringify(evidence.audit, null, 2)}\n`] },
    { name: 'readings.ndjson', content: () => readings.lines() },
    ...photos.flatMap(({ id, file }) => {
      const path = photoFile(asked.dataDir, id)
      return file === null || path === null ? [] : [{ name: file, content: () => createReadStream(path) }]
    }),
    ...(signatures.length === 0 ? [] : [{ name: 'signed-for.json', content: () => [signedText(ticket)] }]),
    ...signatures.map((signature) => ({ name: signature.file, content: () => [signatureSvg(signature)] })),
  ]
  const manifest = () => ({
    format: 1,
    what: { ticket: ticket.id, number: ticket.number, site: ticket.site, title: ticket.title },
    at,
    by: { id: asked.by.id, name: asked.by.name, role: asked.by.role },
    versions: { shifen: VERSION, schema: Object.keys(migrations).at(-1), node: process.version },
    audit: { head: evidence.audit.head, rows: evidence.audit.rows.length },
    readings: readings.told(),
    cut: [...evidence.cut, ...(readings.told().cut ? [`readings.ndjson: the first ${READINGS_MAX} messages`] : [])],
    photos: {
      missing: photos.filter(({ state }) => state === 'missing').map(({ id }) => id),
      changed: photos.filter(({ state }) => state === 'changed').map(({ id }) => id),
    },
    files: [...entries.map(({ name }) => name), 'manifest.json', SUMS_NAME],
  })
  return [...entries, { name: 'manifest.json', content: () => [textOf(manifest())] }]
}

const document = (name: string, value: unknown): ZipEntry => ({ name: `${name}.json`, content: () => [textOf(value)] })

/** Stored times are numbers; here they are ISO 8601 in UTC. */
const textOf = (value: unknown) =>
  `${JSON.stringify(value, (key, each: unknown) => (isTime(key, each) ? new Date(each).toISOString() : each), 2)}\n`

const isTime = (key: string, value: unknown): value is number =>
  typeof value === 'number' && /^(at|from|until)$|(At|Until)$/.test(key)

/** As the API shows it, with the whole job, and what was promised at its opening. */
function ticketDocument(engine: Engine, ticket: Ticket) {
  const reached = Object.entries(ticket.reached).map(([milestone, at]) => [milestone, new Date(at).toISOString()])
  const frozen = ticket.commitments
  return { ...ticketView(engine, ticket), reached: Object.fromEntries(reached) as object, job: ticket.job, frozen }
}

/** What the ticket's devices said, and afterwards how much it was. */
function readingsOf({ engine, reader, ticket, evidence }: Asked) {
  const windows: Window[] = windowsOf(ticket)
  const ids = new Set([
    ...(ticket.device === null ? [] : [ticket.device]),
    ...evidence.alarms.map(({ device }) => device),
  ])
  const devices = new Map([...ids].flatMap((id) => (engine.device(id) ? [[engine.device(id)!.device.key, id]] : [])))
  let messages = 0
  let cut = false
  return {
    async *lines() {
      for await (const slice of messagesWithin(reader, devices, windows)) {
        const kept = slice.slice(0, READINGS_MAX - messages)
        messages += kept.length
        cut ||= kept.length < slice.length
        yield kept.map((message) => `${JSON.stringify(withTimes(message))}\n`).join('')
      }
    },
    told: () => ({
      windows: windows.map(([from, until]) => ({ from, until })),
      devices: [...devices.values()],
      ...{ messages, cut },
    }),
  }
}

const withTimes = <M extends { receivedAt: number; deviceAt: number | null }>(message: M) => ({
  ...message,
  receivedAt: new Date(message.receivedAt).toISOString(),
  deviceAt: message.deviceAt === null ? null : new Date(message.deviceAt).toISOString(),
})

const EXTENSIONS: Record<PhotoType, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' }

/** `file`: its name in the archive; `null` where it is missing. */
async function filedPhotos({ dataDir, evidence }: Asked) {
  const filed: (Photo & { file: string | null; state: Awaited<ReturnType<typeof photoState>> })[] = []
  for (const [index, photo] of evidence.photos.entries()) {
    const state = await photoState(dataDir, photo)
    const name = `photos/${numbered(index)}-${wordOf(photo.kind)}.${EXTENSIONS[photo.type] ?? 'bin'}`
    filed.push({ ...photo, state, file: state === 'missing' ? null : name })
  }
  return filed
}

const numbered = (index: number) => String(index + 1).padStart(2, '0')
/** Names are made of these words alone, whatever is stored. */
const wordOf = (word: string) => word.replace(/[^a-z]/g, '')
