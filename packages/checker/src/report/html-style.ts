/** The page's whole style: system fonts, both colour schemes, phone width, print. */
export const HTML_STYLE = `
:root{--bg:#f6f7f9;--card:#fff;--text:#16191d;--quiet:#5c6670;--line:#dfe3e8;--code:#f0f2f5;--critical:#8f1024;--high:#b3261e;--medium:#8a5a00;--low:#0b5d7a;--info:#5c6670;--good:#1b6b3a;--accent:#1f4f8f}
@media (prefers-color-scheme:dark){:root{--bg:#111418;--card:#1a1e24;--text:#e8ebef;--quiet:#9aa5b1;--line:#2c333b;--code:#222831;--critical:#ff8fa0;--high:#ff8a80;--medium:#f2b84b;--low:#74c7e3;--info:#9aa5b1;--good:#7fd49b;--accent:#8fb8f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1{font-size:2rem;line-height:1.2;margin:.1rem 0 .6rem}
h2{font-size:1.2rem;margin:2.2rem 0 .8rem}
h3{font-size:1rem;margin:1.1rem 0 .3rem}
p{margin:.4rem 0}
.kicker{color:var(--accent);font-weight:600;margin:0}
.verdict{font-size:1.15rem;font-weight:600;padding:.7rem 1rem;border-radius:.5rem;border:1px solid currentColor;background:var(--card)}
.verdict.good{color:var(--good)}.verdict.bad{color:var(--high)}
.meta,.quiet,.refs,footer{color:var(--quiet)}.meta,.refs,footer{font-size:.9rem}
.tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:.6rem;margin-top:1.2rem}
.tile{background:var(--card);border:1px solid var(--line);border-top:4px solid currentColor;border-radius:.5rem;padding:.6rem .8rem;display:flex;flex-direction:column}
.tile b{font-size:1.7rem;line-height:1.2}.tile span{font-size:.85rem;color:var(--text)}
.tile.none{color:var(--quiet)!important;border-top-color:var(--line)}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}.info{color:var(--info)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
th,td{overflow-wrap:normal;padding:.45rem .8rem;border-bottom:1px solid var(--line);text-align:right}
th:first-child{text-align:left}th{font-weight:600}thead th{color:var(--quiet);font-size:.85rem}
tbody tr:last-child>*{border-bottom:0}
td.bad{color:var(--high);font-weight:700}td.warnText{color:var(--medium);font-weight:700}td.goodText{color:var(--good)}
details.audit{background:var(--card);border:1px solid var(--line);border-left:5px solid currentColor;border-radius:.5rem;margin:.7rem 0;padding:.2rem 1rem}
details.audit>*{color:var(--text)}details.audit[open]{padding-bottom:.8rem}
summary{cursor:pointer;padding:.5rem 0;display:flex;gap:.6rem;align-items:baseline}
summary::-webkit-details-marker{display:none}
details:not(.audit)>summary{display:list-item;color:var(--accent)}
.title{font-weight:600;flex:1}.count{color:var(--quiet);font-variant-numeric:tabular-nums}
.badge{font-size:.75rem;font-weight:700;text-transform:uppercase;letter-spacing:.03em;min-width:4.6rem}
.badge.critical{color:var(--critical)}.badge.high{color:var(--high)}.badge.medium{color:var(--medium)}.badge.low{color:var(--low)}.badge.info{color:var(--info)}
.places{padding-left:1.4rem;margin:.6rem 0}.places li{margin:.5rem 0}
code{font:.86em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.where{color:var(--accent)}
pre{background:var(--code);border-radius:.4rem;padding:.7rem .9rem;overflow-x:auto;margin:.4rem 0}
pre.line{padding:.35rem .6rem;white-space:pre-wrap}
.refs span{display:inline-block;border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;margin:.1rem .1rem .1rem 0;white-space:nowrap}
.plain{list-style:none;padding:0}.plain li{padding:.3rem 0;border-bottom:1px solid var(--line)}
.first li{display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap}.first a{color:var(--text);font-weight:600}
.state{display:inline-block;min-width:7.5rem;color:var(--quiet);font-size:.85rem}.state.pass{color:var(--good)}.state.error,.state.fail{color:var(--high)}.state.inconclusive,.state.manual{color:var(--medium)}
.checklist{list-style:none;padding:0;margin:.2rem 0 .8rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
.checklist li{display:grid;grid-template-columns:7.5rem 1fr;gap:.8rem;align-items:baseline;padding:.45rem .9rem;border-bottom:1px solid var(--line)}.checklist li:last-child{border-bottom:0}.checklist b{font-weight:600}
.ground{display:block;color:var(--quiet);font-size:.88rem}.ground a{color:var(--accent)}.goodTile{color:var(--good)}
.mark{font-size:.85rem;font-weight:700;color:var(--medium)}.mark.proved,.mark.confirmed{color:var(--good)}.mark.broken{color:var(--high)}.mark.accepted{color:var(--low)}.mark.not-applicable{color:var(--quiet);font-weight:400}
footer{margin-top:2.5rem}
@media (max-width:40rem){.checklist li{grid-template-columns:1fr;gap:0;padding:.45rem .7rem}.first li{display:block}main{padding:1.2rem .9rem 2rem}h1{font-size:1.5rem}.tiles{gap:.35rem}.tile{padding:.4rem .45rem}.tile b{font-size:1.25rem}.tile span{font-size:.75rem}table{font-size:.9rem}th,td{padding:.4rem .3rem}th:first-child{padding-left:.6rem}td:last-child,th:last-child{padding-right:.6rem}thead th{font-size:.75rem}summary{flex-wrap:wrap}.badge{min-width:0}}
@media print{:root{--bg:#fff;--card:#fff;--text:#000;--quiet:#444;--line:#bbb;--code:#f4f4f4;--critical:#8f1024;--high:#b3261e;--medium:#8a5a00;--low:#0b5d7a;--info:#5c6670;--good:#1b6b3a;--accent:#1f4f8f}.first a,.ground a{text-decoration:none}body{font-size:11pt}main{max-width:none;padding:0}details.audit,tr,li{break-inside:avoid}details::details-content{content-visibility:visible;display:block;height:auto}h2,h3{break-after:avoid}pre{white-space:pre-wrap}}
`;
