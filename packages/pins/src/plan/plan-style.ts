/** The style of the plan page. Contrast of text is 4.5:1 and more in both schemes. */
export const PLAN_STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --ink: #1d2430; --soft: #566072; --line: #d9dde4; --bar: #2f6f8f; --bar-end: #b9d3df;
  --good: #1b6e3c; --warn: #8a5200; --bad: #b3261e; --good-bg: #e4f3e9; --warn-bg: #fdf0d9; --bad-bg: #fce8e6; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --card: #1c2027; --ink: #e7eaf0; --soft: #a3adbd; --line: #343b47; --bar: #5fa8c9; --bar-end: #2b4a59;
  --good: #7fd6a0; --warn: #f2bd6b; --bad: #ff9a91; --good-bg: #16301f; --warn-bg: #38290f; --bad-bg: #401a17; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 0 0 1rem; font-size: 1.25rem; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
h3 { margin: 1.6rem 0 .5rem; font-size: 1rem; }
.facts, footer, small { color: var(--soft); } .facts { margin: .2rem 0 .8rem; }
header .verdict { padding: .7rem 1rem; border-radius: .5rem; margin: 0; }
h2 .verdict { font-size: .85rem; font-weight: 600; padding: .1rem .6rem; border-radius: 1rem; }
.verdict.survives { background: var(--good-bg); color: var(--good); } .verdict.single-path { background: var(--warn-bg); color: var(--warn); }
.verdict.breaks { background: var(--bad-bg); color: var(--bad); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .7rem; padding: 1.2rem; margin-top: 1.2rem; }
.timeline { position: relative; padding-top: 1.6rem; }
.scale { position: absolute; inset: 0 0 1.9rem 0; pointer-events: none; }
.scale span { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--line); padding-left: .3rem; font-size: .75rem; color: var(--soft); white-space: nowrap; }
.life { position: relative; margin: .35rem 0 .6rem; } .name { font-size: .875rem; } .name small { display: inline-block; }
.track { height: .8rem; background: color-mix(in srgb, var(--line) 45%, transparent); border-radius: .4rem; }
.bar { height: 100%; background: var(--bar); border-radius: .4rem; } .bar.ends { border-radius: .4rem 0 0 .4rem; border-right: 4px solid var(--bad); }
.marks { position: relative; height: 1.1rem; margin: .3rem 0 0; border-bottom: 1px solid var(--line); }
.marks i { position: absolute; bottom: 0; width: 2px; margin-left: -1px; height: .5rem; background: var(--soft); opacity: .6; }
.marks i.cap { height: .5rem; background: var(--line); } .marks i.warning { width: 4px; height: .8rem; background: var(--warn); opacity: 1; }
.marks i.break { width: 5px; height: 1.1rem; background: var(--bad); opacity: 1; }
.legend { font-size: .75rem; color: var(--soft); margin-top: .4rem; } .key { display: inline-block; width: 4px; height: .8rem; margin: 0 .3rem 0 .8rem; vertical-align: -.1rem; background: var(--soft); }
.key:first-child { margin-left: 0; } .key.warning { background: var(--warn); } .key.break { background: var(--bad); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .5rem .6rem .5rem 0; border-top: 1px solid var(--line); }
th { font-weight: 600; width: 13rem; } .mark { white-space: nowrap; font-weight: 600; width: 7rem; }
tr.survives .mark { color: var(--good); } tr.breaks .mark { color: var(--bad); } tr.unknown .mark { color: var(--warn); }
.remedy { font-weight: 600; } time { font-variant-numeric: tabular-nums; color: var(--soft); }
.events { list-style: none; margin: 0; padding: 0; } .events li { display: flex; gap: .8rem; padding: .25rem 0 .25rem .7rem; border-left: 3px solid var(--line); }
.events time { flex: none; } .events .warning { border-color: var(--warn); } .events .break { border-color: var(--bad); } .events .break b { color: var(--bad); }
footer { margin-top: 1.2rem; font-size: .875rem; }
@media (max-width: 40rem) { table, tbody, tr, th, td { display: block; width: auto; } th, td { border: 0; padding: 0; } tr { border-top: 1px solid var(--line); padding: .6rem 0; } .events li { flex-direction: column; gap: 0; } }
@media print { body { background: none; max-width: none; } section { break-inside: avoid; } }
`;
