import InkstoneCommand
import Testing

@Suite("Colours")
struct TerminalStyleTests {
  @Test(
    "colours follow NO_COLOR, TERM and the stream",
    arguments: [
      ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false), (["NO_COLOR": ""], true, true),
      (["TERM": "dumb"], true, false), (["FORCE_COLOR": "1"], false, true), (["CLICOLOR_FORCE": "1"], false, true),
      (["FORCE_COLOR": "1", "NO_COLOR": "1"], true, false), (["FORCE_COLOR": "0"], false, false),
    ] as [([String: String], Bool, Bool)])
  func decoration(environment: [String: String], isTerminal: Bool, coloured: Bool) {
    let decoration = TerminalStyle.decoration(environment: environment, isTerminal: isTerminal)
    #expect((decoration == .escapes) == coloured)
  }

  @Test("plain text stays as it is")
  func plain() {
    #expect(TerminalStyle(.plain).faint("a") == "a")
    #expect(TerminalStyle(.escapes).faint("a") == "\u{1B}[2ma\u{1B}[0m")
  }
}
