import InkRetrieval
import Testing

@Suite("Phrases in a query")
struct PhraseTests {
  @Test(
    "what stands between two marks is a phrase, in the marks of any language; a mark alone is none",
    arguments: [
      ("reset \"the button\" now", ["the button"]), ("“重置按钮” 和「保修期」", ["重置按钮", "保修期"]),
      ("a 5\" disk and a 6\" disk", []), ("\"open", []), ("\"\" \"  \"", []), ("plain words", []),
      ("(\"one two\")", ["one two"]), ("«un deux» „drei vier“", ["un deux", "drei vier"]),
    ])
  func marks(query: String, phrases: [String]) {
    #expect(PhraseQuery(query).phrases == phrases)
    for phrase in phrases { #expect(PhraseQuery(query).words.contains(phrase)) }
  }

  @Test("a search by words finds a phrase only where its words stand one after the other")
  func keyword() async throws {
    let library = try await SampleLibrary()
    let search = library.search(SearchPlan(mode: .keyword, count: 9))
    func texts(_ query: String) async throws -> [String] {
      try await search.search(query).results.map(\.piece.piece.text)
    }
    #expect(try await texts("\"reset button\"") == ["Hold the reset button of the router for 10 seconds."])
    #expect(try await texts("\"button reset\"") == [])
    #expect(try await texts("\"reset is done\" router") == ["The lamp blinks three times when the reset is done."])
    #expect(try await texts("“路由器的保修期”") == ["路由器的保修期为二十四个月。"])
    #expect(try await texts("“保修期的路由器”") == [])
    // Words are compared as they are indexed: folded and stemmed.
    #expect(try await texts("\"BUTTONS of the Routers\"").count == 1)
  }

  @Test("a phrase is found however many pieces hold its words apart")
  func deep() async throws {
    let apart = (0..<300).map { "blue whale and red whale, red blue whale, number \($0)" }.joined(separator: "\n")
    let library = try await SampleLibrary([("a.txt", apart), ("b.txt", "a long line of words that says blue red once")])
    let search = library.search(SearchPlan(mode: .keyword, count: 3))
    #expect(try await search.search("\"blue red\"").results.map(\.piece.document) == ["b.txt"])
    #expect(try await search.search("\"red blue\"").results.count == 3)
  }

  @Test("beside a search by meaning, a phrase that no piece holds counts as its words")
  func hybrid() async throws {
    let library = try await SampleLibrary()
    let (_, trace) = try await library.search(SearchPlan(count: 9)).search("what is \"descale warranty\"")
    let words = try #require(trace.entries.first { $0.stage == .keyword })
    #expect(Set(words.results.map(\.piece.document)) == ["kettle.txt", "router.txt"])
    let (_, other) = try await library.search(SearchPlan(count: 9)).search("is \"the reset\" done")
    #expect(other.entries.first { $0.stage == .keyword }?.results.count == 2)
  }
}
