import { inject } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import type { PhoneClock } from './clock.ts'
import type { PhoneStorage } from './queue/storage.ts'

/** What the pages of the phone share beside queue and jobs. */
export interface Phone {
  clock: PhoneClock
  storage: Promise<PhoneStorage>
  /** Whether its files are kept on this device, so that it begins without a network. */
  shell: Readonly<Ref<'kept' | 'not_kept' | 'unknown'>>
}

export const phoneKey: InjectionKey<Phone> = Symbol('phone')

export function usePhone(): Phone {
  const phone = inject(phoneKey)
  if (!phone) throw new Error('no phone provided')
  return phone
}
