import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { followUpPageRoutes } from './follow-up-answering.ts'
import { followUpLinkRoutes } from './follow-up-links.ts'
import { printRoutes, printStyle } from './print.ts'
import { surveyPageRoutes } from './survey-answering.ts'
import { type LinkSigning, surveyLinkRoutes } from './survey-links.ts'
import { surveyRoutes } from './surveys.ts'

/** What is filled in on paper or by residents: forms to print, surveys and follow-ups. */
export function formRoutes(
  { api, system }: { api: Api; system: OpenAPIHono },
  engine: Engine,
  reader: Db,
  signing: LinkSigning,
): void {
  printStyle(system)
  printRoutes(api, engine, reader)
  surveyRoutes(api, engine, reader)
  surveyLinkRoutes(api, engine, reader, signing)
  surveyPageRoutes(system, engine, reader, signing.key)
  followUpLinkRoutes(api, engine, reader, signing)
  followUpPageRoutes(system, engine, reader, signing.key)
}
