import InkChains
import InkChat
import Testing

@Suite struct ScriptTests {
  @Test(
    "expressions have the values of Python",
    arguments: [
      ("7 // 2, -7 // 2, 7 % -3, -7 % 3", "[3, -4, -2, 2]"), ("2 ** 10, 2 ** -1, -2 ** 2", "[1024, 0.5, -4]"),
      ("1 + 2 * 3 - 4 / 2", "5.0"), ("'ab' * 2 + 'c'", "ababc"),
      ("[1, 'a', None, True, 1.5]", "[1, 'a', None, True, 1.5]"),
      ("1 < 2 < 3, 1 < 3 < 2", "[True, False]"), ("0 or 'x', 1 and []", "['x', []]"), ("not 1 in [2]", "True"),
      ("'a' in 'cat', 3 not in {1: 2}", "[True, True]"),
      ("'inkstone'[0], 'inkstone'[-5:], [1,2,3][:2]", "['i', 'stone', [1, 2]]"),
      ("[x * x for x in range(5) if x % 2]", "[1, 9]"), ("sum(n for n in [1, 2, 3])", "6"),
      ("round(2.5), round(3.14159, 2)", "[2, 3.14]"),
      ("sorted([3, 1, 2]), max(4, 9), min([5, 2])", "[[1, 2, 3], 9, 2]"),
      ("'a,b'.split(','), '-'.join(['x', 'y'])", "[['a', 'b'], 'x-y']"),
      ("{'a': 1, 2: [3]}", "{'a': 1, 2: [3]}"), ("1 if [] else 2", "2"), ("len('砚台'), '砚台'[1]", "[2, '台']"),
      ("f'{1 + 1} of {{x}} {2 / 3:.2f} {1234567:,} {[1, 2][0:1]}'", "2 of {x} 0.67 1,234,567 [1]"), ("f''", ""),
      ("(-1) ** 9223372036854775807, 0 ** 0", "[-1, 1]"),
      ("range(9223372036854775800, 9223372036854775807, 5)", "[9223372036854775800, 9223372036854775805]"),
    ])
  func expressions(source: String, expected: String) throws {
    #expect(try Script.run(source).value == expected)
  }

  @Test("a program with functions, loops, branches and shared lists does what it says")
  func program() throws {
    let result = try Script.run(
      """
      def fib(n):
          # the usual
          if n < 2: return n
          return fib(n - 1) + fib(n - 2)

      counts = {}
      for word in "a b a c a".split():
          counts[word] = counts.get(word, 0) + 1
      shared = []
      other = shared
      other.append(fib(10))
      i = 0
      while True:
          i += 1
          if i == 3:
              continue
          elif i > 4:
              break
          shared.append(i)
      for k, v in counts.items():
          print(k, v)
      a, b = 1, 2
      a, b = b, a
      print(shared, a, b)
      """)
    #expect(result.output == "a 3\nb 1\nc 1\n[55, 1, 2, 4] 2 1\n")
    #expect(result.value == nil)
  }

  @Test(
    "what is not in the language is refused with its line",
    arguments: [
      "import os", "open('x')", "__import__('os')", "x.__class__", "eval('1')", "lambda: 1", "with x: y",
      "[].__len__()", "a.b",
      "print(", "'open", "1 +", "if 1:\n  2\n 3", "def f(:", "f(1)", "undefined", "[1][5]", "{}['x']", "1/0", "'a' + 1",
      "9223372036854775807 + 1",
      "2 ** 64", "int('x')", "1 == 1 < []", "break", "1 = 2", "{[]: 1}", "x = 1 y = 2", "f'{'", "f'{1:x}'",
      "f'{f(1)}'", "\u{1F600}",
    ])
  func refused(source: String) {
    let error = #expect(throws: ChainError.self) { try Script.run("1\n" + source) }
    #expect(error?.code == .invalidInput)
    #expect(error?.context.hasPrefix("program, line") == true)
  }

  @Test(
    "no program runs on, grows, recurses or prints without end",
    arguments: [
      "while True: pass", "x = 'a'\nwhile True: x = x + x", "x = [1] * 10000000000", "'a' * 9223372036854775807",
      "def f(n): return f(n + 1)\nf(0)", "while True: print('spam')", "range(1000000000000)",
      "x = []\nwhile True: x.append(x)",
      "x = [1]\nfor a in range(100000): x = x + x", "x = 'ab' * 1000000\nwhile True: x.replace('a', 'aaaa')",
      "while True: [1] * 1000",
    ])
  func limits(source: String) {
    let error = #expect(throws: ChainError.self) { try Script.run(source) }
    #expect(error?.code == .budget)
  }

  @Test(
    "nesting of a program is bounded", arguments: ["(", "[", "-", "not ", "{1:", "f(", "x[", "1 if 2 else ", "if 1: "])
  func nesting(piece: String) {
    let error = #expect(throws: ChainError.self) { try Script.run(String(repeating: piece, count: 10_000)) }
    #expect(error?.code == .invalidInput)
    let chain = #expect(throws: ChainError.self) { try Script.run("1" + String(repeating: " + 1", count: 5_000)) }
    #expect(chain?.expected.contains("in a row") == true)
    // What people write is not refused with it.
    #expect(throws: Never.self) { try Script.run("1" + String(repeating: " + 1", count: 30)) }
  }

  @Test("a list that holds itself is shown and freed")
  func cycle() throws {
    #expect(
      try Script.run("x = []\nx.append(x)\nx").value == String(repeating: "[", count: 16) + "…"
        + String(repeating: "]", count: 16))
    #expect(try Script.run("d = {}\nd['d'] = d\nprint(len(str(d)) > 10)").output == "True\n")
  }
}
