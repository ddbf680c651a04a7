"""The process that runs one PAC script: ``python -m mel_desktop.system.pac_worker``.

It reads one JSON object {"script", "url", "host", "names"} from standard input and writes one:
{"text"}, {"asks"} or {"error"}. It has no network, no file and little memory; QuickJS bounds the
script's time and memory before the system has to. The functions that scripts call are those of
Netscape's "Navigator Proxy Auto-Config File Format"; what they know of addresses comes with the
question (a name that is not there ends the run and is asked for).
"""

from __future__ import annotations

import json
import sys
from typing import Final

import quickjs

from mel_desktop.system.extraction_worker import confine

SCRIPT_S: Final = 3
MEMORY: Final = 32 * 1024 * 1024
STACK: Final = 512 * 1024
MOST_INPUT: Final = 8 * 1024 * 1024
MOST_ANSWER: Final = 4096

PRELUDE: Final = r"""
var __asks = "";
function __address(name) {
  name = String(name);
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return name;
  if (Object.prototype.hasOwnProperty.call(__names, name)) return __names[name];
  __asks = name;
  throw new Error("asks");
}
function alert() {}
function isPlainHostName(host) { return host.indexOf(".") < 0; }
function dnsDomainIs(host, domain) {
  host = host.toLowerCase(); domain = domain.toLowerCase();
  return host.length >= domain.length && host.slice(host.length - domain.length) === domain;
}
function localHostOrDomainIs(host, full) {
  return host === full || (host.indexOf(".") < 0 && full.indexOf(host + ".") === 0);
}
function isResolvable(host) { return __address(host) !== ""; }
function dnsResolve(host) { return __address(host) || null; }
function myIpAddress() { return __names[""] || "127.0.0.1"; }
function isResolvableEx(host) { return isResolvable(host); }
function dnsResolveEx(host) { return __address(host); }
function myIpAddressEx() { return myIpAddress(); }
function dnsDomainLevels(host) { return host.split(".").length - 1; }
function convert_addr(text) {
  var parts = String(text).split("."), number = 0;
  for (var at = 0; at < 4; at++) number = number * 256 + (parseInt(parts[at], 10) & 255);
  return number >>> 0;
}
function isInNet(host, pattern, mask) {
  var address = __address(host);
  if (!address) return false;
  var bits = convert_addr(mask);
  return ((convert_addr(address) & bits) >>> 0) === ((convert_addr(pattern) & bits) >>> 0);
}
function shExpMatch(text, pattern) {
  var source = String(pattern).replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp("^" + source.replace(/\*/g, ".*").replace(/\?/g, ".") + "$").test(text);
}
function __now(words) {
  var now = new Date(), gmt = words.length && words[words.length - 1] === "GMT";
  if (gmt) words.pop();
  return gmt ? [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), now.getUTCDay(),
                now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()]
             : [now.getFullYear(), now.getMonth(), now.getDate(), now.getDay(),
                now.getHours(), now.getMinutes(), now.getSeconds()];
}
function __within(low, at, high) { return low <= high ? low <= at && at <= high
                                                      : at >= low || at <= high; }
var __days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
var __months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
function weekdayRange() {
  var words = [].slice.call(arguments), now = __now(words);
  var low = __days.indexOf(words[0]), high = __days.indexOf(words[words.length - 1]);
  return low >= 0 && high >= 0 && __within(low, now[3], high);
}
function timeRange() {
  var words = [].slice.call(arguments), now = __now(words), n = words.length;
  var at = now[4] * 3600 + now[5] * 60 + now[6];
  if (n === 1) return now[4] === words[0];
  if (n === 2) return __within(words[0], now[4], words[1] - 1);
  if (n === 4)
    return __within(words[0] * 3600 + words[1] * 60, at, words[2] * 3600 + words[3] * 60);
  return n === 6 && __within(words[0] * 3600 + words[1] * 60 + words[2], at,
                             words[3] * 3600 + words[4] * 60 + words[5]);
}
function __date(words) {
  var found = { day: null, month: null, year: null };
  words.forEach(function (one) {
    if (typeof one === "string") found.month = __months.indexOf(one);
    else if (one > 31) found.year = one;
    else found.day = one;
  });
  return found;
}
function dateRange() {
  var words = [].slice.call(arguments), now = __now(words);
  var half = words.length > 1 ? words.length >> 1 : 1;
  var same = words.length > 1 && words.length % 2 === 0 && (function () {
    for (var at = 0; at < half; at++)
      if (typeof words[at] !== typeof words[at + half] ||
          (words[at] > 31) !== (words[at + half] > 31)) return false;
    return true;
  })();
  var first = __date(same ? words.slice(0, half) : words), last = same ? __date(words.slice(half))
                                                                       : first;
  function key(date) {
    return (date.year === null ? 0 : date.year) * 10000
      + (date.month === null ? 0 : date.month) * 100 + (date.day === null ? 0 : date.day);
  }
  return __within(key(first), key({ year: first.year === null ? null : now[0],
                                    month: first.month === null ? null : now[1],
                                    day: first.day === null ? null : now[2] }), key(last));
}
"""

CALL: Final = """
typeof FindProxyForURL === "function" ? String(FindProxyForURL(__url, __host))
                                      : String(FindProxyForURLEx(__url, __host))
"""


def main() -> int:
    """One question, one answer."""
    confine()
    asked = json.loads(sys.stdin.buffer.read(MOST_INPUT))
    answer = run(asked["script"], asked["url"], asked["host"], asked["names"])
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()
    return 0


def run(script: str, url: str, host: str, names: dict[str, str]) -> dict[str, str]:
    """What the script says, or what it wants to know."""
    context = quickjs.Context()
    context.set_memory_limit(MEMORY)
    context.set_max_stack_size(STACK)
    context.set_time_limit(SCRIPT_S)
    known = f"var __names={json.dumps(names)},__url={json.dumps(url)},__host={json.dumps(host)};"
    try:
        context.eval(known + PRELUDE)
        context.eval(script)
        answer = {"text": str(context.eval(CALL))[:MOST_ANSWER]}
    except quickjs.JSException as error:
        answer = {"error": str(error).partition("\n")[0][:200]}
    # A script that catches what it should not has asked all the same.
    asks = _asks(context)
    return {"asks": asks[:255]} if asks else answer


def _asks(context: quickjs.Context) -> str:
    try:
        return str(context.eval("String(__asks)"))
    except quickjs.JSException:  # out of memory for good
        return ""


if __name__ == "__main__":
    sys.exit(main())
