import InkChains
import InkChat
import InkTesting
import Synchronization
import Testing

@Suite struct ObserverTests {
  @Test("events become lines of JSON, counts and progress")
  func observers() async throws {
    let lines = Mutex<[String]>([])
    let progress = Mutex<[String]>([])
    let usage = UsageCounter(price: TokenPrice(prompt: 1, completion: 2))
    let model = ScriptedChatModel { _, _ in
      [.event(.reasoning("hm")), .text("a\"b"), .finish(prompt: 500_000, completion: 250_000)]
    }
    let chain = Chain("whole") {
      Transform("prompt") { (text: String) in [Message.user(text)] }
      Generate(model)
      Transform("fail") { (text: String) throws(ChainError) -> String in throw ChainError(.tool, context: text) }
    }
    let settings = RunSettings(
      observers: [
        EventLineWriter { line in lines.withLock { $0.append(line) } }, usage,
        ProgressText { line in progress.withLock { $0.append(line) } },
      ], clock: ChainClock(ManualClock()))
    await #expect(throws: ChainError.self) { try await chain("x", settings: settings) }
    let read = lines.withLock { $0 }
    #expect(read[0] == #"{"position":[0],"step":"whole","seconds":0.0,"event":"start","input":"x"}"#)
    #expect(read.contains(#"{"position":[0,1],"step":"Generate","seconds":0.0,"event":"text","text":"a\"b"}"#))
    #expect(read.last?.contains(#""event":"error","code":"tool""#) == true)
    #expect(usage.usage.money == 1 && usage.usage.requests == 1)
    #expect(
      progress.withLock { $0 } == [
        "whole", "  prompt", "  Generate", "  fail", "    failed: a\"b: the tool failed",
        "  failed: a\"b: the tool failed",
      ])
  }
}
