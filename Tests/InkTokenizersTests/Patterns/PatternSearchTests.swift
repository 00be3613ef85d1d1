import InkTokenizers
import Testing

@Suite("Searches that remember what comes of their states", .timeLimit(.minutes(2)))
struct PatternSearchTests {
  /// How soon a search remembers (never, at once, after some work) and how much of it.
  static let efforts: [(patience: Int, memory: Int)] = [(.max, 1 << 20), (0, 1 << 20), (0, 8), (3, 1 << 20)]

  @Test("random expressions match as their definition says, with and without memory", arguments: 0..<8)
  func agree(group: Int) throws {
    var compared = 0
    for seed in 0..<500 {
      var random = DamagedFileTests.SplitMix(state: UInt64(group * 500 + seed))
      let part = ReferenceExpression.random(depth: Int.random(in: 1...4, using: &random), using: &random)
      // What a group gave is asked for again from other starts.
      let expression: ReferenceExpression =
        switch seed % 4 {
        case 0: .sequence([.ahead(part, isThere: true), .set(ReferenceExpression.alphabet)])
        case 1: .sequence([.either([.set(["a"]), .nothing]), .atomic(part), .set(ReferenceExpression.alphabet)])
        default: part
        }
      for _ in 0..<4 {
        let text = Self.text(near: part, using: &random)
        guard let wanted = expression.matches(in: text) else { continue }
        compared += 1
        for effort in Self.efforts {
          let found = try PieceInspection.matches(
            of: expression.source, in: String(text), patience: effort.patience, memory: effort.memory)
          #expect(found == wanted, "\(expression.source) in \(String(text)), \(effort)")
        }
      }
    }
    #expect(compared > 1900)
  }

  private static func text(
    near expression: ReferenceExpression, using random: inout some RandomNumberGenerator
  ) -> [Character] {
    var text = Array((expression.sample(using: &random) + expression.sample(using: &random)).prefix(12))
    for place in text.indices where Int.random(in: 0..<8, using: &random) == 0 {
      text[place] = ReferenceExpression.alphabet.randomElement(using: &random) ?? "a"
    }
    if Bool.random(using: &random) { text.append("b") }
    return text
  }

  @Test("a state in a loop that moved is another one than in a loop that did not")
  func loops() throws {
    for effort in Self.efforts {
      let found = try PieceInspection.matches(
        of: "v?(?=(?:v?(?:q|)|w)*!)(?:#|vw)", in: "vw!", patience: effort.patience, memory: effort.memory)
      #expect(found == ["vw"], "\(effort)")
    }
  }

  @Test(
    "expressions made to be slow come to an end",
    arguments: [
      ("(?:a|a)*b", "a", 0), ("(?:a|aa)+$", "a", 0), ("(?:a+a+)+y", "a", 0), ("(?:a*)*b", "a", 0),
      ("(?:(?:a*)*)*b", "a", 0), ("(?:a|b|ab)*?c", "a", 0), ("a*a*a*a*a*y", "a", 0), ("a*?a*?a*?a*?y", "a", 0),
      ("a{3,}a{3,}a{2,30}?b", "a", 0), ("(?:(?:a{1,9}){1,9}){1,9}b", "a", 0), ("(?:a?){40}a{40}b", "a", 0),
      ("(?:(?:|a)(?:|a)(?:|a)(?:|a)(?:|a)(?:|a)(?:|a)(?:|a)(?:|a)(?:|a))*b", "a", 0),
      ("(?=(?:a|a)*b)a|a", "a", 5000), ("(?:(?=(?:a|aa)*$)a|a)*b", "a", 0), ("(?:(?>a|aa)|aa)*b", "a", 0),
      ("(?:(?!(?:a|aa)*b)(?:a|aa))+c", "a", 0), ("(?=(?:(?=(?:(?=a*)a)*)a)*)a", "a", 5000),
      ("(?:b?a*y|a)", "a", 5000), ("(?:a|aé)*+é|(?:aé|a)+?b", "aé", 5001),
    ])
  func hostile(expression: String, unit: String, count: Int) throws {
    let text = String(repeating: unit, count: 5000) + "é"
    #expect(try PieceInspection.matches(of: expression, in: text).count == count)
  }

  @Test("a search forgets what does not fit, and finds the same")
  func forgets() throws {
    let text = String(repeating: "a", count: 3000) + "b" + String(repeating: "a", count: 300) + "c"
    for memory in [64, 1 << 10, 1 << 20] {
      let found = try PieceInspection.matches(of: "(?:a|aa)+$|(?:a|a)+c", in: text, patience: 0, memory: memory)
      #expect(found == [String(repeating: "a", count: 300) + "c"], "\(memory)")
    }
  }
}
