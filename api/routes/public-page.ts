import { html } from 'hono/html'

type Html = ReturnType<typeof html>

export interface PublicPage {
  title: { zh: string; en: string }
  stylesheet: string
  robots?: string
}

/** What is shown without a login: both languages at once, everything in it escaped, no script. */
export function publicPage({ title, stylesheet, robots = 'noindex' }: PublicPage, content: Html | Promise<Html>) {
  return html`<!doctype html>
    <html lang="zh">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="${robots}" />
        <title>${title.zh} / ${title.en}</title>
        <link rel="stylesheet" href="${stylesheet}" />
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html>`
}
