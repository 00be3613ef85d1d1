import InkChat
import InkInference
import Synchronization
import Testing

@Suite("Long texts", .timeLimit(.minutes(1)))
struct LongTextTests {
  /// Counts how many are at work at the same time.
  private final class Counter: Sendable {
    private let state = Mutex((now: 0, most: 0, all: 0))

    func enter() {
      state.withLock { state in
        state.now += 1
        state.all += 1
        state.most = max(state.most, state.now)
      }
    }

    func leave() { state.withLock { $0.now -= 1 } }

    var most: Int { state.withLock { $0.most } }
    var all: Int { state.withLock { $0.all } }
  }

  private final class Gate: Sendable {
    private let state = Mutex(false)

    var isOpen: Bool { state.withLock { $0 } }

    func open() { state.withLock { $0 = true } }
  }

  @Test("long texts are read one at a time")
  func inTurn() async throws {
    let desk = LongTextDesk()
    let counter = Counter()
    let read = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<8 {
        group.addTask {
          try await desk.read(byteCount: LongTextDesk.shortTextLimit + 1) { () throws(GenerationError) in
            counter.enter()
            defer { counter.leave() }
            // Long enough for the others to come in, if they could.
            return (0..<200_000).reduce(index) { $0 &* 31 &+ $1 } & 0 + index
          }
        }
      }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(read.sorted() == Array(0..<8))
    #expect(counter.all == 8)
    #expect(counter.most == 1)
  }

  @Test("a short text does not wait for a long one")
  func short() async throws {
    let desk = LongTextDesk()
    let gate = Gate()
    async let blocked: Void = desk.read(byteCount: .max) { () throws(GenerationError) in
      while !gate.isOpen {}
    }
    // It is read on the caller's own thread: also while the desk is taken.
    let answered = try await desk.read(byteCount: LongTextDesk.shortTextLimit) { () throws(GenerationError) in 7 }
    gate.open()
    try await blocked
    #expect(answered == 7)
  }

  @Test("a text that cannot fit is refused by its bytes, before it is read")
  func refused() async throws {
    let model = LocalChatModel(try TestModels.tiny("llama", context: 64))
    let text = String(repeating: "a", count: 4_000_000)
    let error = await #expect(throws: GenerationError.self) {
      for try await _ in model.stream(continuing: .text(text), options: GenerationOptions(maximumTokens: 1)) {}
    }
    #expect(error?.code == .contextExceeded)
    #expect(error?.found.contains("4000000 bytes") == true)
  }
}
