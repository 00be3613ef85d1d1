import Foundation
import GRDBSQLite
import InkChat

/// The grammar, in GBNF, of plain queries over tables that exist: one table, its own columns, conditions, groups and an
/// order, and nothing that SQLite refuses. A model that can write nothing else may ask the wrong thing, but never for a
/// column that is not there.
struct SelectGrammar {
  /// A table that may be asked.
  struct Source {
    let name: String
    let columns: [String]
  }

  /// The grammar.
  let text: String

  /// - Parameter sources: at least one table, each with at least one column.
  init(_ sources: [Source]) {
    let starts = sources.indices.map { "select\($0)" }.joined(separator: " | ")
    var rules = ["root ::= (\(starts)) \";\"?"]
    for (number, source) in sources.enumerated() { rules += SelectGrammar.rules(of: source, number) }
    text = (rules + SelectGrammar.shared).joined(separator: "\n") + "\n"
  }

  private static func rules(of source: Source, _ number: Int) -> [String] {
    let n = number
    let table = GBNFLiteral.quoted(name(source.name))
    let columns = source.columns.map { GBNFLiteral.quoted(name($0)) }.joined(separator: " | ")
    return [
      "select\(n) ::= \"SELECT \" (list\(n) | total\(n) | groups\(n)) limit?",
      // What an order goes by is a column here, and a sum only where there are groups: SQLite refuses it elsewhere.
      "list\(n) ::= \"DISTINCT \"? (\"*\" | columns\(n)) from\(n) (\" ORDER BY \" column\(n) direction?)?",
      "total\(n) ::= measure\(n) (\", \" measure\(n)){0,3} from\(n)",
      "groups\(n) ::= item\(n) (\", \" item\(n)){0,5} from\(n) \" GROUP BY \" columns\(n) having\(n)? order\(n)?",
      "order\(n) ::= \" ORDER BY \" item\(n) direction?",
      "having\(n) ::= \" HAVING \" measure\(n) \" \" comparison \" \" number",
      "from\(n) ::= \" FROM \" \(table) (\" WHERE \" condition\(n) (joint condition\(n)){0,3})?",
      "condition\(n) ::= column\(n) \" \" (comparison \" \" value | \"LIKE \" string | \"IS NULL\" | \"IS NOT NULL\")",
      "item\(n) ::= column\(n) | measure\(n)",
      "measure\(n) ::= \"COUNT(*)\" | function \"(\" \"DISTINCT \"? column\(n) \")\"",
      "columns\(n) ::= column\(n) (\", \" column\(n)){0,5}",
      "column\(n) ::= \(columns)",
    ]
  }

  private static let shared = [
    "function ::= \"SUM\" | \"AVG\" | \"MIN\" | \"MAX\" | \"COUNT\"", "joint ::= \" AND \" | \" OR \"",
    "direction ::= \" ASC\" | \" DESC\"",
    "limit ::= \" LIMIT \" [1-9] [0-9]{0,2}", "comparison ::= \"=\" | \"<>\" | \"<\" | \">\" | \"<=\" | \">=\"",
    "value ::= number | string", "number ::= \"-\"? [0-9]{1,12} (\".\" [0-9]{1,6})?",
    "string ::= \"'\" [^'\\n]{1,60} \"'\"",
  ]

  /// A name as a query may write it: with quotation marks where it is not a word, or one of SQL's own.
  private static func name(_ name: String) -> String {
    let isWord =
      name.utf8.first.map { !(0x30...0x39).contains($0) } == true
      && name.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte)
      }
    let isKeyword = sqlite3_keyword_check(name, Int32(clamping: name.utf8.count)) != 0
    return isWord && !isKeyword ? name : SQLText.quoted(name)
  }
}

extension TableDatabase {
  /// The grammar of plain queries over these tables; of many tables the first ones, as in ``description(rows:clock:)``.
  ///
  /// - Throws: `invalidInput` when there is no table.
  func selectGrammar(clock: ChainClock) async throws(ChainError) -> String {
    var sources: [SelectGrammar.Source] = []
    for name in try await tableNames().prefix(8) {
      let columns = try await query("SELECT * FROM \(SQLText.quoted(name)) LIMIT 1", clock: clock).columns
      sources.append(SelectGrammar.Source(name: name, columns: columns))
    }
    guard !sources.isEmpty else {
      throw ChainError(.invalidInput, context: "tables", expected: "a table", found: "none")
    }
    return SelectGrammar(sources).text
  }
}
