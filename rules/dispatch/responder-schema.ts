import { z } from 'zod'
import { isEachOnce, planId, planName, siteIds, window, words } from '../plans/fields.ts'

const CHANNELS_MAX = 20
const WINDOWS_MAX = 20
const mention = z
  .string()
  .regex(/^(?!@?all$)[A-Za-z0-9_@.:$=-]{1,128}$/i, 'his id in the chat, at most 128 characters, and not all')
  .optional()

/** Somebody who is sent or called, as a person writes him; what is left out takes these defaults. */
export const responderSchema = z.strictObject({
  id: planId,
  name: planName,
  sites: siteIds,
  skills: words.default([]),
  roles: words.default([]),
  building: planName.nullable().optional(),
  phone: z
    .string()
    .max(20, 'at most 20 characters')
    .regex(/^\+?\d([ -]?\d){2,}$/, 'a telephone number: at least 3 digits, a + before them, - or a space between')
    .optional(),
  email: z.email('an e-mail address').max(254, 'at most 254 characters').optional(),
  mentions: z.strictObject({ wecom: mention, dingtalk: mention, feishu: mention }).optional(),
  channels: z
    .array(planId)
    .min(1, 'name at least one, or leave the field out')
    .max(CHANNELS_MAX, `at most ${CHANNELS_MAX} channels`)
    .refine(isEachOnce, 'each channel once')
    .optional(),
  quietHours: z.array(window).max(WINDOWS_MAX, `at most ${WINDOWS_MAX} windows`).optional(),
  language: z.enum(['zh', 'en']).default('zh'),
  enabled: z.boolean().default(true),
})
