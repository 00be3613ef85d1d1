import InkFormats
import InkstoneCommand
import Synchronization
import Testing

@Suite("Progress of a fetch")
struct FetchProgressTests {
  /// What was written, and a clock that moves a second at each look.
  private final class Recorder: Sendable {
    private let text = Mutex("")
    private let moment = Mutex(ContinuousClock().now)
    func write(_ piece: String) { text.withLock { $0 += piece } }
    var written: String { text.withLock { $0 } }
    func now() -> ContinuousClock.Instant {
      moment.withLock {
        $0 = $0.advanced(by: .seconds(1))
        return $0
      }
    }
  }

  private func written(_ style: FetchProgress.Style, _ events: [HubEvent]) -> (String, FetchProgress) {
    let recorder = Recorder()
    let progress = FetchProgress(style: style, now: { recorder.now() }, write: { recorder.write($0) })
    for event in events { progress.show(event) }
    progress.finish()
    return (recorder.written, progress)
  }

  private let transfer: [HubEvent] = (0...40).map {
    .progress(file: "a.gguf", bytes: UInt64($0) * 1024, total: 40 * 1024)
  }

  @Test("without a terminal there is a line for each tenth and nothing to redraw")
  func lines() {
    let (text, _) = written(.lines, transfer)
    #expect(text.split(separator: "\n").count == 11)
    #expect(text.contains("a.gguf 50% of 40.0 KiB, 1.0 KiB/s\n"))
    #expect(!text.contains("\u{1B}") && !text.contains("\r"))
  }

  @Test("on a terminal one line is redrawn with rate and time left, and no line is wider than the terminal")
  func bar() {
    let (text, _) = written(.bar(columns: 70), transfer)
    #expect(!text.contains("\n"))
    let drawings = text.split(separator: "\r").map { $0.replacing("\u{1B}[K", with: "") }
    #expect(drawings.allSatisfy { $0.count < 70 })
    #expect(drawings.contains { $0.contains("50%") && $0.contains("1.0 KiB/s") && $0.contains("0:20 left") })
    #expect(text.hasSuffix("\r\u{1B}[K"))
  }

  @Test("nothing is said when nothing is wanted, but warnings are")
  func silent() {
    let warning = HubEvent.sourceFailed(source: "pip x", reason: "No network.")
    let (text, progress) = written(.silent, transfer + [warning])
    #expect(text == "warning: pip x failed: No network.\n")
    #expect(progress.fetchedAnything)
  }

  @Test("the licence is told, and the end of a file that was fetched")
  func remarks() {
    let (text, _) = written(
      .lines,
      [.licence(model: "m", licence: "MIT", terms: "Be kind.")] + transfer + [.finished(file: "a.gguf", path: "/a")])
    #expect(text.hasPrefix("m comes under MIT. Be kind.\n"))
    #expect(text.hasSuffix("a.gguf is complete, its checksum is right\n"))
  }

  @Test("a line without a known total shows what has arrived")
  func unknownTotal() {
    #expect(ProgressLine(label: "x", bytes: 2048).plain == "x 2.0 KiB")
    #expect(ProgressLine(label: "x", bytes: 2048, rate: 1024).drawn(columns: 40) == "x  2.0 KiB  1.0 KiB/s")
    #expect(ProgressLine(label: "x", bytes: 9, total: 0).drawn(columns: 40) == "x  9 B / 0 B")
  }
}
