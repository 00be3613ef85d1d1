import InkTokenizers
import Testing

@Suite("Grammars of parts")
struct GrammarPartTests {
  @Test("tool calls are text around JSON, one of several, repeated")
  func toolCalls() throws {
    func call(_ name: String, _ schema: String) -> GrammarPart {
      .sequence([
        .literal("<tool_call>\n{\"name\": \"\(name)\", \"arguments\": "), .jsonSchema(Array(schema.utf8)),
        .literal("}\n</tool_call>"),
      ])
    }
    let weather = call(
      "weather",
      #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"#)
    let time = call("time", #"{"type":"object","properties":{},"additionalProperties":false}"#)
    let grammar = try Grammar(.repeated(.choice([weather, time]), least: 1, most: 2))
    let first = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"北京\"}}\n</tool_call>"
    let second = "<tool_call>\n{\"name\": \"time\", \"arguments\": {}}\n</tool_call>"
    #expect(try grammar.matches(first))
    #expect(try grammar.matches(first + second))
    #expect(try !grammar.matches(first + second + first))
    #expect(try !grammar.matches(second.replacing("{}", with: "{\"city\":\"x\"}")))
    #expect(try !grammar.matches(""))
  }

  @Test("text runs through the first place where its end stands")
  func textThrough() throws {
    let grammar = try Grammar(.sequence([.textThrough("</a></a>x"), .jsonObject]))
    #expect(try grammar.matches("思考 </a> </a></a></a>x{}"))
    #expect(try grammar.matches("</a></a>x{\"b\":1}"))
    #expect(try !grammar.matches("</a></a>x</a></a>x{}"))
    #expect(try !grammar.matches("{}"))
    #expect(throws: GrammarError.self) { try Grammar(.textThrough("")) }
  }

  @Test("all kinds of parts stand beside each other")
  func kinds() throws {
    let grammar = try Grammar(
      .sequence([
        .regularExpression("[0-9]+"), .gbnf("root ::= \"x\" | \"(\" root \")\"", root: "root"),
        .gbnf("top ::= \"y\"", root: "top"), .repeated(.literal("!"), least: 0, most: nil),
      ]))
    #expect(try grammar.matches("12((x))y!!"))
    #expect(try !grammar.matches("12((x)y"))
  }
}
