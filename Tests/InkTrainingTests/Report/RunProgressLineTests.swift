import InkTraining
import Testing

@Suite struct RunProgressLineTests {
  private static func report(_ step: Int) -> StepReport {
    StepReport(step: step, loss: 2.5, learningRate: 0.0003, gradientNorm: 1, tokens: 4096)
  }

  @Test("A terminal gets a line with a bar, step, loss, rate, speed and the time left, drawn over the last")
  func terminal() throws {
    var line = RunProgressLine(place: .terminal(columns: 100), total: 200, start: 10)
    let update = line.update(Self.report(50), at: 12)
    let text = try #require(update)
    #expect(
      text
        == "\r[#######.......................]  50/200  loss 2.500  rate 3.00e-4  2.05k tokens/s  5:00 left\u{1B}[K")
  }

  @Test("No line is wider than the terminal, and the step is the last to go", arguments: 0...120)
  func widths(_ columns: Int) throws {
    var line = RunProgressLine(place: .terminal(columns: columns), total: 1000, start: 0)
    let update = line.update(Self.report(10), at: 1)
    let text = try #require(update)
    let shown = text.dropFirst().dropLast(3)
    #expect(shown.count <= max(columns - 1, 0))
    #expect(columns < 8 || shown.contains("10/1000"))
    #expect(columns < 22 || shown.contains("loss"))
  }

  @Test("Where there is no terminal, whole lines come at the start, every ten seconds and at the end")
  func stream() {
    var line = RunProgressLine(place: .stream, total: 30, start: 0)
    let shown = (1...30).compactMap { line.update(Self.report($0), at: Double($0)) }
    #expect(shown.count == 4)
    #expect(shown.first == "1/30  loss 2.500  rate 3.00e-4  4.10k tokens/s  0:29 left\n")
    #expect(shown.last == "30/30  loss 2.500  rate 3.00e-4  4.10k tokens/s\n")
  }

  @Test("A terminal is drawn ten times a second at most")
  func pace() {
    var line = RunProgressLine(place: .terminal(columns: 80), total: nil, start: 0)
    let shown = (1...100).compactMap { line.update(Self.report($0), at: Double($0) / 64) }
    #expect((14...16).contains(shown.count))
  }

  @Test("A clock that stands still or goes back leaves no speed behind")
  func standingClock() throws {
    var line = RunProgressLine(place: .stream, total: 5, start: 3)
    let update = line.update(Self.report(1), at: 3)
    let text = try #require(update)
    #expect(text == "1/5  loss 2.500  rate 3.00e-4\n")
    let early = line.update(Self.report(2), at: 1)
    #expect(early == nil)
  }
}
