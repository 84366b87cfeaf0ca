// SPDX-License-Identifier: Apache-2.0
//
// How a case looks: light and dark as the reader's system says, and on paper.
#ifndef VEDETTE_CLI_CASE_STYLE_H_
#define VEDETTE_CLI_CASE_STYLE_H_

namespace vedette {

inline constexpr char kCaseStyle[] = R"css(
:root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dfe3e8;
--accent:#2557c7;--mark:#fff4d6;--before:#eef3ff;--bad:#b3261e;--good:#1a7f4b;--code:#f0f2f5}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2029;--ink:#e4e8ee;--soft:#97a3b3;
--line:#2c3542;--accent:#86aefc;--mark:#3a3013;--before:#1b2740;--bad:#ff8a80;--good:#69d19c;
--code:#222a35}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:26px;line-height:1.25;margin:8px 0 6px;overflow-wrap:anywhere}
h2{font-size:17px;margin:0 0 12px}
.lead{font-size:16px;margin:0 0 14px;overflow-wrap:anywhere}
.soft,footer{color:var(--soft)}
.badge{display:inline-block;border-radius:999px;padding:2px 11px;font-size:13px;font-weight:600;
border:1px solid var(--line);margin:0 6px 4px 0}
.p0,.p1,.p2{background:#b3261e;color:#fff;border-color:#b3261e}
.p3{background:#d4531a;color:#fff;border-color:#d4531a}
.p4{background:#c98a00;color:#1c1400;border-color:#c98a00}
.p5,.p6,.p7{background:#2557c7;color:#fff;border-color:#2557c7}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;
margin:16px 0;overflow-x:auto}
nav a{color:var(--accent);text-decoration:none;margin-right:14px;font-size:14px}
nav{padding:4px 0}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th{color:var(--soft);font-weight:600;text-align:left;border-bottom:1px solid var(--line)}
th,td{padding:5px 12px 5px 0;vertical-align:top}
td{border-bottom:1px solid var(--line);overflow-wrap:break-word}td.m{overflow-wrap:anywhere}
tr:last-child td{border-bottom:0}
td.m,code,.tree{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;
font-size:12.5px}
td.n{white-space:nowrap}
tr.alert td{background:var(--mark);font-weight:600}
tr.before td{background:var(--before)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0;font-size:14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{background:var(--code);border-radius:4px;padding:1px 5px;overflow-wrap:anywhere}
.tree,.tree ul{list-style:none;margin:0;padding-left:18px;border-left:1px solid var(--line)}
.tree{padding-left:0;border-left:0}
.tree li{padding:2px 0 2px 8px;overflow-wrap:anywhere}
.tree b{color:var(--accent)}.hit{color:var(--bad);font-weight:600}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
summary{cursor:pointer;color:var(--soft);font-size:14px;margin:10px 0 4px}
footer{max-width:1180px;margin:0 auto;padding:6px 20px 40px;font-size:13px}
@media print,(min-width:900px){dl.two{grid-template-columns:max-content 1fr max-content 1fr}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;
--accent:#1d489f;--mark:#fff4d6;--before:#eef3ff;--bad:#9c1c15;--good:#136138;--code:#f0f2f5}
@page{margin:14mm}main,header,footer{max-width:none;padding-left:0;padding-right:0}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:12px 0;margin:6px 0;
overflow:visible}h2{break-after:avoid}tr,dt,dd,.tree li{break-inside:avoid}thead{display:
table-header-group}nav{display:none}table{font-size:11.5px}td.m,code,.tree{font-size:10.5px}
.badge,tr.alert td,tr.before td{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace vedette

#endif  // VEDETTE_CLI_CASE_STYLE_H_
