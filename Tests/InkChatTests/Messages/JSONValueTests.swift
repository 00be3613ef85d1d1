import InkChat
import Testing

@Suite("JSON values")
struct JSONValueTests {
  @Test("text keeps the order of members and escapes only what JSON demands")
  func text() {
    let value: JSONValue = [
      "z": 1, "a": [true, nil, 0.5], "砚台": "\"line\"\n\u{01}\\", "n": .number(.infinity), "o": [:],
    ]
    #expect(value.text == #"{"z":1,"a":[true,null,0.5],"砚台":"\"line\"\n\u0001\\","n":null,"o":{}}"#)
  }

  @Test("a member is found by name, the last of equal names counts")
  func lookUp() {
    let value = JSONValue.object([JSONMember("a", 1), JSONMember("b", 2), JSONMember("a", 3)])
    #expect(value["a"] == 3)
    #expect(value["c"] == nil)
    #expect(JSONValue.integer(1)["a"] == nil)
  }
}
