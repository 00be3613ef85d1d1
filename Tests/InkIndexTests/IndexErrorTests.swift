import InkIndex
import Testing

@Suite struct IndexErrorTests {
  @Test("a message names the place, what was expected, what was found and the cure")
  func message() {
    let error = IndexError(.damaged, context: "a.index", expected: "8 bytes", found: "3", hint: "Build it again.")
    #expect(error.description == "a.index: damaged, expected 8 bytes, found 3. Build it again.")
  }
}
