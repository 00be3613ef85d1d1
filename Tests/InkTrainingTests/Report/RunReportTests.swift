import Foundation
import InkTraining
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct RunReportTests {
  /// The points of the curves of a page, one list a curve.
  private static func curves(_ page: String) -> [[Substring]] {
    page.matches(of: /<polyline [^>]*points="([^"]*)"/).map { $0.output.1.split(separator: " ") }
  }

  private static func written() throws -> WrittenRun {
    let run = try WrittenRun("<b>&run")
    try run.write(
      (1...50).map { WrittenRun.step($0, loss: 4 - Double($0) / 20) }.joined() + "{broken\n", to: "metrics.jsonl")
    try run.write(
      WrittenRun.evaluation("</script><script>alert(1)", step: 20, loss: 3)
        + WrittenRun.evaluation("</script><script>alert(1)", step: 40, loss: 2.75),
      to: "evaluations.jsonl")
    try run.write((1...50).map { WrittenRun.timing($0, seconds: 2, speed: 1234) }.joined(), to: "timings.jsonl")
    try run.write("model: '<img src=x onerror=alert(1)>'\n", to: "recipe.yaml")
    try run.write(
      #"{"prompt":"<i>once","text":"\u0007\"upon\" & 'a' time","step":50}"# + "\n", to: "samples.jsonl")
    return run
  }

  @Test("The page shows loss with evaluations, rate, norm and speed, samples and the recipe")
  func page() throws {
    let run = try Self.written()
    let path = try RunReport.write(folder: run.folder)
    #expect(path == "\(run.folder)/report.html")
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(Self.curves(page).map(\.count) == [50, 2, 50, 50, 50])
    for words in ["Learning rate", "学习率", "prefers-color-scheme: dark", "1:40", "at step", "2.75"] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(page.contains("<dt><span class=\"en\" lang=\"en\">Damaged lines left out</span>"))
  }

  @Test("What stands in files is text, and nothing is loaded from elsewhere")
  func escaped() throws {
    let run = try Self.written()
    let page = try RunReport(folder: run.folder).html
    #expect(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"))
    #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
    #expect(page.contains("\u{FFFD}&quot;upon&quot; &amp; &#39;a&#39; time"))
    #expect(page.contains("<title>&lt;b&gt;&amp;run</title>"))
    #expect(page.components(separatedBy: "<script>").count == 2)
    for loading in ["http:", "https:", "src=\"", "href=", "url(", "@import", "<img", "<b>", "<i>once"] {
      #expect(!page.contains(loading), "\(loading)")
    }
    #expect(page.contains("default-src 'none'"))
  }

  @Test("Every element of the page is closed")
  func wellFormed() throws {
    let run = try Self.written()
    let page = try RunReport(folder: run.folder).html
    // The page as XML: what HTML leaves open is taken out, and attributes have their quotes already.
    let inner = page.replacing("<!doctype html>", with: "").replacing(/<meta [^>]*>/, with: "")
      .replacing(/<(style|script)>[^<]*<\/(style|script)>/, with: "")
    let parser = XMLParser(data: Data(inner.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  @Test("The losses stand in an SVG file of their own, with the names of files as text")
  func drawing() throws {
    let run = try Self.written()
    let path = "\(run.folder)/losses.svg"
    try RunReport.drawLosses(folder: run.folder, to: path)
    let drawing = try String(contentsOfFile: path, encoding: .utf8)
    #expect(Self.curves(drawing).map(\.count) == [50, 2])
    #expect(drawing.contains("&lt;/script&gt;&lt;script&gt;alert(1)</text>"))
    #expect(drawing.contains("prefers-color-scheme: dark"))
    let parser = XMLParser(data: Data(drawing.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  @Test("A run without a step is not drawn, and the error says what to do")
  func nothingToDraw() throws {
    let run = try WrittenRun()
    try run.write("", to: "metrics.jsonl")
    let error = try #require(throws: TrainingError.self) {
      try RunReport.drawLosses(folder: run.folder, to: "\(run.folder)/losses.svg")
    }
    #expect("\(error)".contains("inkstone train"))
    #expect(!FileManager.default.fileExists(atPath: "\(run.folder)/losses.svg"))
  }

  @Test("Long runs are thinned to 2000 points a curve, and a spike stays")
  func thinned() throws {
    let run = try WrittenRun()
    let spike = 31_415
    try run.write(
      (1...40_000).map { WrittenRun.step($0, loss: $0 == spike ? 50 : 2 + Double($0 % 7) / 10) }.joined(),
      to: "metrics.jsonl")
    let curve = try #require(Self.curves(try RunReport(folder: run.folder).html).first)
    #expect(curve.count <= 2000 && curve.count > 1500)
    // The highest point of the drawing is its upper edge, where only the spike reaches.
    #expect(curve.filter { $0.hasSuffix(",12.0") }.count == 1)
    #expect(curve.first?.hasPrefix("64.0,") ?? false)
    #expect(curve.last?.hasPrefix("748.0,") ?? false)
  }

  @Test(
    "Runs of no step, of one, of equal losses and of extreme ones have a page",
    arguments: [
      [], [2.5], [1, 1, 1], [0, 0], [-1e308, 1e308], [.leastNormalMagnitude, .leastNormalMagnitude],
      [1, 1.0000000000000002],
    ])
  func extremes(_ losses: [Double]) throws {
    let run = try WrittenRun()
    try run.write(
      losses.enumerated().map { WrittenRun.step($0 + 1, loss: $1) }.joined(), to: "metrics.jsonl")
    let page = try RunReport(folder: run.folder).html
    let curves = Self.curves(page)
    #expect(curves.first?.count ?? 0 == losses.count)
    #expect(!page.contains("nan") && !page.contains("inf"))
    #expect(page.contains("Nothing was noted."))
  }
}
