import InkChat
import InkServer
import Testing

@Suite("Fields of a request")
struct RequestFieldsTests {
  private func fields(_ json: JSONValue) throws -> RequestFields { try RequestFields(json) }

  @Test(
    "a value of the wrong kind is refused with the field's name",
    arguments: [
      #"{"text":1}"#, #"{"text":[]}"#, #"{"truth":"true"}"#, #"{"truth":1}"#, #"{"whole":1.5}"#, #"{"whole":"1"}"#,
      #"{"whole":11}"#, #"{"whole":-1}"#, #"{"whole":1e300}"#, #"{"number":"x"}"#, #"{"number":2.5}"#, #"{"word":"c"}"#,
      #"{"word":1}"#, #"{"list":{}}"#, #"{"list":[1,2,3]}"#, #"{"texts":[1]}"#, #"{"texts":{}}"#, #"{"object":[]}"#,
      #"{"objects":[1]}"#,
    ])
  func wrongKinds(text: String) throws {
    let json = try JSONValue(parsing: text)
    let name = try #require(json.names.first)
    let error = #expect(throws: ServerError.self) {
      var fields = try RequestFields(json)
      _ = try fields.string("text")
      _ = try fields.boolean("truth")
      _ = try fields.integer("whole", in: 0...10)
      _ = try fields.number("number", in: 0...2)
      _ = try fields.word("word", of: Word.self)
      _ = try fields.array("list", atMost: 2)
      _ = try fields.strings("texts")
      _ = try fields.object("object") { (_) throws(ServerError) in 0 }
      _ = try fields.objects("objects") { (_) throws(ServerError) in 0 }
    }
    #expect(error?.status == 400)
    #expect(error?.param?.hasPrefix(name) == true)
    #expect(["invalid_value", "invalid_type"].contains(error?.code))
  }

  private enum Word: String, CaseIterable { case a, b }

  @Test("null counts as absent, and a whole number may be written with a fraction of zero")
  func nullAndFractions() throws {
    var fields = try fields(["text": nil, "whole": 3.0])
    #expect(try fields.string("text") == nil)
    #expect(try fields.integer("whole", in: 0...10) == 3)
    #expect(fields.unknown.isEmpty)
  }

  @Test("members that nobody reads are named by their place, inside objects too")
  func unknown() throws {
    var fields = try fields(["known": 1, "strange": 2, "inner": ["known": 1, "odd": 2], "list": [["x": 1]]])
    _ = try fields.integer("known", in: 0...1)
    _ = try fields.object("inner") { (inner) throws(ServerError) in try inner.integer("known", in: 0...1) }
    _ = try fields.objects("list") { (_) throws(ServerError) in 0 }
    #expect(try fields.finish(.warn) == ["strange", "inner.odd", "list[0].x"])
    let error = #expect(throws: ServerError.self) { try fields.finish(.refuse) }
    #expect(error?.code == "unknown_parameter")
    #expect(error?.param == "strange")
  }

  @Test("anything but an object is no body", arguments: ["1", "null", "[]", "\"x\""])
  func noObject(text: String) throws {
    let json = try JSONValue(parsing: text)
    #expect(throws: ServerError.self) { try RequestFields(json) }
  }
}
