import InkTokenizers
import Testing

@Suite("Grammars of JSON Schema")
struct SchemaGrammarTests {
  @Test(
    "each keyword permits what is valid and nothing else",
    arguments: [
      (#"{"type":"null"}"#, ["null"], ["true", " null"]),
      (#"{"type":["boolean","null"]}"#, ["true", "false", "null"], ["0"]),
      (#"{"type":"boolean","nullable":true}"#, ["null", "true"], ["\"\""]),
      (#"{"type":"integer"}"#, ["0", "-1", "123456789012345678"], ["01", "1.0", "-", "1234567890123456789"]),
      (#"{"type":"integer","minimum":-3,"maximum":12}"#, ["-3", "0", "9", "12"], ["-4", "13", "100"]),
      (#"{"type":"integer","exclusiveMinimum":7.5,"exclusiveMaximum":10}"#, ["8", "9"], ["7", "10"]),
      (#"{"type":"integer","minimum":3,"exclusiveMinimum":true}"#, ["4", "10"], ["3"]),
      (#"{"type":"integer","multipleOf":100}"#, ["0", "-1200"], ["10", "150"]),
      (#"{"type":"integer","multipleOf":7,"minimum":0,"maximum":30}"#, ["0", "7", "28"], ["-7", "1", "35"]),
      (#"{"type":"number"}"#, ["0.5", "-1e9", "1E-10", "12"], [".5", "1.", "1e999", "NaN"]),
      (#"{"type":"number","minimum":-0.5,"maximum":1.25}"#, ["-0.5", "0", "1.2", "1.25", "1.250"], ["-0.51", "1.26"]),
      (#"{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}"#, ["0.1", "0.999"], ["0", "0.0", "1", "1.0"]),
      (#"{"type":"number","multipleOf":0.01}"#, ["1.25", "3", "0.1"], ["1.255", "1e1"]),
      (#"{"type":"number","multipleOf":1,"maximum":3}"#, ["3", "-2"], ["2.5", "4"]),
      (#"{"type":"string"}"#, ["\"\"", #""中\n\u0041\ud83d\ude00""#], ["\"\n\"", #""\x""#, #""\ud83d""#, "\""]),
      (#"{"type":"string","minLength":1,"maxLength":2}"#, ["\"中😀\"", #""\ud83d\ude00a""#], ["\"\"", "\"abc\""]),
      (#"{"type":"string","pattern":"^a+$"}"#, ["\"aa\""], ["\"\"", "\"ab\""]),
      (#"{"type":"string","pattern":"b\\d"}"#, ["\"ab1c\"", "\"b0\""], ["\"b\""]),
      (#"{"type":"string","pattern":"^[\"\\\\\\n]$"}"#, [#""\"""#, #""\\""#, #""\n""#], ["\"\"\"", "\"a\""]),
      (#"{"type":"string","pattern":"^[a-z]{2,3}$","minLength":2,"maxLength":5}"#, ["\"ab\""], ["\"a\""]),
      (#"{"type":"string","format":"date"}"#, ["\"2024-02-29\""], ["\"2023-02-29\"", "\"2024-13-01\"", "\"24-1-1\""]),
      (#"{"type":"string","format":"date-time"}"#, ["\"2024-02-29T23:59:59Z\""], ["\"2024-02-29\""]),
      (
        #"{"type":"string","format":"ipv6"}"#, ["\"::1\"", "\"1:2:3:4:5:6:7:8\"", "\"fe80::\""],
        ["\"1:2:3\"", "\"::1::\""]
      ),
      (#"{"type":"string","format":"uuid"}"#, ["\"00000000-0000-0000-0000-00000000000f\""], ["\"0\""]),
      (#"{"const":{"b":[1.50,"x"],"a":null}}"#, [#"{"b":[1.50,"x"],"a":null}"#], ["{}"]),
      (#"{"enum":["a",1,null],"type":["string","null"]}"#, ["\"a\"", "null"], ["1"]),
      (#"{"enum":["a","bcd"],"minLength":2}"#, ["\"bcd\""], ["\"a\""]),
      (
        #"{"type":"array","items":{"type":"null"},"minItems":1,"maxItems":2}"#,
        ["[null]", "[null,null]", "[ null, null\n]"],
        ["[]", "[null,null,null]", "[null ,null]", "[1]"]
      ),
      (
        #"{"prefixItems":[{"const":1},{"const":2}],"items":{"const":3},"minItems":1}"#, ["[1]", "[1,2,3,3]"],
        ["[]", "[2]", "[1,3]"]
      ),
      (#"{"items":[{"const":1}],"additionalItems":false}"#, ["[]", "[1]"], ["[1,1]"]),
      (
        #"{"type":"object","properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}},"required":["b"],"additionalProperties":false}"#,
        [#"{"b":2}"#, #"{"a":1,"b":2,"c":3}"#, #"{"b": 2, "c": 3}"#, "{\n  \"b\": 2\n}"],
        ["{}", #"{"a":1}"#, #"{"b":2,"a":1}"#, #"{"b":2,}"#, #"{,"b":2}"#, #"{"b":2,"d":1}"#]
      ),
      (
        #"{"type":"object","properties":{"ab":{"const":1}}}"#,
        ["{}", #"{"ab":1}"#, #"{"a":[true]}"#, #"{"ab":1,"abc":"x"}"#, #"{"":{}}"#],
        [#"{"ab":2}"#, #"{"x":1,"ab":2}"#, #"{"\u0061b":2}"#]
      ),
      (
        #"{"type":"object","additionalProperties":{"type":"boolean"},"maxProperties":1}"#, ["{}", #"{"x":true}"#],
        [#"{"x":1}"#, #"{"x":true,"y":true}"#]
      ),
      (#"{"type":"object","minProperties":1}"#, [#"{"x":1}"#], ["{}"]),
      (
        #"{"patternProperties":{"^x":{"const":1}},"additionalProperties":false}"#, [#"{"x":1,"xy":1}"#],
        [#"{"y":1}"#, #"{"x":2}"#]
      ),
      (#"{"propertyNames":{"enum":["a","b"]},"additionalProperties":{"const":0}}"#, [#"{"a":0}"#], [#"{"c":0}"#]),
      (#"{"properties":{"a":true,"b":false}}"#, [#"{"a":{}}"#], [#"{"b":1}"#]),
      (#"{"anyOf":[{"type":"null"},{"type":"integer","maximum":1,"minimum":0}]}"#, ["null", "1"], ["2"]),
      (#"{"oneOf":[{"type":"string","maxLength":0},{"type":"null"}]}"#, ["\"\"", "null"], ["1"]),
      (#"{"allOf":[{"type":"integer","minimum":2},{"maximum":3},{"type":"number"}]}"#, ["2", "3"], ["1", "4", "2.5"]),
      (
        #"{"allOf":[{"properties":{"a":{"minimum":2}},"required":["a"]},{"properties":{"a":{"type":"integer","maximum":2}},"additionalProperties":false}]}"#,
        [#"{"a":2}"#], ["{}", #"{"a":1}"#, #"{"a":2,"b":0}"#]
      ),
      (
        #"{"type":"object","properties":{"k":{"const":1}},"anyOf":[{"required":["k"]},{"required":["z"],"properties":{"z":{"const":2}}}],"additionalProperties":true}"#,
        [#"{"k":1}"#, #"{"z":2}"#], ["{}"]
      ),
      (
        ##"{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"object","properties":{"n":{"$ref":"#"}},"additionalProperties":false}}}"##,
        ["{}", #"{"n":{"n":{}}}"#], [#"{"n":1}"#]
      ),
      (#"{"title":"t","description":"d","x-order":1,"$schema":"s","default":3,"type":"null"}"#, ["null"], []),
      ("true", ["null", #"{"a":[1,{"b":"c"}]}"#], ["nul", "{a:1}"]),
      ("{}", ["[[],{}]", "-0.5"], ["[,]"]),
    ])
  func keywords(schema: String, good: [String], bad: [String]) throws {
    let grammar = try Grammar(jsonSchema: schema)
    for example in good { #expect(try grammar.matches(example), "\(schema): \(example)") }
    for example in bad { #expect(try !grammar.matches(example), "\(schema): \(example)") }
  }

  @Test(
    "what an answer cannot be held to is refused with its place",
    arguments: [
      (#"{"properties":{"a":{"not":{}}}}"#, "#/properties/a/not"), (#"{"if":{}}"#, "#/if"),
      (#"{"type":"array","uniqueItems":true}"#, "#/uniqueItems"), (#"{"contains":{}}"#, "#/contains"),
      (#"{"type":"number","multipleOf":0.3}"#, "#/multipleOf"), (#"{"type":"integer","multipleOf":7}"#, "#/multipleOf"),
      (#"{"type":"string","format":"iri"}"#, "#/format"), (#"{"type":"string","pattern":"(?=a)"}"#, "#/pattern"),
      (#"{"type":"string","pattern":"^a*$","maxLength":3}"#, "#/pattern"),
      (#"{"$ref":"https://example.com/x"}"#, "#/$ref"),
      (#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, "#/oneOf"),
      (#"{"oneOf":[{"type":"object"},{"type":"object","properties":{"a":{}}}]}"#, "#/oneOf"),
      (#"{"dependentRequired":{}}"#, "#/dependentRequired"),
      (#"{"unevaluatedProperties":false}"#, "#/unevaluatedProperties"),
      (#"{"patternProperties":{"a":{}}}"#, "#/patternProperties"), (#"{"minProperties":3}"#, "#/minProperties"),
      (#"{"properties":{"a/b":{"wrong":1}}}"#, "#/properties/a~1b/wrong"),
    ])
  func refused(schema: String, place: String) {
    let error = #expect(throws: GrammarError.self) { try Grammar(jsonSchema: schema) }
    #expect(error?.code == .unsupported)
    #expect(error?.context.contains("schema, \(place)") == true, "\(error?.description ?? "")")
  }

  @Test(
    "schemas that are none are refused",
    arguments: [
      "", "{", "[]", "1", #"{"type":"text"}"#, #"{"type":[]}"#, #"{"enum":1}"#, #"{"required":[1]}"#,
      #"{"minLength":-1}"#,
      #"{"minimum":"1"}"#, #"{"properties":[]}"#, ##"{"$ref":"#/nowhere"}"##, #"{"pattern":"("}"#,
      #"{"minimum":1e9999999999}"#,
      #"{"items":3}"#, "{\"a\":01}",
    ])
  func malformed(schema: String) {
    let error = #expect(throws: GrammarError.self) { try Grammar(jsonSchema: schema) }
    #expect(error?.code == .malformed || error?.code == .unsupported, "\(error?.description ?? "")")
  }

  @Test(
    "schemas that nothing satisfies are refused",
    arguments: [
      "false", #"{"type":"integer","minimum":2,"maximum":1}"#, #"{"enum":[]}"#,
      #"{"type":"string","minLength":2,"maxLength":1}"#,
      #"{"properties":{"a":false},"required":["a"]}"#, ##"{"$ref":"#"}"##, #"{"type":"null","enum":[1]}"#,
      ##"{"properties":{"a":{"$ref":"#"}},"required":["a"]}"##, #"{"type":"array","minItems":2,"maxItems":1}"#,
    ])
  func unsatisfiable(schema: String) {
    let error = #expect(throws: GrammarError.self) { try Grammar(jsonSchema: schema) }
    #expect(error?.code == .unsatisfiable, "\(error?.description ?? "")")
  }

  @Test("references that only lead to each other are refused, not followed for ever")
  func circles() {
    for schema in [
      ##"{"anyOf":[{"$ref":"#"},{"type":"null"}]}"##,
      ##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##,
    ] {
      #expect(throws: GrammarError.self) { try Grammar(jsonSchema: schema) }
    }
  }

  @Test("blanks are bounded")
  func blanks() throws {
    let grammar = try Grammar.jsonObject()
    #expect(try grammar.matches("{\n  \"a\": [\n    1,\n    2\n  ]\n}"))
    #expect(try !grammar.matches("{  \"a\": 1}"))
    #expect(try !grammar.matches("{\n\n\"a\": 1}"))
    #expect(try !grammar.matches("{\n" + String(repeating: " ", count: 21) + "\"a\":1}"))
    #expect(try !grammar.matches(" {}"))
    #expect(try !grammar.matches("[]"))
  }
}
