import Foundation
import InkData
import InkTraining
import Testing

@Suite struct BrokenRecordTests {
  private static let records = (0..<40).map { #"{"text": "the line \#($0) says that"}"# }

  /// A run over records of which some are broken.
  private func session(_ run: TinyRun, _ settings: [String]) throws -> DecoderSession {
    var lines = Self.records
    lines[3] = "{\"text\": \"no end"
    lines[17] = "[1]"
    lines[30] = "{\"words\": 1}"
    let file = run.folder.appendingPathComponent("records.jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    return try run.session(try run.recipe(settings: ["data=[{path: \(file.path)}]", "steps=2"] + settings))
  }

  @Test("A broken record ends a run before its first step, with its file and line")
  func refused() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let error = #expect(throws: TrainingError.self) { _ = try session(run, ["validation=~"]) }
    #expect(error?.code == .data)
    #expect(error?.context.contains("records.jsonl:4") == true, "\(error?.description ?? "")")
  }

  @Test("Broken records that are left out are counted, those that are held out among them")
  func skipped() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let session = try session(run, ["skip_bad=true"])
    #expect(session.brokenRecords == 3)
    let remark = try #require(session.remarks.first { $0.contains("broken") })
    #expect(remark.contains("3 broken records left out; the first: ") && remark.contains("records.jsonl:"))
    _ = try session.train(
      in: try run.open("run"), resumption: .auto, resumed: { _ in }, observe: { _ in }, shouldStop: { false })
    #expect(try RunSummary(folder: run.folder.appendingPathComponent("run").path).data?.brokenRecords == 3)
  }
}
