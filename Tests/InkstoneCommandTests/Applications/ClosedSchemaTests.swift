import InkChat
import InkRemote
import InkstoneCommand
import Testing

@Suite("Schemas of what is read")
struct ClosedSchemaTests {
  @Test("objects that name their members have no others, at any depth")
  func closed() {
    let place: JSONValue = ["type": "object", "properties": ["city": ["type": "string"]]]
    let closedPlace: JSONValue = [
      "type": "object", "properties": ["city": ["type": "string"]], "additionalProperties": false,
    ]
    #expect(ClosedSchema.of(place) == closedPlace)
    #expect(ClosedSchema.of(["type": "array", "items": place]) == ["type": "array", "items": closedPlace])
    #expect(ClosedSchema.of(["anyOf": [place, ["type": "null"]]]) == ["anyOf": [closedPlace, ["type": "null"]]])
    #expect(
      ClosedSchema.of(["$ref": "#/$defs/place", "$defs": ["place": place]])
        == ["$ref": "#/$defs/place", "$defs": ["place": closedPlace]])
  }

  @Test(
    "a schema that says something of other members, or joins schemas, stays as it is",
    arguments: [
      ["type": "object", "properties": ["a": ["type": "string"]], "additionalProperties": true] as JSONValue,
      ["type": "object", "properties": ["a": ["type": "string"]], "patternProperties": ["^x": ["type": "string"]]],
      ["type": "object"], ["enum": [["properties": ["a": 1]]]], true,
      ["allOf": [["properties": ["a": ["type": "string"]]], ["properties": ["b": ["type": "string"]]]]],
      [
        "type": "object", "properties": ["a": ["type": "string"]],
        "anyOf": [["properties": ["b": ["type": "string"]]], ["properties": ["c": ["type": "string"]]]],
      ],
    ])
  func open(schema: JSONValue) {
    #expect(ClosedSchema.of(schema) == schema)
  }

  @Test("an endpoint is asked for nothing that OpenAI's API has no field for, a model of this machine for all")
  func sampling() {
    let here = AnswerSampling(temperature: 0, seed: 3, side: .local).parameters
    #expect(here.repetitionPenalty == 1.1 && here.repetitionWindow == .answer)
    for dialect in EndpointDialect.allCases {
      let there = AnswerSampling(temperature: 0, seed: 3, side: .remote(dialect)).parameters
      #expect(there.repetitionPenalty == nil && there.temperature == 0 && there.seed == 3)
    }
    #expect(AnswerSampling(temperature: 0.5, seed: 3, side: .local).parameters.repetitionPenalty == nil)
  }
}
