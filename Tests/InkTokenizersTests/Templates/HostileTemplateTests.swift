import Foundation
import InkTokenizers
import Testing

@Suite("Hostile chat templates")
struct HostileTemplateTests {
  private func error(_ source: String, _ context: TemplateMap = TemplateMap()) -> TemplateError? {
    do throws(TemplateError) {
      _ = try ChatTemplate(source: source).render(context, now: TemplateFixtures.someTime)
      return nil
    } catch {
      return error
    }
  }

  /// Secondary threads have 512 KiB of stack on macOS. Code that is not optimised needs more.
  private func errorOnSmallStack(_ source: String) async -> TemplateError? {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: error(source)) }
      #if DEBUG
        thread.stackSize = 8 << 20
      #else
        thread.stackSize = 512 << 10
      #endif
      thread.start()
    }
  }

  @Test(
    "work without end stops with limitExceeded",
    arguments: [
      "{% macro r() %}{{ r() }}{% endmacro %}{{ r() }}",
      "{% macro r(n) %}{% if n %}{{ r(n) }}{% endif %}{% endmacro %}{{ r(1) }}",
      "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}",
      "{% macro a() %}{% call a() %}{{ caller() }}{% endcall %}{{ caller() }}{% endmacro %}"
        + "{% call a() %}x{% endcall %}",
      "{{ range(10**12) }}",
      "{{ range(10**18, -(10**18), -1) }}",
      "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
      "{{ 'a' * 10**12 }}",
      "{{ 'abc' * 9223372036854775807 }}",
      "{{ [0] * 10**12 }}",
      "{% set ns = namespace(s='a') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
      "{% set ns = namespace(s='a') %}{% for i in range(64) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
      "{% set ns = namespace(s='aa') %}{% for i in range(64) %}{% set ns.s = ns.s.replace('a', 'aa') %}{% endfor %}",
      "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}",
      "{% set ns = namespace(x={}) %}{% for i in range(100000) %}{% set ns.x = {'a': ns.x} %}{% endfor %}",
      "{% set ns = namespace(x=[1]) %}{% for i in range(100000) %}{% set ns.x = ns.x | batch(1) | list %}{% endfor %}",
      "{% set ns = namespace(x=[1]) %}{% for i in range(100000) %}{% set ns.x = dict(a=ns.x) %}{% endfor %}",
      "{% set ns = namespace(x=1) %}{% macro m() %}{% set ns.x = varargs %}{% endmacro %}"
        + "{% for i in range(100000) %}{{ m(ns.x) }}{% endfor %}",
      "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
      "{{ 'x'.center(10**15) }}", "{{ '%999999999999d' % 1 }}", "{{ '{:>99999999999}'.format(1) }}",
      "{{ '%.99999f' % 1.5 }}", "{{ 'a\tb'.expandtabs(10**10) }}", "{{ 'a' | indent(10**12, true) }}",
      "{{ 2 ** 64 }}", "{{ 9223372036854775807 + 1 }}", "{{ -9223372036854775807 - 2 }}",
      "{{ 9223372036854775807 * 2 }}", "{{ (-9223372036854775807 - 1) // -1 }}", "{{ -(-9223372036854775807 - 1) }}",
      "{{ 99999999999999999999 }}", "{{ '99999999999999999999' | int }}", "{{ 1e300 | int }}",
      "{{ (-9223372036854775807 - 1) | abs }}",
    ])
  func limits(source: String) {
    #expect(error(source)?.code == .limitExceeded, "\(String(describing: error(source)))")
  }

  @Test("extreme whole numbers as positions are no danger")
  func extremePositions() throws {
    let source = """
      {% set low = -9223372036854775807 - 1 %}{% set high = 9223372036854775807 %}
      {{ 'abc'[low:high] }}{{ 'abc'[high:low:low] }}{{ 'abc'[::high] }}{{ 'abc'[::low] }}{{ 'abc'[low] }}{{ [1][low] }}
      {{ 'abc'[high] }}{{ [1, 2][low:high:high] }}{{ 'abc'.find('a', low, high) }}{{ low % -1 }}{{ [1] * low }}
      {{ 'a'.center(low) }}{{ 'abc'.split('b', low) }}{{ 1.5 | round(low) }}{{ 1.5 | round(high) }}{{ 5 | round(low) }}
      {{ 'abc' | truncate(high) }}{{ range(high, low, low) }}{{ range(low, high, high) }}
      {{ 'a'.replace('a', 'b', low) }}
      """
    #expect(try ChatTemplate(source: source).render([:], now: TemplateFixtures.someTime).text.isEmpty == false)
  }

  @Test(
    "a megabyte of nesting is refused",
    arguments: ["(", "[", "{1:", "not ", "-", "a[", "f(", "a if ", "[a|f("])
  func nestedExpressions(opening: String) async {
    let count = 1_000_000 / opening.utf8.count
    let code = await errorOnSmallStack("{{ " + String(repeating: opening, count: count) + " }}")?.code
    #expect(code == .limitExceeded || code == .syntax || code == .unknownName)
  }

  @Test(
    "a megabyte of blocks inside one another is refused",
    arguments: ["{% if x %}", "{% for a in b %}", "{% macro a() %}", "{% filter upper %}", "{% generation %}"])
  func nestedBlocks(opening: String) async {
    let source = String(repeating: opening, count: 1_000_000 / opening.utf8.count)
    #expect(await errorOnSmallStack(source)?.code == .limitExceeded)
  }

  @Test(
    "long chains need no nesting",
    arguments: ["+1", "~1", "*1", " and 1", " or 0", " == 1", "|abs", ".real if 0 else 1", " is number"])
  func longChains(link: String) throws {
    let source = "{{ 1" + String(repeating: link, count: 20_000) + " }}"
    let code = error(source)?.code
    #expect(code == nil || code == .limitExceeded || code == .syntax || code == .wrongType)
  }

  @Test(
    "deepest allowed nesting renders on a small stack",
    arguments: [
      "{% macro r(n) %}{% if n > 0 %}{% for i in [1] %}{% if i %}{{ [(((r(n - 1))))][0] }}{% endif %}{% endfor %}"
        + "{% endif %}{% endmacro %}{{ r(1000) }}",
      "{% macro r(n) %}" + String(repeating: "{% if 1 %}", count: 90) + "{{ r(n) }}"
        + String(repeating: "{% endif %}", count: 90) + "{% endmacro %}{{ r(1) }}",
      "{% macro r(n) %}{{ " + String(repeating: "[", count: 90) + "r(n)" + String(repeating: "]", count: 90)
        + " }}{% endmacro %}{{ r(1) }}",
      "{% macro r(n) %}{% filter upper %}{% set q %}{{ [n] | map('string') | map('upper') | join ~ r(n) }}{% endset %}"
        + "{% endfilter %}{% endmacro %}{{ r(1) }}",
    ])
  func deepNesting(source: String) async {
    let code = await errorOnSmallStack(source)?.code
    #expect(code == .limitExceeded)
  }

  @Test(
    "faults name line, column and a cure",
    arguments: [
      ("a\n  {{ x | uper }}", 2, 10, TemplateError.Code.unknownName, "'upper'"),
      ("{{ 1 is strin }}", 1, 9, .unknownName, "'string'"),
      ("{% forr x in y %}", 1, 1, .unknownName, "'for'"),
      ("你好\n\n{% if x %}\n", 3, 1, .syntax, "endif"),
      ("{{ 'a' + 1 }}", 1, 4, .wrongType, "'~'"),
      ("é {{ missing.a }}", 1, 13, .undefinedValue, "is defined"),
      ("{{ x.append(1) }}", 1, 5, .forbidden, "namespace"),
      ("{{ 1 | round(mehtod='x') }}", 1, 6, .wrongType, "'method'"),
      ("{% include 'x' %}", 1, 1, .unsupported, "macros"),
      ("{# x", 1, 1, .syntax, "#}"),
    ])
  func messages(source: String, line: Int, column: Int, code: TemplateError.Code, cure: String) throws {
    let found = try #require(error(source, ["x": [1]]))
    #expect(found.code == code)
    #expect(found.line == line && found.column == column, "\(found)")
    #expect(found.description.contains(cure), "\(found)")
  }

  // Looking at every place again would take hours.
  @Test("a search made to be slow ends", .timeLimit(.minutes(1)))
  func slowSearch() throws {
    let source =
      "{% set a = 'a' * 2000000 %}{% set b = 'a' * 1000000 ~ 'b' %}{{ b in a }}{{ a.find(b) }}{{ a.rfind('b' ~ a) }}"
    let text = try ChatTemplate(source: source).render([:], now: TemplateFixtures.someTime).text
    #expect(text == "False-1-1")
  }

  @Test("templates with changed bytes end in text or in an error")
  func mutations() throws {
    let names = [
      "llama3_1_tools", "qwen2_5_tools", "qwen3_thinking", "deepseek_r1", "assistant_mask", "llama2", "gemma",
    ]
    let conversations = try TemplateFixtures.json("conversations.json")
    var sources = try names.map { try TemplateFixtures.text($0 + ".jinja") }
    for file in ["jinja_features.json", "jinja_more_features.json"] {
      let cases = try TemplateFixtures.json(file, in: TemplateFixtures.committed)["cases"]?.list ?? []
      sources += cases.compactMap { $0["template"]?.string }
    }
    let conversation = try #require(conversations["tool_call"])
    var limits = TemplateLimits()
    limits.steps = 20_000
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let pieces = Array("{}%#-+|()[]'\"\\~.,:=<>*/ \n09eax_".utf8) + [0xC3, 0xFF, 0x00]
    var outcomes = (texts: 0, errors: 0)
    for round in 0..<20_000 {
      var bytes = Array(sources[round % sources.count].utf8)
      for _ in 0...random(3) where !bytes.isEmpty {
        let position = random(bytes.count)
        switch random(4) {
        case 0: bytes.remove(at: position)
        case 1: bytes.insert(pieces[random(pieces.count)], at: position)
        case 2: bytes[position] = pieces[random(pieces.count)]
        default:
          let end = min(bytes.count, position + random(12))
          bytes.insert(contentsOf: bytes[position..<end], at: random(bytes.count))
        }
      }
      do throws(TemplateError) {
        let template = try ChatTemplate(source: String(decoding: bytes, as: UTF8.self))
        _ = try template.render(
          TemplateRequest(
            messages: conversation["messages"] ?? .none, tools: conversation["tools"] ?? .none, ending: .assistantTurn,
            variables: ["items": ["a", "b"], "n": 5, "d": ["k1": 1], "s": "héllo"]),
          now: TemplateFixtures.someTime, limits: limits)
        outcomes.texts += 1
      } catch {
        outcomes.errors += 1
      }
    }
    #expect(outcomes.texts > 0 && outcomes.errors > 0)
  }
}
