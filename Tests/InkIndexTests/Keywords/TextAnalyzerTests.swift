import InkIndex
import Testing

@Suite("Texts become terms")
struct TextAnalyzerTests {
  /// A small dictionary in jieba's form.
  static let dictionary = """
    中华 100 nz
    华人 80 n
    人民 300 n
    共和 20 n
    共和国 90 n
    中华人民共和国 60 ns
    研究 500 v
    研究生 120 n
    生命 200 n
    命 50 n
    起源 90 n
    砚台 30 n
    """

  private func words() throws -> TextAnalyzer {
    TextAnalyzer(hanCutting: .words(try WordDictionary(TextAnalyzerTests.dictionary)))
  }

  @Test(
    "words, numbers and identifiers",
    arguments: [
      ("Running runners ran", ["run", "runner", "ran"]),
      ("Ｈｅｌｌｏ　ＷＯＲＬＤ", ["hello", "world"]),
      ("Straße STRASSE ﬁne", ["strass", "strass", "fine"]),
      ("don’t can't 'quoted'", ["don't", "can't", "quot"]),
      ("snake_case", ["snake_case", "snake", "case"]),
      ("camelCase HTTPServer2", ["camelcase", "camel", "case", "httpserver2", "http", "server", "2"]),
      ("__init__ _x", ["init", "x"]),
      ("3.14 1,000,000 7. 8,", ["3.14", "1000000", "7", "8"]),
      ("e\u{301}tude étude", ["étude", "étude"]),
      ("soft\u{AD}hyphen zero\u{200B}width", ["softhyphen", "zerowidth"]),
      ("Ⅳ x²", ["iv", "x2", "x", "2"]),
      ("ΣΊΣΥΦΟΣ σίσυφος", ["σίσυφοσ", "σίσυφοσ"]),
      ("Привет МИР", ["привет", "мир"]),
      ("🎉👍🏽!", ["🎉", "👍"]),
      ("", []), (" \n\t,.;", []), ("\u{301}", []), ("___", []),
    ])
  func plainTexts(text: String, expected: [String]) {
    #expect(TextAnalyzer().query(text).terms == expected)
  }

  @Test("runs of Han, kana and hangul are cut into pairs; documents hold the single characters too")
  func pairs() {
    let analyzer = TextAnalyzer()
    #expect(analyzer.query("用砚台磨墨，写字").terms == ["用砚", "砚台", "台磨", "磨墨", "写字"])
    #expect(analyzer.query("砚").terms == ["砚"])
    #expect(analyzer.terms(of: "砚台ink") == ["砚", "砚台", "台", "ink"])
    #expect(analyzer.query("サーバー ﾊﾞｰ 한국어").terms == ["サー", "ーバ", "バー", "バー", "한국", "국어"])
  }

  @Test("runs of Han are cut at the most probable place, with the shorter words inside")
  func dictionaryWords() throws {
    let analyzer = try words()
    #expect(analyzer.query("研究生命起源").terms == ["研究", "生命", "起源"])
    #expect(
      analyzer.terms(of: "中华人民共和国 ink") == ["中华", "华人", "人民", "共和", "共和国", "中华人民共和国", "ink"])
    #expect(analyzer.terms(of: "甲研究乙") == ["甲", "研究", "乙"])
    #expect(try WordDictionary(TextAnalyzerTests.dictionary).cut("中华人民共和国研究生") == ["中华人民共和国", "研究生"])
  }

  @Test("every range holds the bytes that the term was made from")
  func ranges() throws {
    let text = "Ｈéllo, 研究生命 fooBar 🎉 ﾊﾞ"
    let bytes = Array(text.utf8)
    let found = try words().words(of: text).map { word in
      "\(word.term)=\(String(decoding: bytes[word.range], as: UTF8.self))"
    }
    #expect(
      found == [
        "héllo=Ｈéllo", "研究=研究", "生命=生命", "foobar=fooBar", "foo=foo", "bar=Bar", "🎉=🎉", "バ=ﾊﾞ",
      ])
  }

  @Test("places to highlight neither overlap nor touch")
  func matches() throws {
    let text = "The runner RUNS; 研究生命起源 and running_fast 生命"
    let bytes = Array(text.utf8)
    for analyzer in [TextAnalyzer(), try words()] {
      let ranges = analyzer.matches(of: analyzer.query("run 生命 起源"), in: text)
      #expect(ranges.map { String(decoding: bytes[$0], as: UTF8.self) } == ["RUNS", "生命起源", "running", "生命"])
    }
    #expect(TextAnalyzer().matches(of: KeywordQuery(terms: []), in: text).isEmpty)
  }

  @Test("stop words are left out of documents and queries, folded and stemmed as they are")
  func stopWords() throws {
    let analyzer = TextAnalyzer(stopWords: .frequent(also: ["Inks"]))
    #expect(analyzer.query("THE ink of the seal").terms == ["seal"])
    var index = KeywordIndex(analyzer: TextAnalyzer(stopWords: .only(["running"])))
    try index.add(1, text: "run runs seal")
    #expect(index.averageLength == 1)
    #expect(try index.documentFrequency(of: "run") == 0)
  }

  @Test("a word of a megabyte is one short term, a run of a megabyte is cut")
  func longRuns() throws {
    let word = String(repeating: "a", count: 1 << 20)
    #expect(TextAnalyzer().terms(of: word).map(\.utf8.count) == [64])
    #expect(TextAnalyzer().words(of: word).map(\.range) == [0..<1 << 20])
    let marks = "e" + String(repeating: "\u{301}", count: 50_000)
    #expect(TextAnalyzer().terms(of: marks).count == 1)
    let run = String(repeating: "研究生命", count: 20_000)
    #expect(try words().terms(of: run).count == 40_000)
  }

  @Test("analyzers that make other terms have other identities")
  func identities() throws {
    let analyzers = [
      TextAnalyzer(), TextAnalyzer(stemming: .none), TextAnalyzer(stopWords: .frequent()),
      TextAnalyzer(stopWords: .only(["ink"])), try words(),
      TextAnalyzer(hanCutting: .words(try WordDictionary("砚台 3 n"))),
    ]
    #expect(Set(analyzers.map(\.identity)).count == analyzers.count)
    #expect(try words().identity == words().identity)
  }
}
