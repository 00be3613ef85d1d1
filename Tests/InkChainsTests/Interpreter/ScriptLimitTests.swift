import InkChains
import Testing

@Suite struct ScriptLimitTests {
  private enum Ending: Hashable {
    case done(Script.Result)
    case failed(ChainError)
  }

  private func ending(_ source: String, _ limits: Script.Limits) -> Ending {
    do throws(ChainError) { return .done(try Script.run(source, limits: limits)) } catch { return .failed(error) }
  }

  @Test("a thousand random programs end within their limits, the same way each time", arguments: 0..<10)
  func random(part: Int) {
    let limits = Script.Limits(steps: 5_000, memory: 50_000, output: 500)
    for seed in part * 100..<part * 100 + 100 {
      var generator = RandomProgram(seed: UInt64(seed))
      let source = generator.text()
      let ending = ending(source, limits)
      switch ending {
      case .done(let result):
        #expect(result.output.utf8.count <= limits.output, "\(source)")
      case .failed(let error):
        #expect(error.code == .invalidInput || error.code == .budget, "\(error) of \(source)")
        #expect(error.context.hasPrefix("program, line"), "\(source)")
        #expect(error.description.utf8.count < 1_000, "\(source)")
      }
      #expect(self.ending(source, limits) == ending, "\(source)")
    }
  }

  @Test("of the first hundred random programs some come to their end, some are refused and some reach a limit")
  func endings() {
    var counts: [String: Int] = [:]
    for seed in 0..<100 {
      var generator = RandomProgram(seed: UInt64(seed))
      switch ending(generator.text(), Script.Limits(steps: 5_000, memory: 50_000, output: 500)) {
      case .done: counts["done", default: 0] += 1
      case .failed(let error): counts[error.code.rawValue, default: 0] += 1
      }
    }
    #expect(counts.keys.sorted() == ["budget", "done", "invalidInput"], "\(counts)")
  }

  // Each of these did its work in few steps; without a count of the bytes and elements it would go on for minutes.
  @Test(
    "what costs time is counted, however short it is to write",
    arguments: [
      "s = 'a' * 1000000\nt = s + 'b'\nwhile True: s < t",
      "s = 'a' * 1000000\nd = {}\nwhile True: d[s] = 1",
      "a = [0] * 1000000\nwhile True:\n  for x in a:\n    a[0] = 1\n    break",
      "s = 'a' * 400000\np = 'a' * 200000 + 'b'\nwhile True: s.find(p)",
      "s = 'a' * 400000\np = 'a' * 200000 + 'b'\nwhile True: p in s",
      "s = 'a' * 400000\np = 'a' * 200000 + 'b'\nwhile True: s.replace(p, '')",
      "s = 'a' * 400000\np = 'a' * 200000 + 'b'\nwhile True: s.split(p)",
      "sorted([1] * 3000000)",
    ])
  func work(source: String) {
    let error = #expect(throws: ChainError.self) { try Script.run(source) }
    #expect(error?.code == .budget)
    #expect(error?.context.hasPrefix("program, line") == true)
  }

  @Test("a line of many long words is refused before it is put together")
  func longLine() {
    let words = Array(repeating: "s", count: 10_000).joined(separator: ", ")
    let error = #expect(throws: ChainError.self) { try Script.run("s = 'a' * 1000000\nprint(\(words))") }
    #expect(error?.code == .budget)
  }

  @Test("a message quotes a value of the program shortly")
  func shortMessage() {
    let error = #expect(throws: ChainError.self) { try Script.run("d = {}\nd['x' * 100000]") }
    #expect(error?.code == .invalidInput)
    #expect((error?.description.count ?? .max) < 400)
  }

  @Test("a whole number that is too large is told, and not made another number")
  func largeNumber() {
    let error = #expect(throws: ChainError.self) { try Script.run("1\nprint(9223372036854775808)") }
    #expect(error?.context == "program, line 2")
    #expect(error?.hint.isEmpty == false)
  }

  @Test("a text with holes tells its own line, and none stands inside a hole")
  func holes() throws {
    let error = #expect(throws: ChainError.self) { try Script.run("a = 1\n\nf'{a ! 2}'") }
    #expect(error?.context == "program, line 3")
    let nested = #expect(throws: ChainError.self) { try Script.run(#"f"{F'{1}'}""#) }
    #expect(nested?.code == .invalidInput && nested?.context == "program, line 1")
  }

  @Test(
    "texts are searched as Python does, by code points",
    arguments: [
      ("'abcabd'.find('abd')", "3"), ("'砚台砚'.find('台')", "1"), ("'abc'.find('')", "0"), ("'abc'.find('abcd')", "-1"),
      ("'aaaa'.replace('aa', 'b')", "bb"), ("'aXbX'.split('X')", "['a', 'b', '']"), ("'ababac' in 'abababac'", "True"),
      ("'e\u{301}x'.replace('x', 'y')", "e\u{301}y"), ("'abc'.startswith('ab') and 'abc'.endswith('bc')", "True"),
      ("sorted(['b', 'a', 'c', 'a'])", "['a', 'a', 'b', 'c']"), ("sorted([])", "[]"),
      ("sorted([5, 4, 3, 2, 1])[0:2]", "[1, 2]"),
    ])
  func search(source: String, expected: String) throws {
    #expect(try Script.run(source).value == expected)
  }
}
