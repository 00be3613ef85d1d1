import InkChains
import InkChat
import Testing

@Suite struct ParserTests {
  @Test("a list loses its numbers and bullets, but not numbers that belong to its elements")
  func list() throws {
    let parser = ListParser()
    #expect(
      try parser.parse("1. apples\n2) pears\n- plums\n• 李子\n3、桃\n\n3.5 litres\n2024 harvest")
        == ["apples", "pears", "plums", "李子", "桃", "3.5 litres", "2024 harvest"])
    #expect(throws: ChainError.self) { try parser.parse(" \n ") }
    #expect(throws: ChainError.self) { try ListParser(limit: 1).parse("a\nb") }
  }

  enum Mood: String, CaseIterable, Sendable { case good, bad, notGood = "not good" }

  @Test(
    "a choice is found in its usual wrappings",
    arguments: [
      ("good", Mood.good), (" Good. ", .good), ("**bad**", .bad), ("The mood is bad.", .bad),
      ("It is not good", .notGood),
    ])
  func choice(answer: String, expected: Mood) throws {
    #expect(try ChoiceParser<Mood>().parse(answer) == expected)
  }

  @Test(
    "an answer that says two choices, none, or one inside another word cannot be read",
    arguments: ["good or bad", "", "goodness"])
  func noChoice(answer: String) {
    let error = #expect(throws: ChainError.self) { try ChoiceParser<Mood>().parse(answer) }
    #expect(error?.code == .unparsable)
    #expect(error?.expected.contains("not good") == true)
  }

  private static let order: JSONValue = [
    "type": "object",
    "properties": [
      "name": ["type": "string", "minLength": 1], "count": ["type": "integer", "minimum": 1, "maximum": 9],
      "tags": ["type": "array", "items": ["enum": ["a", "b"]], "maxItems": 2, "uniqueItems": true],
      "place": ["anyOf": [["type": "null"], ["$ref": "#/$defs/place"]]],
    ],
    "required": ["name", "count"], "additionalProperties": false,
    "$defs": ["place": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]]],
  ]

  @Test(
    "JSON that is valid by its schema is read",
    arguments: [
      #"{"name":"x","count":1}"#, #"{"count":9.0,"name":"x","tags":["b","a"],"place":null}"#,
      #"{"name":"x","count":3,"place":{"city":"Bern","country":"CH"}}"#,
    ])
  func validJSON(answer: String) throws {
    #expect(try JSONParser(schema: Self.order).parse(answer) == JSONValue(parsing: answer))
  }

  @Test(
    "JSON that is not valid by its schema is an error that says where",
    arguments: [
      (#"{"name":"x"}"#, "the top"), (#"{"name":"","count":1}"#, "name"), (#"{"name":"x","count":10}"#, "count"),
      (#"{"name":"x","count":1.5}"#, "count"), (#"{"name":"x","count":"1"}"#, "count"),
      (#"{"name":"x","count":1,"more":2}"#, "the top"), (#"{"name":"x","count":1,"tags":["c"]}"#, "tags.0"),
      (#"{"name":"x","count":1,"tags":["a","a"]}"#, "tags"), (#"{"name":"x","count":1,"place":{}}"#, "place"),
      (#"{"name":"x","count":1,"place":{"city":1}}"#, "place.city"), ("[]", "the top"), ("3", "the top"),
    ])
  func invalidJSON(answer: String, place: String) {
    let error = #expect(throws: ChainError.self) { try JSONParser(schema: Self.order).parse(answer) }
    #expect(error?.code == .unparsable)
    #expect(error?.context == "JSON at \(place)")
  }

  @Test(
    "a schema that leads back to itself without end is an error",
    arguments: [
      ["$ref": "#"] as JSONValue, ["anyOf": [["$ref": "#"], ["$ref": "#"]]], ["allOf": [["$ref": "#"]]],
      ["$ref": "#/nowhere"],
    ])
  func endlessSchema(schema: JSONValue) {
    let error = #expect(throws: ChainError.self) { try JSONParser(schema: schema).parse("{}") }
    #expect(error?.expected == "a schema that comes to an end" || error?.found == "#/nowhere")
  }

  @Test("without a schema one object is read and nothing else")
  func anyObject() throws {
    #expect(try JSONParser().parse(#"{"a":[1]}"#) == ["a": [1]])
    #expect(throws: ChainError.self) { try JSONParser().parse("[1]") }
  }

  @Test(
    "yes and no are read in two languages",
    arguments: [("Yes.", true), ("no", false), ("不是", false), ("是的", true), ("不对。", false)])
  func boolean(answer: String, expected: Bool) throws {
    #expect(try BooleanParser().parse(answer) == expected)
  }

  struct City: Decodable, Hashable, Sendable {
    enum Size: String, CaseIterable, Decodable, Sendable { case small, large }
    struct Place: Decodable, Hashable, Sendable { var latitude: Double }
    var name: String
    var population: Int?
    var tags: [String]
    var size: Size
    var place: Place
  }

  @Test(
    "JSON is read as it stands, inside a fence, and inside talk",
    arguments: [
      #"{"name":"X","tags":["a"],"size":"large","place":{"latitude":1.5}}"#,
      "Sure!\n```json\n{\"name\":\"X\",\"tags\":[\"a\"],\"size\":\"large\",\"place\":{\"latitude\":1.5}}\n```\nDone.",
      #"Here [sic]: {"name":"X","tags":["a"],"size":"large","place":{"latitude":1.5}} as asked {"#,
    ])
  func codable(answer: String) throws {
    let city = try CodableParser<City>().parse(answer)
    #expect(city == City(name: "X", population: nil, tags: ["a"], size: .large, place: .init(latitude: 1.5)))
  }

  @Test("what does not fit the type is told with its place")
  func misfit() throws {
    let error = #expect(throws: ChainError.self) {
      try CodableParser<City>().parse(#"{"name":"X","tags":[1],"size":"large","place":{"latitude":1}}"#)
    }
    #expect(error?.code == .unparsable)
    #expect(error?.found == "at tags.[0] something that is not String")
    #expect(throws: ChainError.self) { try CodableParser<City>().parse(String(repeating: "[", count: 100_000)) }
  }

  @Test("the schema of a type has its members in order, and what may be left out is not required")
  func schema() throws {
    #expect(
      try SchemaExplorer.schema(of: City.self) == [
        "type": "object",
        "properties": [
          "name": ["type": "string"], "population": ["type": "integer"],
          "tags": ["type": "array", "items": ["type": "string"]],
          "size": ["type": "string", "enum": ["small", "large"]],
          "place": [
            "type": "object", "properties": ["latitude": ["type": "number"]], "required": ["latitude"],
            "additionalProperties": false,
          ],
        ],
        "required": ["name", "tags", "size", "place"], "additionalProperties": false,
      ])
  }

  struct Described: Decodable, SchemaDescribed {
    var level: UInt8
    var ratings: [String: [Double]]
    static let memberDescriptions = ["level": "From 0 to 9."]
  }
  struct Misdescribed: Decodable, SchemaDescribed {
    var level: Int
    static let memberDescriptions = ["levle": "From 0 to 9."]
  }

  @Test("descriptions stand at their members, bounds of small numbers are told, and a wrong name is refused")
  func descriptions() throws {
    let schema = try SchemaExplorer.schema(of: Described.self)
    #expect(
      schema["properties"]?["level"]
        == ["type": "integer", "minimum": 0, "maximum": 255, "description": "From 0 to 9."])
    #expect(
      schema["properties"]?["ratings"]
        == ["type": "object", "additionalProperties": ["type": "array", "items": ["type": "number"]]])
    #expect(throws: ChainError.self) { try SchemaExplorer.schema(of: Misdescribed.self) }
  }

  enum Hidden: String, Decodable, Sendable { case a, b }
  struct HoldsHidden: Decodable, Sendable { var hidden: Hidden }
  struct Node: Decodable, Sendable { var children: [Node] }

  @Test("a type that cannot be explored is refused with the member's name")
  func unexplorable() {
    let hidden = #expect(throws: ChainError.self) { try SchemaExplorer.schema(of: HoldsHidden.self) }
    #expect(hidden?.context == "schema of hidden")
    #expect(throws: ChainError.self) { try SchemaExplorer.schema(of: Node.self) }
  }
}
