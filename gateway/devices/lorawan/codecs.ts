import type { DeviceKind } from '../../../rules/model.ts'
import type { Binding } from '../family.ts'
import type { Codec, Frame } from './codec.ts'
import { dragino } from './dragino.ts'
import { elsys } from './elsys.ts'
import { browan, radioBridge, rejeee } from './leak-sensors.ts'
import { milesight } from './milesight.ts'
import { netvox } from './netvox.ts'
import { eastron, moko } from './power-meters.ts'

const codecs: readonly Codec[] = [milesight, dragino, netvox, elsys, browan, radioBridge, rejeee, moko, eastron]

/** Most names tell nobody: one look instead of nine. */
const ANY_NAME = new RegExp(codecs.map(({ names }) => names.source).join('|'))

export interface Chosen {
  codec: Codec
  /** The name that told, in upper case; empty where the EUI told. */
  name: string
}

/**
 * The codec of a device: by the first of its names that says a maker or model, else by its EUI where the bytes leave no
 * doubt. `names` are the profile and model first, then what a person called the device.
 */
export function chooseCodec(names: readonly string[], eui: string, frame: Omit<Frame, 'name'> | null): Chosen | null {
  for (const each of names) {
    const name = each.toUpperCase()
    if (!ANY_NAME.test(name)) continue
    for (const codec of codecs) if (codec.names.test(name)) return { codec, name: withModel(codec, name, names) }
  }
  for (const codec of codecs) {
    if (codec.euiPrefix === undefined || !eui.startsWith(codec.euiPrefix)) continue
    if (frame === null || (codec.unmistakable?.({ ...frame, name: '' }) ?? true)) return { codec, name: '' }
  }
  return null
}

/** The name that told the maker, or another that tells the model where that one does not. */
function withModel(codec: Codec, name: string, names: readonly string[]): string {
  if (codec.models.test(name)) return name
  return names.map((each) => each.toUpperCase()).find((each) => codec.models.test(each)) ?? name
}

export function kindByName({ codec, name }: Chosen): DeviceKind | null {
  return codec.kinds.find(([model]) => model.test(name))?.[1] ?? null
}

/** The model in the name that told; `undefined` where the name has none. */
export function modelByName({ codec, name }: Chosen): string | undefined {
  return codec.models.exec(name)?.[0]
}

/** What the device's kind is for all that is known of it beside the message. */
export function boundKind({ kind }: Binding, id: string): DeviceKind | null {
  if (typeof kind === 'string') return kind
  return kind !== undefined && Object.hasOwn(kind, id) ? kind[id]! : null
}
