import Foundation
import InkRetrieval
import Synchronization
import Testing

@Suite("A watched folder")
struct WatchTests {
  /// A clock whose sleeps end when the test says so.
  private final class SteppedClock: Clock {
    typealias Duration = Swift.Duration
    struct Instant: InstantProtocol {
      var offset: Swift.Duration = .zero
      func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
      func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
      static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    var now: Instant { Instant() }
    var minimumResolution: Swift.Duration { .zero }
    private let steps: AsyncStream<Void>
    private let sleeping: AsyncStream<Void>.Continuation

    init(steps: AsyncStream<Void>, sleeping: AsyncStream<Void>.Continuation) {
      self.steps = steps
      self.sleeping = sleeping
    }

    func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
      sleeping.yield()
      for await _ in steps { return }
      throw CancellationError()
    }
  }

  @Test("changed files are read once they are left alone, and vanished ones are removed")
  func followed() async throws {
    let sample = try SampleBase()
    try sample.files.write("a.txt", "one")
    let (steps, step) = AsyncStream<Void>.makeStream()
    let (sleeping, asleep) = AsyncStream<Void>.makeStream()
    let clock = SteppedClock(steps: steps, sleeping: asleep)
    let watching = Task { await sample.base.watch(sample.files.path, every: .seconds(1), clock: clock) }
    var sleeps = sleeping.makeAsyncIterator()

    await sleeps.next()
    #expect(try await sample.names() == ["a.txt"])
    #expect(sample.embedder.texts.take() == ["one"])

    try sample.files.write("b.txt", "two")
    step.yield()
    await sleeps.next()
    // It may be half written at the first look.
    #expect(try await sample.names() == ["a.txt"])
    step.yield()
    await sleeps.next()
    #expect(try await sample.names() == ["a.txt", "b.txt"])
    #expect(sample.embedder.texts.take() == ["two"])

    try sample.files.remove("a.txt")
    for _ in 0..<2 {
      step.yield()
      await sleeps.next()
    }
    #expect(try await sample.names() == ["b.txt"])
    watching.cancel()
    step.finish()
    await watching.value
  }

  @Test("a folder that is gone for a while is told once each time, and nothing of it is removed")
  func gone() async throws {
    let sample = try SampleBase()
    let folder = sample.files.path + "/docs"
    try sample.files.write("docs/a.txt", "one")
    let (steps, step) = AsyncStream<Void>.makeStream()
    let (sleeping, asleep) = AsyncStream<Void>.makeStream()
    let clock = SteppedClock(steps: steps, sleeping: asleep)
    let troubles = Mutex<[RetrievalError.Code]>([])
    let watching = Task {
      await sample.base.watch(folder, every: .seconds(1), clock: clock) { event in
        if case .interrupted(let error) = event { troubles.withLock { $0.append(error.code) } }
      }
    }
    var sleeps = sleeping.makeAsyncIterator()
    await sleeps.next()
    for time in 1...2 {
      try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
      for _ in 0..<3 {
        step.yield()
        await sleeps.next()
      }
      #expect(troubles.withLock { $0 } == Array(repeating: .notFound, count: time))
      #expect(try await sample.names() == ["a.txt"])
      try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
      step.yield()
      await sleeps.next()
    }
    watching.cancel()
    step.finish()
    await watching.value
    #expect(try await sample.names() == ["a.txt"])
  }
}
