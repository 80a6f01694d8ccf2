/** What a Shelly's id (`shellyem3-483FDA…`) tells of it; ids may be replaced by the owner's own words. */

/** Battery sensors close their connection after each report: their will says nothing. */
const SLEEPING = /^shelly(flood|ht|plusht|plussmoke|smoke|dw|motion|button|blu)/
/** One switch or one meter is also the whole device. */
const SINGLE = /^shelly(plug|plusplug|plus1|pro1|1|mini|pmmini)/
const THREE_PHASE = /^shellyem3/
const LEAK_SENSOR = /^shellyflood/

export const isSleeping = (id: string): boolean => SLEEPING.test(idOf(id))
export const isSingle = (id: string): boolean => SINGLE.test(idOf(id))
export const isLeakSensor = (id: string): boolean => LEAK_SENSOR.test(idOf(id))
export const isThreePhase = (id: string): boolean => THREE_PHASE.test(idOf(id))

/** The last level of a prefix: owners put places before the id. */
const idOf = (prefix: string): string => prefix.slice(prefix.lastIndexOf('/') + 1)
