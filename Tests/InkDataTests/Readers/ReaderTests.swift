import InkData
import Testing

@Suite struct ReaderTests {
  @Test("JSON Lines with BOM, CRLF and empty lines give a record a line")
  func jsonLines() throws {
    let files = FilesInMemory([
      "a.jsonl": "\u{FEFF}{\"text\": \"one\"}\r\n\r\n{\"text\": \"zwei ü\"}\n  \n{\"text\":\"三\"}"
    ])
    #expect(try files.open("a.jsonl").texts() == ["one", "zwei ü", "三"])
  }

  @Test("A JSON array gives its elements, also over several lines and with brackets in texts")
  func jsonArray() throws {
    let text = """
      [
        {"text": "a ] } , \\" b"},
        {"text":
           "c", "meta": {"list": [1, [2]]}}
      , {"text": "d"} ]
      """
    let dataset = try FilesInMemory(["a.json": text]).open("a.json")
    #expect(try dataset.texts() == ["a ] } , \" b", "c", "d"])
    #expect((0..<3).map { dataset.origin(at: $0).line } == [2, 3, 5])
    #expect(try FilesInMemory(["b.json": "[]", "c.json": "[ {\"text\":\"x\"} ]"]).open("b.json", "c.json").count == 1)
  }

  @Test("A .json file that holds a record a line is read as such")
  func jsonLinesByAnotherName() throws {
    let files = FilesInMemory(["a.json": "{\"text\": \"one\"}\n{\"text\": \"two\"}\n"])
    #expect(try files.open("a.json").texts() == ["one", "two"])
  }

  @Test(
    "UTF-16 is read, with and without a mark", arguments: [(false, true), (true, true), (false, false), (true, false)])
  func utf16(isBig: Bool, isMarked: Bool) throws {
    let text = (isMarked ? "\u{FEFF}" : "") + "{\"text\": \"Grüße 🙂 你好\"}\r\n{\"text\": \"b\"}"
    let bytes = text.utf16.flatMap { unit in
      isBig ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
    }
    let files = FilesInMemory(bytes: ["a.jsonl": bytes])
    #expect(try files.open("a.jsonl").texts() == ["Grüße 🙂 你好", "b"])
    let cut = FilesInMemory(bytes: ["a.jsonl": Array(bytes.dropLast())])
    if isMarked { #expect(dataError { _ = try cut.open("a.jsonl") }?.code == .invalidRecord) }
  }

  @Test("Tables follow RFC 4180: quotes, doubled quotes, line ends inside, CRLF, an empty last field")
  func table() throws {
    let text = "text,label\r\n\"a, \"\"b\"\"\r\nc\",yes\r\nplain \"q\"\"q,no\n\"\",\"x\"\n"
    let dataset = try FilesInMemory(["a.csv": text]).open("a.csv")
    let found = try dataset.examples().map { example in
      if case .labelled(let item) = example { "\(item.text)/\(item.label)" } else { "?" }
    }
    #expect(dataset.count == 3)
    #expect(found[0].hasPrefix("a, \"b\"\r\nc/"))
    #expect(found[1].hasPrefix("plain \"q\"\"q/"))
    #expect(found[2].hasPrefix("/"))
    #expect((0..<3).map { dataset.origin(at: $0).line } == [2, 4, 5])
  }

  @Test("Tabs separate in .tsv files, where commas are text")
  func tabs() throws {
    let dataset = try FilesInMemory(["a.tsv": "id\ttext\n1\ta, b\n2\t\"c\td\""]).open("a.tsv")
    #expect(try dataset.texts() == ["a, b", "c\td"])
    #expect(dataset.report.unusedFields == ["id"])
  }

  @Test("Text files are documents, or are divided by lines, empty lines or a separator line")
  func plainText() throws {
    let files = FilesInMemory(["a.txt": "one\r\ntwo\n\n \nthree\n%\nfour\n%\n\n%\n"])
    func texts(_ division: TextDocuments.Division) throws -> [String] {
      try files.open("a.txt", documents: TextDocuments(division: division)).texts()
    }
    #expect(try texts(.wholeFile) == ["one\ntwo\n\n \nthree\n%\nfour\n%\n\n%\n"])
    #expect(try texts(.lines) == ["one", "two", "three", "%", "four", "%", "%"])
    #expect(try texts(.blankLines) == ["one\ntwo", "three\n%\nfour\n%", "%"])
    #expect(try texts(.separatorLine("%")) == ["one\ntwo\n\n \nthree", "four"])
  }

  @Test("Colour codes of terminals are taken out when asked for")
  func terminalCodes() throws {
    let files = FilesInMemory(["a.txt": "\u{1B}[1;32m静夜思\u{1B}[m\n\u{1B}]0;title\u{07}床前\u{1B}(B明月光\u{1B}"])
    let stripped = TextDocuments(terminalCodes: .strip)
    #expect(try files.open("a.txt", documents: stripped).texts() == ["静夜思\n床前明月光"])
    #expect(try files.open("a.txt").texts()[0].contains("\u{1B}[1;32m"))
  }

  @Test(
    "A broken record is an error that names file and line",
    arguments: [
      ("a.jsonl", "{\"text\": \"a\"}\n{\"text\": \n", "a.jsonl:2"),
      ("a.jsonl", "{\"text\": \"a\"}\n\n[1]\n", "a.jsonl:3"),
      ("a.jsonl", "{\"text\": 5}\n", "a.jsonl:1"),
      ("a.jsonl", "{\"text\": \"a\"}\n{\"txet\": \"a\"}\n", "a.jsonl:2"),
      ("a.json", "[{\"text\": \"a\"},\n {\"text\": tru}]", "a.json:2"),
      ("a.json", "[{\"text\": \"a\"}\n {\"text\": \"b\"}]", "a.json:2"),
      ("a.json", "[{\"text\": \"a\"},\n\n]", "a.json:3"),
      ("a.json", "[{\"text\": \"a\"}", "a.json:1"),
      ("a.json", "[\n{\"text\": \"a", "a.json:2"),
      ("a.csv", "text,label\na,b\nc\n", "a.csv:3"),
      ("a.csv", "text,label\na,b\n\n\"c,d\n", "a.csv:4"),
      ("a.csv", "text,label\n\"a\"b,c\n", "a.csv:2"),
      ("a.csv", "text,text\na,b\n", "a.csv:1"),
    ])
  func brokenRecords(name: String, text: String, place: String) {
    let error = dataError { _ = try FilesInMemory([name: text]).open(name) }
    #expect(error?.code == .invalidRecord)
    #expect(error?.context.hasPrefix(place) == true, "\(String(describing: error))")
  }

  @Test("Skipped records are counted, and the first few are remembered with their lines")
  func skipping() throws {
    let lines = (0..<20).map { $0 % 2 == 0 ? "{\"text\": \"\($0)\"}" : "{\"text\": " }
    let dataset = try FilesInMemory(["a.jsonl": lines.joined(separator: "\n")]).open("a.jsonl", faulty: .skip)
    #expect(dataset.count == 10)
    #expect(dataset.report.skippedCount == 10)
    #expect(
      dataset.report.firstFaults.map { $0.context.prefix(9) } == [
        "a.jsonl:2", "a.jsonl:4", "a.jsonl:6", "a.jsonl:8", "a.jsonl:1",
      ])
    #expect(try dataset.texts()[9] == "18")
    let all = dataError { _ = try FilesInMemory(["a.jsonl": "{\n{"]).open("a.jsonl", faulty: .skip) }
    #expect(all?.found.hasPrefix("2 broken ones") == true)
  }

  @Test("Bytes that are not UTF-8 are a broken record")
  func invalidText() {
    for name in ["a.jsonl", "a.txt", "a.csv"] {
      let bytes = Array("text\n{\"text\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
      let files = FilesInMemory(bytes: [name: bytes])
      #expect(dataError { _ = try files.open(name, format: .text) }?.code == .invalidRecord)
    }
  }

  @Test("Formats that are not read are named", arguments: ["parquet", "arrow", "zst", "docx", "tar.gz"])
  func unsupported(name: String) {
    let error = dataError { _ = try FilesInMemory(["a.\(name)": "x"]).open("a.\(name)") }
    #expect(error?.code == .unsupported)
    #expect(name == "tar.gz" || error?.found == ".\(name)")
  }

  @Test("A compressed file is read where a decompressor is given, by the name inside")
  func decompressor() throws {
    struct Reversing: FileDecompressor {
      let fileExtension = "gz"
      func decompressed(_ bytes: [UInt8], path: String) throws(DataError) -> [UInt8] { bytes.reversed() }
    }
    let text = Array("{\"text\": \"x\"}".utf8)
    let files = FilesInMemory(bytes: ["a.jsonl.gz": text.reversed()])
    let source = DataSource(name: "packed", paths: ["a.jsonl.gz"])
    #expect(try Dataset(source, files: files, decompressors: [Reversing()]).texts() == ["x"])
  }
}
