import { NEW_DEVICE } from './alarms/device-state.ts'
import type { EvaluationFault } from './alarms/evaluate.ts'
import { noted, type RuleFaults } from './alarms/faults.ts'
import { followMessage } from './alarms/follow.ts'
import { type KeptRule, keptRule } from './alarms/rule-book.ts'
import { type Ruleset, rulesetOf } from './alarms/ruleset.ts'
import type { Downtime, OpenAlarms, Surroundings } from './alarms/surroundings.ts'
import type { DutyWatch } from './dispatch/handover.ts'
import type { ToldTimes } from './flood/rate.ts'
import { commitRemembered, type MemoryTable, memoryTable } from './memory.ts'
import type {
  Alarm,
  ControlCommand,
  Device,
  DeviceState,
  Drill,
  Mute,
  PlanKind,
  Remembered,
  Site,
  StoredMapping,
  StoredPlan,
  StoredRule,
} from './model.ts'
import { around, isMoved, type Places } from './places/neighbours.ts'
import { type PlanBook, planBookOf, withPlan } from './plans/book.ts'
import { type Follow, replay } from './replay.ts'
import { openAlarms } from './storage/alarms.ts'
import { openControls } from './storage/commands.ts'
import type { Db } from './storage/connect.ts'
import { allDevices, allDeviceStates, allIdentities, allSites } from './storage/devices.ts'
import { runningDrills } from './storage/drills.ts'
import { allMappings } from './storage/mappings.ts'
import { openMutes } from './storage/mutes.ts'
import { allPlans } from './storage/plans.ts'
import { readSetting } from './storage/records.ts'
import { allRemembered } from './storage/remembered.ts'
import { allRules } from './storage/rules.ts'
import type { SurveyWatch } from './surveys/periodic.ts'

/** What is known of one device: a cache of its rows. Replaced, never changed. */
export interface DeviceRecord {
  device: Device
  state: DeviceState
  alarms: OpenAlarms
}

/**
 * The cache that decisions read. A transaction works on a draft of it, and only a commit makes the draft true, so that
 * a failed commit has moved nothing.
 */
export interface World {
  devices: Map<string, DeviceRecord>
  /** Device ids by gateway and identity. */
  identities: Map<string, Map<string, string>>
  /** What device families remember between messages. */
  memory: MemoryTable
  sites: Map<string, Site>
  mappings: Map<string, StoredMapping>
  /** Open commands, by device, oldest first. */
  controls: Map<string, readonly ControlCommand[]>
  /** When alarms were told, by what they are counted for. */
  told: Map<string, ToldTimes>
  /** Planned and in force, by id. */
  mutes: Map<string, Mute>
  /** Those that run, by id. */
  drills: Map<string, Drill>
  /** As they are kept, also those that can no longer be used. */
  ruleBook: Map<string, StoredRule>
  /** Those that can be used, compiled. */
  rules: Ruleset
  /** Commitments, ladders, people, rosters and channels. */
  plans: PlanBook
  /** When the duty of each site is looked at again; a site that is missing is looked at next. */
  duties: Map<string, DutyWatch>
  /** By site the local day that is known to be rainy, while nobody waits for rain there. */
  rainedOn: Map<string, string>
  /** By site the month that was looked at for its sample of households. */
  sampledFor: Map<string, string>
  /** Likewise when its households are next asked. */
  surveyWatches: Map<string, SurveyWatch>
  downtimes: readonly Downtime[]
  /** Which devices are in one place; made when asked for. */
  places: Places
  /** Rules that failed since the start, by id. */
  faults: Map<string, RuleFaults>
  /** What all devices' rules saw when they were last evaluated without a message; `null`: not since the start. */
  windows: ReadonlyMap<string, boolean> | null
}

export interface Draft extends Surroundings {
  device(id: string): DeviceRecord | undefined
  devices(): Iterable<DeviceRecord>
  setDevice(record: DeviceRecord): void
  setAlarm(device: string, rule: string, alarm: Alarm | null): void
  /** The id of the device that a gateway calls `key`. */
  identity(gateway: string, key: string): string | undefined
  /** Ids of the devices of a gateway, by identity. */
  identities(gateway: string): ReadonlyMap<string, string>
  identityCount(gateway: string): number
  setIdentity(gateway: string, key: string, device: string): void
  /** Everything that one device was known as is another one. */
  renameIdentities(from: string, to: string): void
  /** Takes over what families remember; written already. */
  remember(changes: readonly Remembered[]): void
  /** The open commands of a device, oldest first. */
  controls(device: string): readonly ControlCommand[]
  setControl(command: ControlCommand): void
  site(id: string): Site | undefined
  /** With those of this operation. */
  sites(): ReadonlyMap<string, Site>
  setSite(id: string, site: Site | null): void
  /** With the plans of this operation. */
  plans(): PlanBook
  setPlan<K extends PlanKind>(kind: K, id: string, plan: StoredPlan<K> | null): void
  setDuty(site: string, watch: DutyWatch): void
  rainedOn(site: string): string | undefined
  /** `null`: rain is to be looked at again. */
  setRainedOn(site: string, day: string | null): void
  setSampledFor(site: string, month: string): void
  setSurveyWatch(site: string, watch: SurveyWatch): void
  mapping(id: string): StoredMapping | undefined
  mappings(): StoredMapping[]
  setMapping(id: string, mapping: StoredMapping | null): void
  told(key: string): ToldTimes
  setTold(key: string, times: ToldTimes): void
  /** Planned and in force. */
  mutes(): Iterable<Mute>
  /** `undefined` where it has ended. */
  mute(id: string): Mute | undefined
  setMute(mute: Mute): void
  /** Those that run. */
  drills(): Iterable<Drill>
  /** `undefined` where it has ended. */
  drill(id: string): Drill | undefined
  setDrill(drill: Drill): void
  rule(id: string): StoredRule | undefined
  /** Before this operation. */
  ruleCount(): number
  setRule(id: string, rule: KeptRule | null): void
  /** With the rules of this operation. */
  ruleset(): Ruleset
  /** Rules that failed on what was known at a moment. */
  fail(faults: readonly EvaluationFault[], at: number): void
  /** Which windows were open when the rules were evaluated. */
  setWindows(windows: ReadonlyMap<string, boolean>): void
  /** The devices that the transaction touched. */
  touched(): Iterable<DeviceRecord>
  commit(): void
}

export function draftOf(world: World): Draft {
  const devices = new Map<string, DeviceRecord>()
  const sites = new Map<string, Site | null>()
  const mappings = new Map<string, StoredMapping | null>()
  const rules = new Map<string, KeptRule | null>()
  const identities = new Map<string, Map<string, string>>()
  const controls = new Map<string, readonly ControlCommand[]>()
  const mutes = new Map<string, Mute | null>()
  const drills = new Map<string, Drill | null>()
  const told = new Map<string, ToldTimes>()
  const rainedOn = new Map<string, string | null>()
  const sampledFor = new Map<string, string>()
  const duties = new Map<string, DutyWatch>()
  const surveyWatches = new Map<string, SurveyWatch>()
  const remembered: Remembered[] = []
  const moved = new Set<string>()
  const faults: { fault: EvaluationFault; at: number }[] = []
  let windows = world.windows
  let plans = world.plans
  let ruleset: Ruleset | null = null
  const rulesetNow = () => (ruleset ??= rules.size === 0 ? world.rules : rulesetWith(world.rules, rules))
  const controlsOf = (id: string) => controls.get(id) ?? world.controls.get(id) ?? []
  const device = (id: string) => devices.get(id) ?? world.devices.get(id)
  return {
    device,
    *devices() {
      for (const [id, record] of world.devices) if (!devices.has(id)) yield record
      yield* devices.values()
    },
    setDevice(record) {
      const { device } = record
      if (isMoved(world.devices.get(device.id)?.device, device)) moved.add(device.id)
      devices.set(device.id, record)
    },
    setAlarm(id, rule, alarm) {
      const record = device(id)
      if (!record) return
      const alarms = new Map(record.alarms)
      if (alarm === null || alarm.endedAt !== null) alarms.delete(rule)
      else alarms.set(rule, alarm)
      devices.set(id, { ...record, alarms })
    },
    identity: (gateway, key) => identities.get(gateway)?.get(key) ?? world.identities.get(gateway)?.get(key),
    identities: (gateway) => new Map([...(world.identities.get(gateway) ?? []), ...(identities.get(gateway) ?? [])]),
    identityCount: (gateway) => (world.identities.get(gateway)?.size ?? 0) + (identities.get(gateway)?.size ?? 0),
    setIdentity(gateway, key, id) {
      const own = identities.get(gateway) ?? new Map<string, string>()
      identities.set(gateway, own.set(key, id))
    },
    renameIdentities(from, to) {
      for (const [gateway, own] of world.identities) {
        for (const [key, id] of own) if (id === from) this.setIdentity(gateway, key, to)
      }
    },
    remember: (changes) => void remembered.push(...changes),
    controls: controlsOf,
    setControl(command) {
      const others = controlsOf(command.device).filter(({ id }) => id !== command.id)
      controls.set(command.device, command.state === 'sent' ? [...others, command] : others)
    },
    site: (id) => (sites.has(id) ? (sites.get(id) ?? undefined) : world.sites.get(id)),
    sites() {
      if (sites.size === 0) return world.sites
      const now = new Map(world.sites)
      apply(sites, now)
      return now
    },
    setSite: (id, site) => void sites.set(id, site),
    plans: () => plans,
    setPlan: (kind, id, plan) => void (plans = withPlan(plans, kind, id, plan)),
    setDuty: (site, watch) => void duties.set(site, watch),
    rainedOn: (site) => (rainedOn.has(site) ? (rainedOn.get(site) ?? undefined) : world.rainedOn.get(site)),
    setRainedOn: (site, day) => void rainedOn.set(site, day),
    setSampledFor: (site, month) => void sampledFor.set(site, month),
    setSurveyWatch: (site, watch) => void surveyWatches.set(site, watch),
    mapping: (id) => (mappings.has(id) ? (mappings.get(id) ?? undefined) : world.mappings.get(id)),
    mappings: () => [...new Map([...world.mappings, ...mappings]).values()].filter((mapping) => mapping !== null),
    setMapping: (id, mapping) => void mappings.set(id, mapping),
    told: (key) => told.get(key) ?? world.told.get(key) ?? [],
    setTold: (key, times) => void told.set(key, times),
    *mutes() {
      for (const [id, mute] of world.mutes) if (!mutes.has(id)) yield mute
      for (const mute of mutes.values()) if (mute !== null) yield mute
    },
    mute: (id) => (mutes.has(id) ? (mutes.get(id) ?? undefined) : world.mutes.get(id)),
    setMute: (mute) => void mutes.set(mute.id, mute.endedAt === null ? mute : null),
    *drills() {
      for (const [id, drill] of world.drills) if (!drills.has(id)) yield drill
      for (const drill of drills.values()) if (drill !== null) yield drill
    },
    drill: (id) => (drills.has(id) ? (drills.get(id) ?? undefined) : world.drills.get(id)),
    setDrill: (drill) => void drills.set(drill.id, drill.endedAt === null ? drill : null),
    rule: (id) => (rules.has(id) ? rules.get(id)?.stored : world.ruleBook.get(id)),
    ruleCount: () => world.ruleBook.size,
    setRule(id, rule) {
      rules.set(id, rule)
      ruleset = null
    },
    ruleset: rulesetNow,
    timezoneOf: (id) => (sites.get(id) ?? world.sites.get(id))?.timezone ?? 'UTC',
    around: (of, kind, same) =>
      around({ known: world.devices, places: world.places, moved, find: device }, of, kind, same),
    downtimes: world.downtimes,
    fail(failed, at) {
      for (const fault of failed) faults.push({ fault, at })
    },
    setWindows: (seen) => void (windows = seen),
    touched: () => devices.values(),
    commit() {
      if (moved.size > 0) world.places.clear()
      for (const id of rules.keys()) world.faults.delete(id)
      for (const { fault, at } of faults) noted(world.faults, fault, at)
      world.windows = windows
      for (const [id, record] of devices) world.devices.set(id, record)
      for (const [gateway, own] of identities) {
        const known = world.identities.get(gateway) ?? new Map<string, string>()
        world.identities.set(gateway, known)
        for (const [key, id] of own) known.set(key, id)
      }
      for (const [id, open] of controls) {
        if (open.length > 0) world.controls.set(id, open)
        else world.controls.delete(id)
      }
      commitRemembered(world.memory, remembered)
      apply(sites, world.sites)
      apply(mappings, world.mappings)
      apply(mutes, world.mutes)
      apply(drills, world.drills)
      apply(told, world.told)
      apply(duties, world.duties)
      apply(rainedOn, world.rainedOn)
      apply(sampledFor, world.sampledFor)
      apply(surveyWatches, world.surveyWatches)
      for (const [id, kept] of rules) {
        if (kept === null) world.ruleBook.delete(id)
        else world.ruleBook.set(id, kept.stored)
      }
      world.rules = rulesetNow()
      world.plans = plans
    },
  }
}

function apply<T>(changes: ReadonlyMap<string, T | null>, to: Map<string, T>): void {
  for (const [id, value] of changes) {
    if (value === null) to.delete(id)
    else to.set(id, value)
  }
}

/** A new one: whoever reads the rules meanwhile reads those of one moment. */
function rulesetWith(before: Ruleset, changes: ReadonlyMap<string, KeptRule | null>): Ruleset {
  const compiled = new Map(before.byId)
  for (const [id, kept] of changes) {
    if (kept?.compiled) compiled.set(id, kept.compiled)
    else compiled.delete(id)
  }
  return rulesetOf(compiled.values())
}

/** When the service was last seen running. */
export const ALIVE_SETTING = 'alive_at'
/** When it did not run: JSON, oldest first. */
export const DOWNTIMES_SETTING = 'downtimes'

/**
 * Reads the cache from its rows: the last checkpoint of every device, and the journal after it. `changed` is told
 * whose state came from the journal and is in no checkpoint yet.
 */
export async function loadWorld(db: Db, changed: (device: string) => void): Promise<World> {
  const kept = (await allRules(db)).map(keptRule)
  const ruleBook = new Map(kept.map(({ stored }) => [stored.id, stored]))
  const rules = rulesetOf(kept.flatMap(({ compiled }) => compiled ?? []))
  const sites = new Map((await allSites(db)).map((site) => [site.id, site]))
  const mappings = new Map((await allMappings(db)).map((stored) => [stored.mapping.id, stored]))
  const byKey = new Map((await allDevices(db)).map((device) => [device.key, device]))
  const included = new Map<number, number>()
  const states = new Map<number, DeviceState>()
  for (const { deviceKey, state, readingId } of await allDeviceStates(db)) {
    states.set(deviceKey, state)
    included.set(deviceKey, readingId)
  }
  const timezoneOf = (site: string) => sites.get(site)?.timezone ?? 'UTC'
  const follow: Follow = (state, device, message, print) =>
    followMessage(state, device, message, print, rules, timezoneOf(device.site))
  for (const key of await replay(db, byKey, states, included, follow)) changed(byKey.get(key)!.id)

  const alarms = new Map<string, Map<string, Alarm>>()
  for (const alarm of await openAlarms(db)) {
    const ofDevice = alarms.get(alarm.device) ?? new Map<string, Alarm>()
    alarms.set(alarm.device, ofDevice.set(alarm.rule, alarm))
  }
  const devices = new Map<string, DeviceRecord>()
  for (const device of byKey.values()) {
    devices.set(device.id, {
      device,
      state: states.get(device.key) ?? NEW_DEVICE,
      alarms: alarms.get(device.id) ?? new Map<string, Alarm>(),
    })
  }
  const identities = new Map<string, Map<string, string>>()
  for (const { gateway, key, deviceKey } of await allIdentities(db)) {
    const own = identities.get(gateway) ?? new Map<string, string>()
    identities.set(gateway, own.set(key, byKey.get(deviceKey)!.id))
  }
  const controls = new Map<string, ControlCommand[]>()
  for (const each of await openControls(db)) controls.set(each.device, [...(controls.get(each.device) ?? []), each])
  const downtimes = JSON.parse((await readSetting(db, DOWNTIMES_SETTING)) ?? '[]') as Downtime[]
  const mutes = new Map((await openMutes(db)).map((mute) => [mute.id, mute]))
  const drills = new Map((await runningDrills(db)).map((drill) => [drill.id, drill]))
  const memory = memoryTable(await allRemembered(db))
  const plans = planBookOf(await allPlans(db))
  const sinceStart = {
    ...{ told: new Map(), duties: new Map(), surveyWatches: new Map(), rainedOn: new Map(), sampledFor: new Map() },
    ...{ places: new Map(), faults: new Map(), windows: null },
  }
  const known = {
    devices,
    identities,
    memory,
    sites,
    mappings,
    controls,
    mutes,
    drills,
    ruleBook,
    rules,
    plans,
    downtimes,
  }
  return { ...known, ...sinceStart }
}
