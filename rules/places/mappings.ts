import { filterOf, type Mapping, MAPPINGS_MAX, type Principal, Refusal, type StoredMapping } from '../model.ts'
import { seesSite } from '../rights.ts'
import { deleteMapping, saveMapping } from '../storage/mappings.ts'
import { insertAudit } from '../storage/audit.ts'
import type { Work } from '../work.ts'

export type MappingCommand =
  | { type: 'save_mapping'; mapping: Mapping; /** Adds it: refused where there is one. */ isNew: boolean }
  | { type: 'delete_mapping'; id: string }

/** What decodes has checked a mapping before it comes here. Here is held who may, and that a topic means one thing. */
export async function performMappingCommand(work: Work, command: MappingCommand, by: Principal) {
  const id = command.type === 'save_mapping' ? command.mapping.id : command.id
  const earlier = work.draft.mapping(id)
  if (earlier !== undefined) mustChange(by, earlier)
  const stored = await change(work, command, earlier, by)
  work.changes.push({ type: 'mapping', id })
  const { mapping, version } = stored
  const detail = command.type === 'save_mapping' ? { version, mapping } : { version }
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: id, detail })
  return { mapping: stored }
}

async function change(work: Work, command: MappingCommand, earlier: StoredMapping | undefined, by: Principal) {
  if (command.type === 'delete_mapping') {
    if (earlier === undefined) throw notFound(command.id)
    await deleteMapping(work.db, command.id)
    work.draft.setMapping(command.id, null)
    return earlier
  }
  const { mapping, isNew } = command
  if (isNew && earlier !== undefined) throw new Refusal('conflict', `a mapping ${mapping.id} exists already`)
  if (!isNew && earlier === undefined) throw notFound(mapping.id)
  mustSave(work, mapping, by)
  const version = (earlier?.version ?? 0) + 1
  const stored: StoredMapping = { mapping, version, updatedAt: work.now, updatedBy: by.name }
  await saveMapping(work.db, stored)
  work.draft.setMapping(mapping.id, stored)
  return stored
}

const notFound = (id: string) => new Refusal('not_found', `mapping ${id} does not exist`)

function mustChange(by: Principal, { mapping }: StoredMapping): void {
  if (!seesSite(by, mapping.site)) throw notFound(mapping.id)
}

function mustSave(work: Work, mapping: Mapping, by: Principal): void {
  const { id, site, topic } = mapping
  if (site === null && by.sites !== null) {
    throw new Refusal('invalid', 'site: a mapping for all sites is for who sees all sites; name one of yours')
  }
  if (site !== null && (!seesSite(by, site) || !work.draft.site(site))) {
    throw new Refusal('invalid', `site: ${site} does not exist; create it first`)
  }
  const others = work.draft.mappings().filter((each) => each.mapping.id !== id)
  const same = others.find((each) => each.mapping.site === site && filterOf(each.mapping.topic) === filterOf(topic))
  if (same) throw new Refusal('conflict', `topic: mapping ${same.mapping.id} has ${topic} already; change that one`)
  if (others.length >= MAPPINGS_MAX) {
    throw new Refusal('conflict', `${MAPPINGS_MAX} mappings are the most; wildcards make one of many`)
  }
}
