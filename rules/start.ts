import { parseRule } from './alarms/rule-schema.ts'
import { SHIPPED_VERSION, shippedRules } from './alarms/defaults.ts'
import { ALARMING } from './alarms/machine.ts'
import { countedFor, type FloodPolicy, withOneMore } from './flood/rate.ts'
import { toldSince } from './storage/alarms.ts'
import { type Db, type Store, transaction } from './storage/connect.ts'
import { allSites, saveSite } from './storage/devices.ts'
import { seedPlan } from './storage/plans.ts'
import { readSetting, saveSetting } from './storage/records.ts'
import { seedRule } from './storage/rules.ts'
import { shippedPlans, SHIPPED_PLANS_VERSION } from './plans/shipped.ts'
import { ALIVE_SETTING, DOWNTIMES_SETTING, loadWorld, type World } from './world.ts'

/** Of older ones nobody is excused any more. */
const DOWNTIMES_KEPT = 200

/** Seeds what a new installation needs and reads the cache. While the service did not listen, nobody was silent. */
export async function prepareStart(
  store: Store,
  flood: FloodPolicy,
  now: number,
  changed: (device: string) => void,
): Promise<World> {
  await transaction(store.writer, async (db) => {
    if ((await allSites(db)).length === 0) {
      const told = { timezone: 'Asia/Shanghai', phone: '', publicReports: false }
      await saveSite(db, { id: 'default', name: '默认项目', ...told }, now)
    }
    for (const rule of shippedRules) await seedRule(db, parseRule(rule), SHIPPED_VERSION, now)
    for (const { kind, plan } of shippedPlans) await seedPlan(db, kind, plan, SHIPPED_PLANS_VERSION, now)
  })
  const world = await loadWorld(store.reader, changed)
  await recallTold(store.reader, world, flood, now)
  const aliveAt = await readSetting(store.reader, ALIVE_SETTING)
  if (aliveAt === null) return world
  const downtime = { from: Number(aliveAt), to: now }
  if (downtime.to <= downtime.from) return world
  // A process that died before it wrote that it lives has not ended the downtime.
  const earlier = world.downtimes.filter(({ from }) => from < downtime.from)
  const downtimes = [...earlier, downtime].slice(-DOWNTIMES_KEPT)
  await transaction(store.writer, (db) => saveSetting(db, DOWNTIMES_SETTING, JSON.stringify(downtimes)))
  return { ...world, downtimes }
}

/** A flood goes on over a restart. */
async function recallTold(db: Db, world: World, flood: FloodPolicy, now: number): Promise<void> {
  const sites = [...world.sites.keys()]
  for (const { at, site, device } of await toldSince(db, sites, ALARMING, now - flood.withinMs)) {
    for (const { key, limit } of countedFor(flood, site, device)) {
      world.told.set(key, withOneMore(world.told.get(key) ?? [], at, limit))
    }
  }
}
