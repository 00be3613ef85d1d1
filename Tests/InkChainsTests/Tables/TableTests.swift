import Foundation
import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct TableTests {
  private let csv = "city,people,code,area\r\n\"Bern, Stadt\",134000,007,51.6\r\n北京,21540000,010,16410\r\nX,,001,\r\n"

  private func database(_ limits: TableDatabase.Limits = .init()) throws -> TableDatabase {
    try TableDatabase([Table(name: "cities", csv: csv)], limits: limits)
  }

  @Test("comma-separated values keep quotes and know their numbers")
  func reading() throws {
    let table = try Table(name: "cities", csv: csv)
    #expect(table.columns == ["city", "people", "code", "area"])
    #expect(table.rows[0] == ["Bern, Stadt", "134000", "007", "51.6"])
    #expect(table.kinds == [.text, .integer, .text, .number])
    #expect(try Table(name: "t", csv: "a;b\n\"x\"\"y\nz\";2", separator: ";").rows == [["x\"y\nz", "2"]])
    #expect(throws: ChainError.self) { try Table(name: "t", csv: "a,b\n1") }
    #expect(throws: ChainError.self) { try Table(name: "t", csv: "a,b\n\"1,2") }
    #expect(throws: ChainError.self) { try Table(name: "t", csv: "") }
  }

  @Test("a query finds rows with numbers as numbers and empty fields as missing")
  func query() async throws {
    let result = try await database().query("SELECT city, people FROM cities WHERE people > 1000000 OR people IS NULL")
    #expect(result.rows == [["北京", "21540000"], ["X", nil]])
    #expect(try await database().query("-- all\nWITH a AS (SELECT 1 AS x) SELECT x FROM a;").rows == [["1"]])
    let cut = try await database(.init(rows: 2)).query("SELECT * FROM cities")
    #expect(cut.rows.count == 2 && cut.end == .cut)
  }

  @Test(
    "nothing but one reading query is run",
    arguments: [
      "DELETE FROM cities", "DROP TABLE cities", "SELECT 1; DELETE FROM cities", "PRAGMA query_only = 0",
      "ATTACH 'x.db' AS x",
      "WITH a AS (SELECT 1) DELETE FROM cities", "INSERT INTO cities VALUES (1,2,3,4)", "VACUUM INTO 'y.db'", "",
      "/* SELECT",
      "BEGIN", "SELECT * FROM nowhere", "EXPLAIN DELETE FROM cities", "SELECT load_extension('x')",
    ])
  func refused(sql: String) async throws {
    let database = try database()
    let error = await #expect(throws: ChainError.self) { try await database.query(sql) }
    #expect(error?.code == .refused || error?.code == .invalidInput)
    #expect(try await database.query("SELECT count(*) FROM cities").rows == [["3"]])
  }

  @Test("a query without end is stopped by its time")
  func endless() async throws {
    let database = try database(.init(time: .milliseconds(50)))
    let error = await #expect(throws: ChainError.self) {
      try await database.query("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
    }
    #expect(error?.code == .budget)
  }

  @Test(
    "a query cannot ask for more memory than a value may have",
    arguments: [
      "SELECT hex(zeroblob(100000000))", "SELECT randomblob(900000000)",
      "WITH RECURSIVE g(s) AS (SELECT 'ab' UNION ALL SELECT s || s FROM g) SELECT length(s) FROM g",
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 900000) SELECT group_concat(x) FROM n",
      "SELECT replace(hex(zeroblob(1000)), '0', hex(zeroblob(100000)))",
      "SELECT \((0..<2_000).map(String.init).joined(separator: ","))",
    ])
  func huge(sql: String) async throws {
    // It is the size that ends the query, however slow the machine.
    let database = try database(.init(time: .seconds(600)))
    let error = await #expect(throws: ChainError.self) { try await database.query(sql) }
    #expect(error?.code == .invalidInput)
  }

  @Test("a result ends before it is too long, and a value is cut")
  func longResult() async throws {
    let rows = (0..<300).map { ["\($0)", String(repeating: "x", count: 400)] }
    let table = Table(name: "t", columns: ["n", "text"], rows: rows)
    let result = try await TableDatabase([table], limits: .init(size: 10_000)).query("SELECT text FROM t")
    #expect(result.rows.count == 25 && result.end == .cut)
    let cut = try await TableDatabase([table], limits: .init(valueLength: 10)).query("SELECT text FROM t LIMIT 1")
    #expect(cut.rows == [["xxxxxxxxxx… [400 characters]"]])
  }

  @Test("columns without a name and of one name get names")
  func columnNames() throws {
    // As a data frame is written with its index.
    #expect(try Table(name: "t", csv: ",a,A, \n0,1,2,3").columns == ["column_1", "a", "A_2", "column_4"])
    #expect(Table.named(["a", "a", "a_2"]) == ["a", "a_2", "a_2_2"])
  }

  @Test("damaged comma-separated values are a table or an error, never the end of the program")
  func damaged() {
    var random = SeededRandom(1)
    for _ in 0..<500 {
      var bytes = Array(csv.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      guard let table = try? Table(name: "t", csv: String(decoding: bytes, as: UTF8.self)) else { continue }
      #expect(table.kinds.count == table.columns.count)
      #expect(throws: Never.self) { try TableDatabase([table]) }
    }
  }

  @Test("a model that can be held to a form can write nothing but a query, and answers in words")
  func heldQuery() async throws {
    let model = ScriptedChatModel { messages, options in
      switch options.form {
      case .regularExpression(let pattern):
        return [.text(pattern.hasPrefix("(SELECT|WITH) ") ? "SELECT count(*) FROM cities" : "?"), .finish()]
      case .free: return [.text(messages.last?.content.text.contains("\n3") == true ? "three" : "?"), .finish()]
      case .jsonObject, .jsonSchema, .grammar, .choice: return [.text("?"), .finish()]
      }
    }
    let answer = try await TableQuestion(try database(), model: model, form: .held)("How many cities?")
    #expect(answer.text == "three" && answer.sql == "SELECT count(*) FROM cities")
  }

  @Test("a small model can write nothing but a plain query over columns that exist")
  func plainQuery() async throws {
    let tables = [
      Table(name: "sales", columns: ["city", "order", "how \"much\""], rows: [["Oslo", "1", "2"]]),
      Table(name: "2 x", columns: ["a"], rows: [["1"]]),
    ]
    let model = ScriptedChatModel { _, options in
      guard case .grammar(let grammar) = options.form else { return [.text("invented"), .finish()] }
      let rules = grammar.split(separator: "\n")
      // Words of SQL and names that are no words stand in quotation marks.
      #expect(rules.contains(#"column1 ::= "city" | "\"order\"" | "\"how \"\"much\"\"\"""#))
      #expect(rules.contains(#"column0 ::= "a""#))
      #expect(rules.contains { $0.hasPrefix(#"from1 ::= " FROM " "sales""#) })
      #expect(rules.contains { $0.hasPrefix(#"from0 ::= " FROM " "\"2 x\"""#) })
      return [
        .text(#"SELECT city, SUM("how ""much""") FROM sales GROUP BY city ORDER BY COUNT(*) DESC LIMIT 1"#), .finish(),
      ]
    }
    let answer = try await TableQuestion(try TableDatabase(tables), model: model, form: .plain)("Which?")
    #expect(answer.text == answer.result.text && answer.result.rows == [["Oslo", "2"]])
  }

  @Test("a question becomes a query, a refused one goes back, and the result is put into words")
  func question() async throws {
    let model = ScriptedChatModel { messages in
      let last = messages.last?.content.text ?? ""
      if last.contains("Result:") { return [last.contains("\n21540000") ? "21.54 million" : "?"] }
      if last.contains("That does not work") { return ["```sql\nSELECT max(people) FROM cities\n```"] }
      let isTold = last.contains("\"cities\"") && last.contains("First rows of cities: ")
      return [isTold && last.hasSuffix("SELECT statement:") ? "DELETE FROM cities" : "?"]
    }
    let answer = try await TableQuestion(try database(), model: model)("How many people has the largest city?")
    #expect(answer.text == "21.54 million")
    #expect(answer.sql == "SELECT max(people) FROM cities")
  }

  @Test(
    "names of tables and columns are names, whatever stands in them",
    arguments: [
      "say \"x\"", "x\" TEXT); ATTACH DATABASE '%' AS e; CREATE TABLE e.t (y); --", "x\"; DROP TABLE t; --", "\"",
      "a'b",
      "[x]", "`x`", "x -- y", "select",
    ])
  func hostileNames(name: String) async throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("attached-\(UUID().uuidString).db").path
    let name = name.replacing("%", with: place)
    let database = try TableDatabase([
      Table(name: name, columns: [name, "other"], rows: [["1", "2"]]),
      Table(name: "t", columns: ["z"], rows: [["3"]]),
    ])
    #expect(!FileManager.default.fileExists(atPath: place))
    #expect(try await database.query("SELECT z FROM t").rows == [["3"]])
    let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
    let found = try await database.query("SELECT \(quoted) FROM \(quoted)")
    #expect(found.columns == [name] && found.rows == [["1"]])
    #expect(try await database.description().contains("First rows of \(name): "))
  }

  @Test("a name with a zero byte is refused")
  func zeroName() {
    let error = #expect(throws: ChainError.self) {
      try TableDatabase([Table(name: "t", columns: ["a\0b"], rows: [])])
    }
    #expect(error?.code == .invalidInput && error?.context == "names of a table")
  }

  @Test("what a model is told of tables has their columns and first rows, on one line each and without what is long")
  func description() async throws {
    let told = try await database().description(rows: 1)
    #expect(told.hasPrefix("CREATE TABLE \"cities\""))
    #expect(
      told.hasSuffix("\n\nFirst rows of cities: city | people | code | area\nBern, Stadt | 134000 | 007 | 51.6"))
    let long = Table(
      name: "a \"b\"", columns: ["x", "y"], rows: [["one\ntwo " + String(repeating: "z", count: 100), ""]])
    #expect(
      try await TableDatabase([long]).description().hasSuffix(
        "First rows of a \"b\": x | y\none two " + String(repeating: "z", count: 32) + "… | null"))
    let empty = Table(name: "e", columns: ["x"], rows: [])
    #expect(try await TableDatabase([empty]).description() == "CREATE TABLE \"e\" (\"x\" TEXT)")
  }
}
