import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct ChainTests {
  @Test("steps run in order, each on the output of the one before it")
  func order() async throws {
    let chain = Chain {
      Transform("number") { (text: String) throws(ChainError) in
        guard let number = Int(text) else { throw ChainError(.invalidInput, context: "number", found: text) }
        return number
      }
      Transform("double") { (number: Int) in number * 2 }
      Transform("word") { (number: Int) in "<\(number)>" }
    }
    #expect(try await chain("21") == "<42>")
    await #expect(throws: ChainError(.invalidInput, context: "number", found: "x")) { try await chain("x") }
  }

  @Test("every start, token, end and error is told with its place, also of chains in chains")
  func events() async throws {
    let inner = Chain("ask") {
      Transform("prompt") { (text: String) in [Message.user(text)] }
      Generate(ScriptedChatModel("Hel", "lo"))
    }
    let chain = Chain {
      inner
      Transform("fail") { (text: String) throws(ChainError) -> String in
        throw ChainError(.tool, context: "fail", found: text)
      }
    }
    let log = EventLog()
    await #expect(throws: ChainError.self) {
      try await chain("hi", settings: RunSettings(observers: [log]))
    }
    #expect(
      log.lines == [
        "0 ask start hi", "0.0 prompt start hi", "0.0 prompt end user: hi", "0.1 Generate start user: hi",
        "0.1 Generate text Hel", "0.1 Generate text lo", "0.1 Generate usage 1 2", "0.1 Generate end Hello",
        "0 ask end Hello", "1 fail start Hello", "1 fail failed tool",
      ])
  }

  @Test("a stream delivers text before the model is done, and the output last")
  func streaming() async throws {
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let model = ScriptedChatModel { _, _ in
      [.text("one "), .wait { for await _ in gate {} }, .text("two"), .finish()]
    }
    let chain = Chain {
      Transform("prompt") { (text: String) in [Message.user(text)] }
      Generate(model)
      Transform("shout") { (text: String) in text.uppercased() }
    }
    var pieces: [String] = []
    var output: String?
    for try await update in chain.stream("go") {
      switch update {
      case .event(let event):
        guard case .text(let piece) = event.happening else { continue }
        pieces.append(piece)
        // The model waits for this reader to have seen the first piece.
        opener.finish()
      case .output(let text): output = text
      }
    }
    #expect(pieces == ["one ", "two"])
    #expect(output == "ONE TWO")
  }

  @Test("leaving the stream cancels the model that is at work")
  func cancellation() async throws {
    let (gone, teller) = AsyncStream.makeStream(of: Void.self)
    let model = ScriptedChatModel(
      onReaderGone: { teller.finish() }, steps: { _, _ in [.text("one"), .hold] })
    let chain = Chain {
      Transform("prompt") { (text: String) in [Message.user(text)] }
      Generate(model)
    }
    var told: [String] = []
    for try await update in chain.stream("go") {
      guard case .event(let event) = update, case .text(let text) = event.happening else { continue }
      told.append(text)
      break
    }
    for await _ in gone {}
    #expect(told == ["one"])
  }

  @Test("a cancelled task ends a chain with an error that says so", arguments: [nil, Duration.seconds(3_600)])
  func cancelledTask(time: Duration?) async throws {
    let chain = Chain {
      Transform("prompt") { (text: String) in [Message.user(text)] }
      Generate(ScriptedChatModel { _, _ in [.hold] })
    }
    let (begun, teller) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await chain(
        "go",
        settings: RunSettings(
          observers: [
            ClosureObserver { event in if event.step == "Generate" { teller.finish() } }
          ], budget: Budget(time: time)))
    }
    for await _ in begun {}
    task.cancel()
    let result = await task.result
    guard case .failure(let error as ChainError) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(error.code == .cancelled)
  }

  @Test("a batch keeps order, holds its limit and lets a failing input fail alone")
  func batch() async throws {
    let counter = Counter()
    let step = Transform("work") { (number: Int) throws(ChainError) in
      counter.enter()
      for _ in 0..<20 { await Task.yield() }
      counter.leave()
      if number == 3 { throw ChainError(.tool, context: "three") }
      return number * 10
    }
    let results = await step.batch(Array(0..<8), concurrency: 3)
    #expect(results.map { try? $0.get() } == [0, 10, 20, nil, 40, 50, 60, 70])
    #expect(counter.most <= 3)
  }
}
