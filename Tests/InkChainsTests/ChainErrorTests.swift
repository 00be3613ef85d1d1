import InkChains
import Testing

@Suite struct ChainErrorTests {
  @Test("a message names the place, what was expected, what was found and the cure")
  func message() {
    let error = ChainError(.budget, context: "agent", expected: "at most 3 steps", found: "4", hint: "Raise it.")
    #expect(error.description == "agent: the budget is used up, expected at most 3 steps, found 4. Raise it.")
  }
}
