import Foundation
import Testing

/// The default model, when it is here: `INKSTONE_TEST_MODEL` names its file, else the cache is looked into.
@Suite("The default model", .enabled(if: RealModel.isHere, "smollm2-135m is not on this machine"))
struct RealModelTests {
  private let caches: TemporaryFolder
  private let model: String

  init() throws {
    caches = try TemporaryFolder()
    model = try #require(RealModel.path)
  }

  @Test("the real model knows the capital of France")
  func capital() throws {
    let answer = try ProgramRun(
      [
        "generate", "--model", model, "--prompt", "The capital of France is", "--max-tokens", "2", "--temperature", "0",
        "--json",
      ], caches: caches
    ).json()
    #expect(answer["text"] as? String == " Paris.")
  }

  @Test("the real model passes the examination")
  func examination() throws {
    let answer = try ProgramRun(["doctor", model], caches: caches)
    #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
  }

  @Test("the real model remembers what was said before, and reuses its prompt")
  func conversation() throws {
    let talk = try ProgramRun(
      ["chat", model, "--temperature", "0", "--max-tokens", "16"], input: "Hello!\nAnd you?\n", caches: caches)
    #expect(talk.status == 0)
    #expect(talk.errors.contains("reused"))
  }

  @Test(
    "the real model asks a table for columns that exist, and its user is told that it is small",
    arguments: ["Which city sold most?", "How much was sold in each month?", "哪个城市卖得最多？"])
  func table(question: String) throws {
    let file = try caches.write("city,month,order\nOslo,1,20\nBergen,1,5\nOslo,2,7\n", to: "sales.csv")
    let answer = try ProgramRun(["app", "table", file, question, "--model", model, "--json"], caches: caches)
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.errors.contains("has 134 million weights") && answer.errors.contains("--model"))
    #expect((try answer.json()["sql"] as? String)?.hasPrefix("SELECT ") == true)
  }

  @Test("a conversation has a price and ends at its limit")
  func cost() throws {
    let talk = try ProgramRun(
      [
        "chat", model, "--temperature", "0", "--max-tokens", "8", "--json", "--price", "1000000/0", "--max-cost", "200",
      ], input: "Hello!\n" + String(repeating: "And you? ", count: 100) + "\n", caches: caches)
    #expect(talk.status == 4, "\(talk.errors)")
    #expect(talk.output.contains("\"cost\""))
    #expect(talk.errors.contains("money"))
  }

  @Test("special tokens in a text become one id, or stay text when that is asked for")
  func specialTokens() throws {
    func count(_ options: [String]) throws -> Int {
      let arguments = ["tokenize", "--model", model, "--text", "<|im_end|>", "--json"] + options
      return (try ProgramRun(arguments, caches: caches).json()["ids"] as? [Int])?.count ?? 0
    }
    #expect(try count([]) == 1)
    #expect(try count(["--spelled-tokens", "text"]) > 1)
  }

  @Test("inspect predicts the memory that a run takes, within a tenth", arguments: [(448, 64), (1948, 100)])
  func memory(prompt: Int, answer: Int) throws {
    let predicted = try ProgramRun(
      ["inspect", model, "--memory", "--context", "\(prompt + answer)", "--json"], caches: caches
    ).json()
    let measured = try ProgramRun(
      [
        "bench", "--model", model, "--prompt", "\(prompt)", "--generate", "\(answer)", "--repeat", "1", "--json",
      ], caches: caches
    ).json()
    let expected = try #require(predicted["memory_all"] as? Double)
    let found = try #require(measured["peak_rss_bytes"] as? Double)
    #expect(abs(found - expected) < 0.1 * found, "predicted \(expected), measured \(found)")
  }
}
