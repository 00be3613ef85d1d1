import InkChat
import Synchronization
import Testing

@Suite("Generation stream")
struct GenerationStreamTests {
  private static let result = GenerationResult(
    finishReason: .length, counts: TokenCounts(prompt: 1, completion: 2))

  @Test("the events arrive in order and the end is the finished event")
  func order() async throws {
    let stream = GenerationStream { sink in
      sink.send(.text("Hel"))
      sink.send(.token(GeneratedToken(chosen: TokenLogProbability(token: 4, logProbability: -0.5))))
      sink.send(.text("lo"))
      sink.finish(Self.result)
      sink.send(.text("too late"))
    }
    let answer = try await stream.collect()
    #expect(answer.text == "Hello")
    #expect(answer.tokens.map(\.chosen.token) == [4])
    #expect(answer.result == Self.result)
  }

  @Test("an error of the producer reaches the reader after the events before it")
  func failure() async {
    let failure = GenerationError(code: .contextExceeded, context: "prompt")
    let stream = GenerationStream { sink throws(GenerationError) in
      sink.send(.text("a"))
      throw failure
    }
    var seen: [GenerationEvent] = []
    do throws(GenerationError) {
      for try await event in stream { seen.append(event) }
      Issue.record("the stream ended without its error")
    } catch {
      #expect(error == failure)
    }
    #expect(seen == [.text("a")])
  }

  @Test("a producer that goes away without a result does not look like a finished answer")
  func cutOff() async {
    await #expect {
      _ = try await GenerationStream { $0.send(.text("half")) }.collect()
    } throws: { error in
      (error as? GenerationError)?.code == .modelFailure
    }
  }

  @Test("leaving the loop cancels the producer", .timeLimit(.minutes(1)))
  func dropped() async throws {
    let (cancelled, signal) = AsyncStream.makeStream(of: Void.self)
    func readOne() async throws(GenerationError) {
      let stream = GenerationStream { sink in
        while !Task.isCancelled {
          sink.send(.text("x"))
          await Task.yield()
        }
        signal.yield()
        signal.finish()
      }
      for try await _ in stream { break }
    }
    try await readOne()
    var count = 0
    for await _ in cancelled { count += 1 }
    #expect(count == 1)
  }

  @Test("a scheduler is told that its reader is gone", .timeLimit(.minutes(1)))
  func readerGone() async {
    let gone = Mutex(0)
    func make() -> GenerationSink {
      let (stream, sink) = GenerationStream.makeStream { gone.withLock { $0 += 1 } }
      _ = stream
      #expect(sink.send(.text("a")) == .delivered)
      return sink
    }
    let sink = make()
    #expect(gone.withLock { $0 } == 1)
    #expect(sink.send(.text("b")) == .readerGone)
  }

  @Test("cancelling the reading task throws cancelled", .timeLimit(.minutes(1)))
  func cancelledReader() async {
    let (stream, sink) = GenerationStream.makeStream {}
    let reader = Task { () -> GenerationError? in
      do throws(GenerationError) {
        _ = try await stream.collect()
        return nil
      } catch {
        return error
      }
    }
    sink.send(.text("a"))
    reader.cancel()
    #expect(await reader.value?.code == .cancelled)
  }
}
