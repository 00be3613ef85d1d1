import Testing

@Suite("Forbidden constructs")
struct ForbiddenConstructTests {
  /// Targets whose Swift code may hold unsafe pointers and promises the compiler does not check.
  let unsafeTargets: Set<String> = ["InkTensor"]

  let unsafeWords = [
    "UnsafePointer", "UnsafeMutablePointer", "UnsafeRawPointer", "UnsafeMutableRawPointer", "UnsafeBufferPointer",
    "UnsafeMutableBufferPointer", "UnsafeRawBufferPointer", "UnsafeMutableRawBufferPointer", "OpaquePointer",
    "Unmanaged", "withUnsafe", "@unchecked Sendable", "nonisolated(unsafe)",
  ]

  let trappingWords = ["try!", "as!", "[String: Any]", "[String : Any]", "@testable"]

  /// A programmer's error goes through one function; these two may stand only in it.
  let trapWords = ["fatalError(", "preconditionFailure("]

  private func findings(_ words: [String], in files: [SourceFile]) -> [String] {
    files.flatMap { file in
      file.code.flatMap { number, text in
        words.filter { Self.has($0, in: text) }.map { "\(file.path):\(number): \($0)" }
      }
    }
  }

  /// Whether the word stands in the text as a word of its own.
  private static func has(_ word: String, in text: Substring) -> Bool {
    var rest = text
    while let range = rest.firstRange(of: word) {
      let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
      if !(before.isLetter || before.isNumber || before == "_") { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  @Test("unsafe pointers stay inside InkTensor and CInkKernels")
  func unsafePointers() {
    let files = Repository.current.files(under: "Sources", extensions: ["swift"])
      .filter { !unsafeTargets.contains($0.target) }
    let found = findings(unsafeWords, in: files)
    #expect(found.isEmpty, "use arrays, Span or RawSpan:\n\(found.joined(separator: "\n"))")
  }

  @Test("nothing outside tests traps on purpose or drops a type")
  func trappingConstructs() {
    let files = Repository.current.files(under: "Sources", extensions: ["swift"])
    let found = findings(trappingWords, in: files)
    #expect(found.isEmpty, "throw a typed error instead:\n\(found.joined(separator: "\n"))")
  }

  @Test("one function traps for a programmer's error, and it lives in InkTensor")
  func oneTrap() {
    let files = Repository.current.files(under: "Sources", extensions: ["swift"])
    let found = findings(trapWords, in: files)
    let places = Set(found.map { $0.split(separator: ":").first.map(String.init) ?? $0 })
    #expect(places.count <= 1, "\(found.joined(separator: "\n"))")
    #expect(places.allSatisfy { $0.hasPrefix("Sources/InkTensor/") }, "\(found.joined(separator: "\n"))")
  }

  @Test("tests use the public and package interface only")
  func testsAreOutside() {
    // Spelled in two parts so that this file does not find itself.
    let word = "@" + "testable"
    let files = Repository.current.files(under: "Tests", extensions: ["swift"])
      .filter { !$0.path.hasSuffix("ForbiddenConstructTests.swift") }
    #expect(findings([word], in: files) == [])
  }

  @Test("nothing unfinished is left behind")
  func noLeftovers() {
    let words = ["TODO", "FIXME", "XXX:", "HACK"]
    let found = Repository.current.files(under: "Sources", extensions: ["swift", "c", "h"]).flatMap { file in
      file.lines.enumerated().flatMap { offset, line in
        words.filter { Self.has($0, in: line) }.map { "\(file.path):\(offset + 1): \($0)" }
      }
    }
    #expect(found == [])
  }
}
