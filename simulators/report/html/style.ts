/** Grey at rest, so that what was missed is seen; both schemes have the same names. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f8; --surface: #fff; --line: #dde2e6; --text: #1b232a;
  --soft: #5a6772; --kept: #1f7a3f; --kept-ground: #e4f3e8; --missed: #c0271b; --missed-ground: #fdeae8;
  --waiting: #e3a32c; --coming: #7fb0e6; --there: #2b6cb8; --done: #b9c3cc;
  --alarm: #d0392c; --people: #7a55b5; --notice: #6b7a87;
  --story: #8a6d1f; --building: #2f7f93 }
@media (prefers-color-scheme: dark) { :root { --ground: #10161c; --surface: #19212a; --line: #303d4a;
  --text: #f0f4f8; --soft: #a3b2c0; --kept: #5cc98a; --kept-ground: #15301f; --missed: #ff7d72;
  --missed-ground: #3a1c1c; --waiting: #e0a63a; --coming: #5f95d3; --there: #9cc8ff; --done: #4d5c69;
  --alarm: #ff7468; --people: #b99af0; --notice: #93a3b1; --story: #d9bb6a; --building: #62b6cb } }
* { box-sizing: border-box }
html { background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "Noto Sans SC", "Noto Sans CJK SC",
  "PingFang SC", "Microsoft YaHei", sans-serif; -webkit-text-size-adjust: 100% }
body { margin: 0 auto; max-width: 1120px; padding: 20px 16px 60px }
h1, h2, h3, h4, p, ul, dl, dd { margin: 0; padding: 0 }
h1 { font-size: 1.5rem }
h2 { font-size: 1.3rem }
h3 { font-size: 1rem; margin: 26px 0 8px }
h4 { font-size: 0.9rem }
span[lang=en] { color: var(--soft); font-weight: 400; font-size: 0.88em }
.soft, .note { color: var(--soft); font-size: 0.87rem }
.note { margin-top: 6px }
.banner { display: flex; gap: 12px; align-items: baseline; margin: 12px 0; padding: 12px 18px; border-radius: 10px;
  font-size: 1.35rem; font-weight: 650; border-left: 8px solid }
.kept.banner { color: var(--kept); background: var(--kept-ground) }
.missed.banner { color: var(--missed); background: var(--missed-ground) }
.banner span[lang=en] { color: inherit }
.kept .mark, .mark.kept { color: var(--kept) }
.missed .mark, .mark.missed { color: var(--missed) }
.numbers { display: flex; flex-wrap: wrap; gap: 6px 28px }
.numbers dd { font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums }
.run { margin-top: 22px; padding: 20px; background: var(--surface); border: 1px solid var(--line); border-radius: 12px }
nav { margin-top: 18px; padding: 4px 16px; background: var(--surface); border: 1px solid var(--line);
  border-radius: 12px }
a { color: var(--there) }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: 5px 8px 5px 0; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere }
th { font-weight: 600 }
.verdicts { list-style: none; display: grid; gap: 6px }
.verdicts li { display: flex; gap: 12px; padding: 8px 12px; border: 1px solid var(--line);
  border-left: 5px solid var(--kept); border-radius: 8px }
.verdicts li.missed { order: -1; border-left-color: var(--missed); background: var(--missed-ground) }
.verdicts .mark { font-size: 1.15rem }
.verdicts div { min-width: 0 }
code { font: 0.86rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
.again { margin-top: 8px; font-size: 0.87rem }
.again code { padding: 2px 6px; background: var(--ground); border: 1px solid var(--line); border-radius: 5px }
.picture { overflow-x: auto }
svg { display: block; width: 100%; min-width: 760px; height: auto }
.two { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 32px }
.two svg { min-width: 480px }
svg text { font-size: 12px; fill: var(--text) }
svg .soft { font-size: 11px; fill: var(--soft) }
svg .count { font-size: 11px; font-weight: 600 }
svg .day { font-weight: 600 }
svg .ticket { font-size: 11px }
.grid { stroke: var(--line) }
.lane { stroke: var(--line); stroke-dasharray: 2 4 }
.break { fill: var(--ground); stroke: none }
.triangle { fill: var(--story) }
.drop { fill: var(--building) }
.diamond { fill: var(--alarm) }
.square { fill: var(--notice) }
.circle { fill: var(--people) }
svg path { stroke: var(--surface); stroke-width: 1 }
.phase { background: var(--done); fill: var(--done) }
.phase.waiting { background: var(--waiting); fill: var(--waiting) }
.phase.coming { background: var(--coming); fill: var(--coming) }
.phase.there { background: var(--there); fill: var(--there) }
.phase.held { background: var(--notice); fill: var(--notice) }
.due { stroke: var(--text); stroke-width: 1.6 }
svg .glyph { font-size: 15px; font-weight: 700; paint-order: stroke; stroke: var(--surface); stroke-width: 3px }
svg .glyph.kept, rect.kept { fill: var(--kept) }
svg .glyph.missed, rect.missed { fill: var(--missed) }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 6px 0; font-size: 0.85rem }
.pair { display: inline-flex; gap: 5px; align-items: baseline }
.legend i { align-self: center; width: 18px; height: 10px }
.legend .kept { color: var(--kept) }
.legend .missed { color: var(--missed) }
svg .area { fill: var(--coming); fill-opacity: 0.45; stroke: none }
svg .line { fill: none; stroke: var(--alarm); stroke-width: 2; stroke-dasharray: 5 3 }
svg .area-key { fill: var(--coming) }
svg .line-key { fill: var(--alarm) }
svg .ten { stroke: var(--text); stroke-width: 1.6; stroke-dasharray: 5 3 }
.notices th[scope=row] { white-space: nowrap; overflow-wrap: normal }
.stack { display: flex; gap: 1px; height: 12px }
.stack i { min-width: 3px }
.key { display: inline-block; width: 10px; height: 10px; margin-right: 5px }
.sent { background: var(--kept) }
.failed { background: var(--missed) }
.withdrawn { background: var(--done) }
.queued { background: var(--waiting) }
.notices tr:not(.bars) > * { border-bottom: none }
.notices thead th { border-bottom: 1px solid var(--line) !important }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); gap: 10px }
.card { padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px }
.card.missed { border-color: var(--missed) }
.clock { display: grid; grid-template-columns: 1fr auto; gap: 1px 8px; margin-top: 8px; font-size: 0.85rem }
.clock.kept .state b { color: var(--kept) }
.clock.missed .state b, .clock.missed .words span[lang=zh] { color: var(--missed) }
.track { grid-column: 1 / -1; position: relative; height: 12px; background: var(--ground); border-radius: 2px }
.track i { position: absolute; top: 0; height: 12px; left: 0 }
.bar { background: var(--done) }
.clock.kept .bar { background: var(--kept) }
.bar.over { background: repeating-linear-gradient(45deg, var(--missed) 0 5px, var(--missed-ground) 5px 8px) }
.track .due { top: -3px; height: 18px; width: 3px; margin-left: -1px; background: var(--text) }
.track .ten { top: -3px; height: 18px; width: 0; border-left: 2px dotted var(--text) }
.words { grid-column: 1 / -1 }
details { margin-top: 26px }
summary { cursor: pointer; font-weight: 600; padding: 8px 0 }
.lines .time { white-space: nowrap }
.lines .from { white-space: nowrap }
.lines td:last-child { width: 100% }
.lines td:last-child span[lang=en] { display: block }
.lines .day th { padding-top: 14px }
.more td { color: var(--soft) }
@media (max-width: 720px) { .run { padding: 14px 12px } .two { grid-template-columns: minmax(0, 1fr) } }
@media print { details::details-content { content-visibility: visible } .card, .verdicts li { break-inside: avoid } }
`
