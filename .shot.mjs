import { chromium } from 'playwright-core'
const [url, out, w='1440', h='900', lang='zh', wait='2500'] = process.argv.slice(2)
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-background-networking','--no-first-run','--disable-sync','--disable-quic','--disable-component-update'] })
const p = await b.newPage({ viewport: { width: +w, height: +h } })
p.on('console', m => console.log('console', m.type(), m.text()))
await p.goto(url); await p.waitForTimeout(+wait)
if (lang==='en') { await p.getByText('English').first().click(); await p.waitForTimeout(800) }
await p.screenshot({ path: out }); await b.close()
