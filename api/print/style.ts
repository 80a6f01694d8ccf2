/** A4 as it is printed, and the same sheet of paper on a screen: black lines, one weight, as such forms look. */
export const PRINT_STYLE = `@page { size: A4 portrait; margin: 12mm 12mm 14mm }
@page wide { size: A4 landscape; margin: 10mm }
:root { color: #000; background: #fff; font: 10.5pt/1.45 SimSun, 'Songti SC', 'Noto Serif CJK SC', serif }
* { box-sizing: border-box }
body { margin: 0 }
body.wide { page: wide }
header { display: grid; grid-template-columns: 1fr auto 1fr; align-items: end; gap: 4mm; margin: 0 0 2.5mm }
h1 { grid-column: 2; margin: 0; font-size: 19pt; line-height: 1.2; letter-spacing: 0.25em; text-indent: 0.25em;
  text-align: center; white-space: nowrap }
h1 span[lang] { letter-spacing: 0.05em; text-indent: 0; font-size: 0.5em }
p { margin: 0 }
.site { font-size: 11pt; overflow-wrap: anywhere }
.aside { text-align: right; overflow-wrap: anywhere }
span[lang] { display: block; font-size: 0.72em; line-height: 1.2; font-weight: normal; color: #444;
  font-family: Arial, 'Noto Sans', sans-serif; letter-spacing: 0 }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th, td { border: 0.8pt solid #000; padding: 1.1mm 1.6mm; text-align: left; vertical-align: middle;
  overflow-wrap: anywhere }
th { font-weight: bold; text-align: center; background: #f2f2f2 }
.form { border: 1.6pt solid #000; margin-top: -1.6pt }
.form tr > * { height: 8.5mm }
.form tr.tall > * { height: 15mm }
.form th[scope=row] { width: 25mm }
.form td span[lang], .notes span[lang], footer span[lang] { display: inline; margin-left: 0.5em }
.form td b span[lang] { display: block; margin-left: 0 }
.times td, .costs td { text-align: center; height: 7mm }
.costs th:nth-child(2) { width: 34% }
.costs td:nth-child(2) { text-align: left }
.costs td.number, td.number { text-align: right; font-variant-numeric: tabular-nums }
.costs tfoot th { text-align: right }
.state { margin-left: 1em; color: #444; font-size: 0.85em }
.blank { display: inline-block; min-width: 30mm; width: 100%; height: 1.2em }
.signatures { display: flex; border: 1.6pt solid #000; margin-top: -1.6pt; break-inside: avoid }
.signature { flex: 1 1 0; padding: 1.5mm 2.5mm; min-height: 36mm; display: flex; flex-direction: column;
  border-left: 0.8pt solid #000 }
.signature:first-child { border-left: 0 }
.signature .who { font-weight: bold }
.signature p { display: flex; align-items: baseline; gap: 1.5mm; line-height: 1.6 }
.signature p:not(.who) span[lang] { display: inline }
.signature .mark { font-size: 8pt; flex-wrap: wrap }
.signature .blank { flex: 1; width: auto; border-bottom: 0.8pt solid #000 }
.drawn { flex: 1; min-height: 16mm }
.drawn svg { display: block; width: 100%; height: 18mm }
.drawn path { fill: none; stroke: #000; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
  vector-effect: non-scaling-stroke }
.photos { display: grid; grid-template-columns: repeat(3, 1fr); gap: 2mm; padding: 2mm; border: 1.6pt solid #000;
  margin-top: -1.6pt }
figure { margin: 0; break-inside: avoid }
figure img { display: block; width: 100%; height: 44mm; object-fit: contain; background: #f2f2f2 }
figcaption { font-size: 8.5pt; overflow-wrap: anywhere }
figcaption span[lang] { display: inline; margin-left: 0.5em }
.notes { margin-top: 2mm }
footer { margin-top: 2.5mm; font-size: 9pt; color: #222 }
.zone { margin-left: 0.75em; color: #444 }
.register { font-size: 8.5pt; border: 1.4pt solid #000 }
.register th, .register td { padding: 0.8mm 1mm; border-width: 0.6pt }
.register td { height: 8mm }
.register tr { break-inside: avoid }
.register .narrow { text-align: center }
.register th.narrow { width: 4.6em }
.register th.time { width: 8.6em }
.register th.long { width: 10.5em }
.register th.number { width: 5.4em }
.register th.narrow:first-child { width: 3.2em }
@media screen {
  :root { background: #e7e7e7 }
  main { max-width: 210mm; min-height: 297mm; margin: 6mm auto; padding: 12mm; background: #fff;
    box-shadow: 0 1px 8px #0003 }
  .wide main { max-width: 297mm; min-height: 210mm; padding: 10mm; overflow-x: auto }
  .wide .register { min-width: 277mm }
}
@media screen and (max-width: 210mm) {
  main { margin: 0; padding: 4mm }
}
`
