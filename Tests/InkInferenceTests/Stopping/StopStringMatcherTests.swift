import InkChat
import InkInference
import InkTensor
import Testing

@Suite("Stop strings")
struct StopStringMatcherTests {
  /// The definition, on the whole text: the stop string that ends first, the longest of those; text before it.
  private func naive(_ text: String, _ stops: [String]) -> (text: String, matched: String?) {
    let bytes = Array(text.utf8)
    for end in 0...bytes.count {
      let complete = stops.filter { bytes[..<end].suffix($0.utf8.count).elementsEqual($0.utf8) && $0.utf8.count <= end }
      if let winner = complete.max(by: { $0.utf8.count < $1.utf8.count }) {
        return (String(decoding: bytes[..<(end - winner.utf8.count)], as: UTF8.self), winner)
      }
    }
    return (text, nil)
  }

  @Test("the outcome for any split is that of a search in the whole text")
  func splits() throws {
    var random = RandomStream(seed: 11, name: "stop strings")
    let alphabet: [Character] = ["a", "b", "é", "砚", "台", "😀", " "]
    func word(_ length: Int) -> String {
      String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
    }
    var matches = 0
    for _ in 0..<3000 {
      let text = word(Int.random(in: 0...24, using: &random))
      let stops = (0..<Int.random(in: 0...3, using: &random)).map { _ in word(Int.random(in: 1...4, using: &random)) }
      let expected = naive(text, stops)
      var matcher = try StopStringMatcher(stops)
      var emitted = ""
      var matched: String?
      var rest = text[...]
      while !rest.isEmpty, matched == nil {
        let length = Int.random(in: 1...min(rest.count, 4), using: &random)
        let outcome = matcher.feed(String(rest.prefix(length)))
        emitted += outcome.text
        matched = outcome.matched
        rest = rest.dropFirst(length)
      }
      emitted += matcher.finish()
      #expect(emitted == expected.text && matched == expected.matched, "\(text) with \(stops)")
      if matched != nil { matches += 1 }
    }
    #expect(matches > 300)
  }

  @Test("only what could begin a stop string is held back")
  func holdsLittle() throws {
    var matcher = try StopStringMatcher(["</s>", "STOP"])
    #expect(matcher.feed("end <") == .init(text: "end ", matched: nil))
    #expect(matcher.feed("b> S") == .init(text: "<b> ", matched: nil))
    #expect(matcher.feed("TO") == .init(text: "", matched: nil))
    #expect(matcher.feed("!") == .init(text: "STO!", matched: nil))
    #expect(matcher.feed("x</") == .init(text: "x", matched: nil))
    #expect(matcher.feed("s> more") == .init(text: "", matched: "</s>"))
    #expect(matcher.feed("more") == .init(text: "", matched: "</s>"))
    #expect(matcher.finish() == "")
  }

  @Test("text held back at the end of the answer is given out")
  func flush() throws {
    var matcher = try StopStringMatcher(["终止"])
    #expect(matcher.feed("结束终").text == "结束")
    #expect(matcher.finish() == "终")
  }

  @Test("an empty stop string is refused by its place")
  func emptyStop() {
    #expect {
      _ = try StopStringMatcher(["a", ""])
    } throws: { error in
      (error as? GenerationError)?.code == .invalidOption && "\(error)".contains("stop string 1")
    }
  }
}
