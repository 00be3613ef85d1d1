import Foundation
import InkRetrieval
import Testing

@Suite("Verifying citations")
struct CitationVerifierTests {
  private static let text = "The gate is green.\nCafé opens at noon."

  /// A base over a file, and a citation of its second line.
  private static func sample() async throws -> (SampleBase, CitationVerifier, Citation) {
    let sample = try SampleBase()
    try sample.files.write("gate.txt", text)
    _ = try await sample.base.add([sample.files.path])
    let document = try #require(try await sample.base.documents().first)
    let piece = try #require(try await sample.base.store.pieces(ofDocument: document.id, at: 1..<2).first)
    let citation = Citation(
      document: piece.document, sha256: piece.sha256, start: piece.piece.range.lowerBound,
      end: piece.piece.range.upperBound, page: nil, score: 1, text: piece.piece.text, quote: "opens at noon")
    return (sample, CitationVerifier(sample.base.store, extractor: SampleExtractor()), citation)
  }

  @Test("what stands in the source byte for byte is intact, in a file and in an upload")
  func intact() async throws {
    let (sample, verifier, citation) = try await Self.sample()
    _ = try await sample.base.add(bytes: Array(Self.text.utf8), name: "upload.txt")
    var other = citation
    other.document = "upload.txt"
    #expect(try await verifier.verdicts(on: [citation, other]) == [.intact, .intact])
    #expect(try await verifier.verdicts(on: []) == [])
  }

  @Test("a range or a quote that cannot be right is invalid")
  func invalid() async throws {
    let (sample, verifier, citation) = try await Self.sample()
    let changes: [@Sendable (inout Citation) -> Void] = [
      { $0.start = -1 }, { $0.end = $0.start }, { $0.end = .max }, { $0.start = .max }, { $0.quote = "" },
      { $0.quote = "opens at one" }, { $0.text += "x" }, { $0.text = "" },
      // The same letters in another composition are other bytes.
      { $0.quote = "Cafe\u{301}" },
    ]
    for change in changes {
      var forged = citation
      change(&forged)
      let verdict = try await verifier.verdicts(on: [forged])[0]
      guard case .invalid = verdict else {
        Issue.record("\(verdict) for \(forged)")
        continue
      }
    }
    withExtendedLifetime(sample) {}
  }

  @Test("a text that does not stand at the cited bytes differs")
  func differs() async throws {
    let (sample, verifier, citation) = try await Self.sample()
    var forged = citation
    forged.text = citation.text.replacing("noon", with: "nine")
    forged.quote = "nine"
    #expect(try await verifier.verdicts(on: [forged, citation]) == [.textDiffers, .intact])
    var beyond = citation
    beyond.start += 1_000
    beyond.end += 1_000
    #expect(try await verifier.verdicts(on: [beyond]) == [.textDiffers])
    withExtendedLifetime(sample) {}
  }

  @Test("a file with other bytes has changed, even where the cited ones are the same")
  func changed() async throws {
    let (sample, verifier, citation) = try await Self.sample()
    try sample.files.write("gate.txt", Self.text + "\nmore")
    let hash = EmbeddedPiece.hash(of: Self.text + "\nmore")
    #expect(try await verifier.verdicts(on: [citation]) == [.fileChanged(found: hash)])
  }

  @Test("a document or a file that is gone, or can be read no longer, is missing")
  func missing() async throws {
    let (sample, verifier, citation) = try await Self.sample()
    try Data([0xFF]).write(to: URL(fileURLWithPath: sample.files.path + "/gate.txt"))
    for action in 0..<3 {
      if action == 1 { try sample.files.remove("gate.txt") }
      if action == 2 { try await sample.base.remove(["gate.txt"]) }
      guard case .missing(let reason) = try await verifier.verdicts(on: [citation])[0] else {
        Issue.record("not missing")
        continue
      }
      #expect(reason.contains("gate.txt"))
    }
  }
}
