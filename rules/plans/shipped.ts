import { defaultCommitment } from '../commitments/default.ts'
import { rescueCity } from '../commitments/presets/rescue.ts'
import { shippedPolicies } from '../escalation/presets.ts'
import type { PlanKind, Plans } from '../model.ts'
import { logChannel } from '../notify/log-channel.ts'

/** Raise with every change, so that a data file takes over what its owner did not edit. */
export const SHIPPED_PLANS_VERSION = 5

type Shipped = { [K in PlanKind]: { kind: K; plan: Plans[K] } }[PlanKind]

/** What a new installation begins with. */
export const shippedPlans: readonly Shipped[] = [
  { kind: 'commitment', plan: defaultCommitment },
  { kind: 'commitment', plan: rescueCity },
  ...shippedPolicies.map((plan): Shipped => ({ kind: 'escalation', plan })),
  { kind: 'channel', plan: logChannel },
]
